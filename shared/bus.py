"""The event bus: what happened, told to whoever listens."""

import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import batched
from typing import Any

from shared import aws

SOURCE = "grapevine"
SCHEMA_VERSION = 1
MOST_AT_ONCE = 10
"""Events in one request: EventBridge takes no more."""


class BusRefused(RuntimeError):
    """The bus took the request and not the event; telling it again is safe."""


def _client() -> Any:
    """Events are made here, so nobody has to check them."""
    return aws.client("events", parameter_validation=False)


def tell(kind: str, detail: Mapping, at: datetime) -> None:
    """Put one event on the bus, stamped with the time of what brought it; raises `BusRefused`."""
    answer = _client().put_events(Entries=[_entry(kind, at, detail)])
    if answer["FailedEntryCount"]:
        raise BusRefused(answer["Entries"][0].get("ErrorCode", "unknown"))


def tell_all(told: Iterable[tuple[str, datetime, Mapping]]) -> list[int]:
    """Put events on the bus in their order; the places of those that it did not take."""
    refused = []
    for some in batched(enumerate(told), MOST_AT_ONCE, strict=False):
        answer = _client().put_events(Entries=[_entry(*event) for _, event in some])
        refused += [
            place
            for (place, _), result in zip(some, answer["Entries"], strict=True)
            if result.get("ErrorCode")
        ]
    return refused


def _entry(kind: str, at: datetime, detail: Mapping) -> dict:
    return {
        "Source": SOURCE,
        "DetailType": kind,
        "Detail": json.dumps({"schema_version": SCHEMA_VERSION, **detail}, ensure_ascii=False),
        "Time": at,
        "EventBusName": os.environ["BUS_NAME"],
    }
