"""Counts what is asked of DynamoDB, by hooks of botocore: requests, round trips in sequence, capacity units."""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, NamedTuple

READ_UNIT_BYTES = 4096
LATENCY_SECONDS = 0.05
"""Added to each request, as a network would, so that requests sent side by side overlap."""


class Call(NamedTuple):
    operation: str
    began: float
    ended: float
    write_units: float
    read_units: float


@dataclass
class Meter:
    """Every request that ended while it counted."""

    calls: list[Call] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def requests(self) -> int:
        return len(self.calls)

    @property
    def round_trips(self) -> int:
        """The longest chain of requests of which each began after the one before had ended."""
        chain, free_from = 0, float("-inf")
        for call in sorted(self.calls, key=lambda call: call.ended):
            if call.began >= free_from:
                chain, free_from = chain + 1, call.ended
        return chain

    @property
    def write_units(self) -> float:
        return sum(call.write_units for call in self.calls)

    @property
    def read_units(self) -> float:
        return sum(call.read_units for call in self.calls)

    def begin(self, params: dict, context: dict, **_: Any) -> None:
        context["counted"] = (time.perf_counter(), params.get("RequestItems"))
        time.sleep(LATENCY_SECONDS)

    def end(self, parsed: dict, model: Any, context: dict, **_: Any) -> None:
        began, wanted = context["counted"]
        units = _reported(parsed)
        reads = (
            _batch_units(wanted, parsed)
            if model.name == "BatchGetItem"
            else 0
            if model.name in WRITES
            else units
        )
        call = Call(
            model.name, began, time.perf_counter(), units if model.name in WRITES else 0, reads
        )
        with self.lock:
            self.calls.append(call)


WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}


@contextmanager
def counting(client: Any) -> Iterator[Meter]:
    """Counts the requests of one botocore client of DynamoDB that asks for its consumed capacity."""
    meter = Meter()
    hooks = (("before-parameter-build.dynamodb", meter.begin), ("after-call.dynamodb", meter.end))
    for event, hook in hooks:
        client.meta.events.register(event, hook)
    try:
        yield meter
    finally:
        for event, hook in hooks:
            client.meta.events.unregister(event, hook)


def _reported(parsed: dict) -> float:
    told = parsed.get("ConsumedCapacity") or []
    return sum(table["CapacityUnits"] for table in (told if isinstance(told, list) else [told]))


def _batch_units(wanted: dict, parsed: dict) -> int:
    """AWS's rule for consistent reads, which the engine does not report: each item alone, rounded up; one unit for none."""
    found = [item for items in parsed["Responses"].values() for item in items]
    asked = sum(len(request["Keys"]) for request in wanted.values())
    return sum(math.ceil(item_bytes(item) / READ_UNIT_BYTES) for item in found) + asked - len(found)


def item_bytes(item: dict) -> int:
    """AWS's rule: names and values in UTF-8, numbers half a byte a digit and one more, others one."""
    return sum(
        len(name.encode()) + _value_bytes(*value.popitem())
        for name, value in ((n, dict(v)) for n, v in item.items())
    )


def _value_bytes(kind: str, value: Any) -> int:
    if kind == "S":
        return len(value.encode())
    return (len(value.strip("-")) + 1) // 2 + 1 if kind == "N" else 1
