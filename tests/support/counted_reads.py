"""Counts what is asked of the tables: requests, and the items that come back or are looked at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shared.store import engine


@dataclass
class Reads:
    """`items` are those of pages that were read; rows that are only counted are `rows`."""

    requests: int = 0
    items: int = 0
    rows: int = 0


@contextmanager
def counted_reads() -> Iterator[Reads]:
    """Count inside the block."""
    reads = Reads()

    def count(parsed: dict, model: object, **_: object) -> None:
        reads.requests += 1
        if "Responses" in parsed:
            reads.items += sum(len(items) for items in parsed["Responses"].values())
        reads.rows += len(parsed.get("Items", ()))

    events = engine.connection().client.meta.events
    events.register("after-call.dynamodb", count)
    try:
        yield reads
    finally:
        events.unregister("after-call.dynamodb", count)
