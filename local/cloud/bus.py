"""The event buses: they receive events from functions and send each event to the queues of the
rules that match it.

Events of the stack's own bus are kept, and shown at `/_local/bus`.
"""

import json
import sqlite3
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local.cloud.clock import Clock
from local.cloud.event_patterns import matches
from local.cloud.queues import Queues
from local.cloud.resources import DEFAULT_BUS, Resources
from local.cloud.template import ACCOUNT, REGION

KEPT_EVENTS = 10_000
_MAX_DETAIL_BYTES = 256 * 1024


class EventRefused(Exception):
    """An entry of a PutEvents request is wrong; `code` is AWS's name for the error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Bus:
    def __init__(
        self, database: sqlite3.Connection, resources: Resources, queues: Queues, clock: Clock
    ) -> None:
        self.database, self.resources, self.queues = database, resources, queues
        self.clock = clock

    def put(self, entry: Mapping[str, Any]) -> str:
        """Publishes one entry of a PutEvents request and returns the event's id; raises
        EventRefused.

        The event's time is the entry's `Time`, or the local clock's if the entry has none. Call
        this inside a transaction.
        """
        bus = entry.get("EventBusName", DEFAULT_BUS).rpartition("/")[2]
        if bus not in self.resources.buses:
            raise EventRefused(
                "ResourceNotFoundException", f"there is no bus {bus} in the template"
            )
        event_id = str(uuid.uuid4())
        event = self._envelope(event_id, entry)
        text = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
        if bus != DEFAULT_BUS:
            self._keep(text)
        for rule in self.resources.rules:
            if rule.bus == bus and matches(rule.pattern, event):
                for arn in rule.queues:
                    self.queues.send(arn, [text], int(self.clock.now().timestamp() * 1000))
        return event_id

    def list_events(self) -> list[dict[str, Any]]:
        """Returns the last `KEPT_EVENTS` events of the stack's own bus, the oldest first."""
        rows = self.database.execute("select envelope from events order by number")
        return [json.loads(text) for (text,) in rows]

    def _keep(self, text: str) -> None:
        number = self.database.execute(
            "insert into events (envelope) values (?)", (text,)
        ).lastrowid
        if number and number % 100 == 0:
            self.database.execute("delete from events where number <= ?", (number - KEPT_EVENTS,))

    def _envelope(self, event_id: str, entry: Mapping[str, Any]) -> dict[str, object]:
        timestamp = entry.get("Time")
        at = self.clock.now() if timestamp is None else datetime.fromtimestamp(timestamp, UTC)
        return {
            "version": "0",
            "id": event_id,
            "detail-type": _required_text(entry, "DetailType"),
            "source": _required_text(entry, "Source"),
            "account": ACCOUNT,
            "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": REGION,
            "resources": entry.get("Resources", []),
            "detail": _parse_detail(entry),
        }


def _required_text(entry: Mapping[str, Any], field: str) -> str:
    text = entry.get(field)
    if not isinstance(text, str) or not text:
        raise EventRefused("InvalidArgument", f"{field} is missing")
    return text


def _parse_detail(entry: Mapping[str, Any]) -> dict[str, Any]:
    text = entry.get("Detail", "")
    if len(text.encode()) > _MAX_DETAIL_BYTES:
        raise EventRefused(
            "InvalidArgument", "Total size of the entries in the request is over the limit."
        )
    try:
        detail = json.loads(text)
    except json.JSONDecodeError:
        raise EventRefused("MalformedDetail", "Detail is malformed.") from None
    if not isinstance(detail, dict):
        raise EventRefused("MalformedDetail", "Detail is malformed.")
    return detail
