"""What MiniStack's streams lack here: they outlive the engine, and forget what has been read.

The supervisor copies every record before it asks for the next ones, so whoever asks for those that follow a place is done with what was
before it. Some of the names below are private to MiniStack: its version is pinned, and tests fail when they change.
"""

from types import ModuleType
from typing import Any


def keep_streams(dynamodb: ModuleType) -> None:
    """Called before the engine reads its state."""
    get_state, load_state, read_since = (
        dynamodb.get_state,
        dynamodb.load_persisted_state,
        dynamodb.stream_records_since,
    )

    def state_with_streams() -> dict[str, Any]:
        return get_state() | {"streams": dynamodb._stream_records}

    def load_with_streams(state: dict[str, Any]) -> None:
        load_state(state)
        dynamodb._stream_records.update((state or {}).get("streams", {}))

    def read_and_forget(table: str, position: int, limit: int, **scope: str) -> list[dict]:
        records = dynamodb.stream_live_records(table, **scope)
        read = max(0, position - dynamodb.stream_start_position(table, **scope))
        del records[:read]
        dynamodb._stream_trimmed[table] = dynamodb._stream_trimmed.get(table, 0) + read
        return read_since(table, position, limit, **scope)

    dynamodb.get_state, dynamodb.load_persisted_state = state_with_streams, load_with_streams
    dynamodb.stream_records_since = read_and_forget
