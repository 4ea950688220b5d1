"""The event bus: what happened, told to whoever listens."""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache

import boto3

SOURCE = "grapevine"
SCHEMA_VERSION = 1


class BusRefused(RuntimeError):
    """The bus took the request and not the event; telling it again is safe."""


@cache
def _client():
    return boto3.client("events")


def tell(kind: str, detail: Mapping, at: datetime) -> None:
    """Put one event on the bus, stamped with the time of what brought it; raises `BusRefused`."""
    entry = {
        "Source": SOURCE,
        "DetailType": kind,
        "Detail": json.dumps({"schema_version": SCHEMA_VERSION, **detail}, ensure_ascii=False),
        "Time": at,
        "EventBusName": os.environ["BUS_NAME"],
    }
    answer = _client().put_events(Entries=[entry])
    if answer["FailedEntryCount"]:
        raise BusRefused(answer["Entries"][0].get("ErrorCode", "unknown"))
