"""Counts what a client requests from DynamoDB: requests, round trips, capacity units.

Hooks in botocore see each request and its response.
"""

import math
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

READ_UNIT_BYTES = 4096
WRITES = {"PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems", "BatchWriteItem"}


class Call(NamedTuple):
    """One request; `began` and `ended` are seconds of `time.perf_counter`."""

    operation: str
    began: float
    ended: float
    write_units: float
    read_units: float


class Meter:
    """Counts every request that ends while its hooks are registered.

    `latency_seconds` delays each request, as a network would. So requests that are sent in parallel
    overlap and count as one round trip, even on a busy machine.
    """

    def __init__(self, latency_seconds: float) -> None:
        self.calls: list[Call] = []
        self._latency_seconds = latency_seconds
        self._lock = threading.Lock()

    @property
    def requests(self) -> int:
        return len(self.calls)

    @property
    def round_trips(self) -> int:
        """The length of the longest chain of requests in which each one begins after the one before
        has ended.
        """
        length, free_from = 0, float("-inf")
        for call in sorted(self.calls, key=lambda call: call.ended):
            if call.began >= free_from:
                length, free_from = length + 1, call.ended
        return length

    @property
    def write_units(self) -> float:
        return sum(call.write_units for call in self.calls)

    @property
    def read_units(self) -> float:
        return sum(call.read_units for call in self.calls)

    def before_request(self, params: dict, context: dict, **_: Any) -> None:
        context["counted"] = (time.perf_counter(), params.get("RequestItems"))
        time.sleep(self._latency_seconds)

    def after_request(self, parsed: dict, model: Any, context: dict, **_: Any) -> None:
        began, requested_items = context["counted"]
        ended, units = time.perf_counter(), _reported_units(parsed)
        if model.name in WRITES:
            call = Call(model.name, began, ended, units, 0)
        elif model.name == "BatchGetItem":
            call = Call(model.name, began, ended, 0, _batch_read_units(requested_items, parsed))
        else:
            call = Call(model.name, began, ended, 0, units)
        with self._lock:
            self.calls.append(call)


@contextmanager
def counting(client: Any, latency_seconds: float = 0) -> Iterator[Meter]:
    """Counts the requests of a DynamoDB client during the block. The client must request the
    consumed capacity.
    """
    meter = Meter(latency_seconds)
    hooks = (
        ("before-parameter-build.dynamodb", meter.before_request),
        ("after-call.dynamodb", meter.after_request),
    )
    for event, hook in hooks:
        client.meta.events.register(event, hook)
    try:
        yield meter
    finally:
        for event, hook in hooks:
            client.meta.events.unregister(event, hook)


def _reported_units(parsed: dict) -> float:
    reported = parsed.get("ConsumedCapacity") or []
    tables = reported if isinstance(reported, list) else [reported]
    return sum(table["CapacityUnits"] for table in tables)


def _batch_read_units(requested_items: dict, parsed: dict) -> int:
    """The read units of a BatchGetItem by AWS's rule for consistent reads, which the engine does
    not apply.

    Each item is rounded up by itself; a key without an item costs one unit.
    """
    items = [item for items in parsed["Responses"].values() for item in items]
    keys = sum(len(request["Keys"]) for request in requested_items.values())
    units = sum(math.ceil(item_bytes(item) / READ_UNIT_BYTES) for item in items)
    return units + keys - len(items)


def item_bytes(item: dict) -> int:
    """The size of an item by AWS's rule: names and values in UTF-8; a number has half a byte for
    each digit, and one more.
    """
    return sum(
        len(name.encode()) + _value_bytes(kind, value)
        for name, typed_value in item.items()
        for kind, value in typed_value.items()
    )


def _value_bytes(kind: str, value: Any) -> int:
    if kind == "S":
        return len(value.encode())
    return (len(value.strip("-")) + 1) // 2 + 1 if kind == "N" else 1
