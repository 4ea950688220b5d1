"""The event bus: what happened, told to whoever listens."""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

SOURCE = "grapevine"
SCHEMA_VERSION = 1


class BusRefused(RuntimeError):
    """The bus took the request and not the event; telling it again is safe."""


@cache
def _client() -> Any:
    """Made from botocore alone: boto3 would double the cold start of a webhook; events are made here, so nobody has to check them."""
    import botocore.session
    from botocore.config import Config

    config = Config(parameter_validation=False, max_pool_connections=32)
    return botocore.session.get_session().create_client("events", config=config)


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
