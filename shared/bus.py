"""The event bus: sends events about what happened, and reads them from queues."""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import batched
from typing import Any

from shared import aws, log
from shared.settings import StackResources

SOURCE = "grapevine"
SCHEMA_VERSION = 1
ORDER_CHANGED = "OrderChanged"
MOST_AT_ONCE = 10
"""Events in one request; EventBridge accepts no more."""
CORRELATION = "correlation_id"
"""The field of an event's detail that names the API request which caused the event."""
LONGEST_NAMED = 128
"""Longer ids are not written to the log."""


class BusRefused(RuntimeError):
    """The bus accepted the request but not the event. It is safe to send the event again."""


def put_event(kind: str, detail: Mapping[str, Any], at: datetime) -> str:
    """Puts one event on the bus and returns its id. `at` is the time of what caused the event.

    The correlation id of the log is added to the detail. Raises `BusRefused`.
    """
    traced = trace(detail, log.correlation_id())
    (result,) = _client().put_events(Entries=[_entry(kind, at, traced)])["Entries"]
    if result.get("ErrorCode"):
        raise BusRefused(result["ErrorCode"])
    event_id: str = result["EventId"]
    return event_id


def trace(detail: Mapping[str, Any], request: str | None) -> Mapping[str, Any]:
    """The detail of an event, to which the id of the API request that caused the event is added, if
    it is known.
    """
    return {**detail, CORRELATION: request} if request else detail


def put_events(events: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> list[int]:
    """Puts events on the bus, in order. Each is a kind, a time and a detail.

    Returns the positions of the events that the bus refused.
    """
    refused: list[int] = []
    for batch in batched(enumerate(events), MOST_AT_ONCE, strict=False):
        answer = _client().put_events(Entries=[_entry(*event) for _, event in batch])
        refused += [
            position
            for (position, _), result in zip(batch, answer["Entries"], strict=True)
            if result.get("ErrorCode")
        ]
    return refused


def read_event(text: str) -> dict[str, Any]:
    """An event of the bus, from a queue's record.

    Also adds the ids of the event, its order and its API request to all further lines of the log,
    and removes the API request from the detail.
    """
    event: dict[str, Any] = json.loads(text)
    detail = event.get("detail")
    if isinstance(detail, dict):
        request = _id(detail.pop(CORRELATION, None))
        log.name_ids(correlation_id=request, order_id=_order_of(event.get("detail-type"), detail))
    log.name_ids(event_id=_id(event.get("id")))
    return event


def _order_of(kind: object, detail: Mapping[str, Any]) -> str | None:
    """The order that an event is about: the id or first name of an `OrderChanged`, the field
    `order` of other events.
    """
    refs = detail.get("refs")
    if kind != ORDER_CHANGED:
        return _id(detail.get("order"))
    return _id(detail.get("id") or (refs[0] if isinstance(refs, list) and refs else None))


def _id(value: object) -> str | None:
    return value if isinstance(value, str) and len(value) <= LONGEST_NAMED else None


def _client() -> Any:
    """The client of the bus. botocore does not validate the events, because they are made here."""
    return aws.client("events", parameter_validation=False)


def _entry(kind: str, at: datetime, detail: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "Source": SOURCE,
        "DetailType": kind,
        "Detail": json.dumps({"schema_version": SCHEMA_VERSION, **detail}, ensure_ascii=False),
        "Time": at,
        "EventBusName": StackResources.load().bus_name,
    }
