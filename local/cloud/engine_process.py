"""The process of the engine: MiniStack on loopback, which writes its state when it is idle.

MiniStack itself writes only at a clean stop. Here the state is also written after each burst of
changes, so that a killed engine loses seconds and not the day.

Some names that are used of MiniStack are private: its version is pinned, and tests fail when they
change.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from socket import socket
from types import ModuleType
from typing import Any

import uvicorn

from local.cloud.asgi import AsgiApplication, Receive, Scope, Send
from local.cloud.loopback import port_of

_QUIET_SECONDS = 1.0
_CHECK_SECONDS = 0.5
_READS = (b"Get", b"Query", b"Scan", b"BatchGet", b"Describe", b"List", b"TransactGet")


def stop_with_parent() -> None:
    """Stop this process cleanly when its parent ends, in whatever way.

    The parent holds the other end of standard input, which then closes.
    """

    def watch() -> None:
        sys.stdin.buffer.read()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, name="parent", daemon=True).start()


def is_write(headers: list[tuple[bytes, bytes]]) -> bool:
    """Whether a request may change the state, by the operation in its headers."""
    target = next((value for name, value in headers if name == b"x-amz-target"), b"")
    return not target.partition(b".")[2].startswith(_READS)


class Checkpoints:
    """An ASGI application around another: calls `save` once writes have paused."""

    def __init__(self, app: AsgiApplication, save: Callable[[], None]) -> None:
        self.app, self.save = app, save
        self.written_at: float | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)
        if scope["type"] == "http" and scope["method"] != "GET" and is_write(scope["headers"]):
            self.written_at = time.monotonic()

    async def run(self) -> None:
        """Save for ever; the more a save takes, the longer is the pause before the next."""
        cost_seconds = 0.0
        while True:
            await asyncio.sleep(_CHECK_SECONDS + 10 * cost_seconds)
            if self.written_at is not None and time.monotonic() - self.written_at > _QUIET_SECONDS:
                self.written_at, began = None, time.monotonic()
                self.save()
                cost_seconds = time.monotonic() - began


class EngineServer(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, checkpoints: Checkpoints | None) -> None:
        super().__init__(config)
        self.checkpoints = checkpoints

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        if self.checkpoints:
            self.saving = asyncio.create_task(self.checkpoints.run())


def persist_streams(dynamodb: ModuleType) -> None:
    """Make MiniStack keep its streams with its state, and forget records that were read.

    Call it before the engine loads its state. The supervisor stores every record before it asks for
    the next ones, so it does not need those before the place that it asks for.
    """
    get_state, load_state, read_since = (
        dynamodb.get_state,
        dynamodb.load_persisted_state,
        dynamodb.stream_records_since,
    )

    def state_with_streams() -> dict[str, Any]:
        return {**get_state(), "streams": dynamodb._stream_records}

    def load_with_streams(state: dict[str, Any] | None) -> None:
        load_state(state)
        dynamodb._stream_records.update((state or {}).get("streams", {}))

    def read_and_forget(table: str, position: int, limit: int, **scope: str) -> object:
        records = dynamodb.stream_live_records(table, **scope)
        read = max(0, position - dynamodb.stream_start_position(table, **scope))
        del records[:read]
        dynamodb._stream_trimmed[table] = dynamodb._stream_trimmed.get(table, 0) + read
        return read_since(table, position, limit, **scope)

    replacements = {
        "get_state": state_with_streams,
        "load_persisted_state": load_with_streams,
        "stream_records_since": read_and_forget,
    }
    for name, replacement in replacements.items():
        setattr(dynamodb, name, replacement)


def _configure(arguments: argparse.Namespace, port: int) -> None:
    """Set what MiniStack reads from the environment when it is imported."""
    os.environ.update(
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(port),
        IOT_MTLS_ENABLED="0",
        LOG_LEVEL="WARNING",
        PERSIST_STATE="0" if arguments.forget else "1",
        SFTP_ENABLED="0",
        STATE_DIR=str(arguments.state),
        MINISTACK_HOST="127.0.0.1",
    )


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gate", type=int, required=True, help="descriptor of the bound socket")
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps the tables")
    parser.add_argument("--forget", action="store_true", help="keep nothing")
    return parser.parse_args()


def main() -> None:
    arguments = _parse_arguments()
    stop_with_parent()
    gate = socket(fileno=arguments.gate)
    _configure(arguments, port_of(gate))
    from ministack import app as ministack  # reads the environment when it is imported
    from ministack.services import dynamodb

    logging.getLogger().setLevel(logging.WARNING)
    checkpoints = None
    if not arguments.forget:
        persist_streams(dynamodb)
        checkpoints = Checkpoints(
            ministack.app, lambda: ministack.save_all(ministack._build_persistence_save_dict())
        )
    config = uvicorn.Config(
        checkpoints or ministack.app,
        log_level="warning",
        access_log=False,
        lifespan="on",
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
    )
    EngineServer(config, checkpoints).run([gate])


if __name__ == "__main__":
    main()
