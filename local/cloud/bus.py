"""The event bus: takes what functions put, keeps what is ours for `/_local/bus`, and lays it in the queues of the rules that match."""

import json
import sqlite3
import uuid
from datetime import UTC, datetime

from local.cloud.clock import Clock
from local.cloud.event_patterns import matches
from local.cloud.queues import Queues
from local.cloud.resources import DEFAULT_BUS, Resources
from local.cloud.template import ACCOUNT, REGION

KEPT_EVENTS = 10_000
_LARGEST_BYTES = 256 * 1024
_TABLES = "create table if not exists events (number integer primary key, envelope text not null)"


class EventRefused(Exception):
    """One entry of a PutEvents request; `code` is AWS's."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Bus:
    def __init__(
        self, journal: sqlite3.Connection, cloud: Resources, queues: Queues, clock: Clock
    ) -> None:
        self.journal, self.cloud, self.queues, self.clock = journal, cloud, queues, clock
        journal.execute(_TABLES)

    def put(self, entry: dict) -> str:
        """The id of the event. Its time is the entry's, and only without one the local clock's. Call it in a transaction."""
        bus = entry.get("EventBusName", DEFAULT_BUS).rpartition("/")[2]
        if bus not in self.cloud.buses:
            raise EventRefused(
                "ResourceNotFoundException", f"there is no bus {bus} in the template"
            )
        event = self._envelope(entry)
        text = json.dumps(event, separators=(",", ":"), ensure_ascii=False)
        if bus != DEFAULT_BUS:
            self._keep(text)
        for rule in self.cloud.rules:
            if rule.bus == bus and matches(rule.pattern, event):
                for arn in rule.queues:
                    self.queues.send(arn, [text], int(self.clock.now().timestamp() * 1000))
        return event["id"]

    def events(self) -> list[dict]:
        return [
            json.loads(text)
            for (text,) in self.journal.execute("select envelope from events order by number")
        ]

    def _keep(self, text: str) -> None:
        number = self.journal.execute("insert into events (envelope) values (?)", (text,)).lastrowid
        if number and number % 100 == 0:
            self.journal.execute("delete from events where number <= ?", (number - KEPT_EVENTS,))

    def _envelope(self, entry: dict) -> dict:
        told = entry.get("Time")
        at = self.clock.now() if told is None else datetime.fromtimestamp(told, UTC)
        return {
            "version": "0",
            "id": str(uuid.uuid4()),
            "detail-type": _text(entry, "DetailType"),
            "source": _text(entry, "Source"),
            "account": ACCOUNT,
            "time": at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": REGION,
            "resources": entry.get("Resources", []),
            "detail": _detail(entry),
        }


def _text(entry: dict, field: str) -> str:
    if not isinstance(entry.get(field), str) or not entry[field]:
        raise EventRefused("InvalidArgument", f"{field} is missing")
    return entry[field]


def _detail(entry: dict) -> dict:
    text = entry.get("Detail", "")
    if len(text.encode()) > _LARGEST_BYTES:
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
