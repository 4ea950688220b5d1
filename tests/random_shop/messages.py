"""Bus and queues that deliver in any order, more than once, and late."""

import json
import os
import random
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from types import SimpleNamespace
from typing import Any

from shared import bus, queue
from shared.domain.instants import instant_text
from tests.random_shop.faults import Faults

ORDERS, EXPIRY, SETTLEMENT = "ORDERS_QUEUE", "EXPIRY_QUEUE", "SETTLEMENT_QUEUE"
IMPORTS = "IMPORTS_QUEUE"
QUEUES = (EXPIRY, SETTLEMENT, IMPORTS, "MAIL_QUEUE", "WEBHOOKS_QUEUE", "RECONCILIATION_QUEUE")
READ = {
    "OrderChanged",
    "OrderUnfinished",
    "MemberBlocked",
    "BlockUnfinished",
    "ReferralEnded",
    "ClawbackUnfinished",
    "MergeUnfinished",
}
"""Kinds of events that the bus's rule sends to the orders queue."""
MOST_ATTEMPTS = 30
TAKEN = SimpleNamespace(status_code=200)
REFUSED_SHARE = 0.01


@dataclass
class Message:
    """`day` is the first day on which it may be delivered."""

    body: str
    day: int = 0
    attempts: int = 0

    @property
    def detail(self) -> dict[str, Any]:
        return json.loads(self.body).get("detail", {})


class Messages:
    """What waits, by queue. `dead` are those that failed too often: none may."""

    def __init__(self, seed: str, faults: Faults) -> None:
        self._chance, self._turn, self._faults = random.Random(seed), Lock(), faults
        self.waiting: dict[str, list[Message]] = {
            name: [] for name in (ORDERS, EXPIRY, SETTLEMENT, IMPORTS)
        }
        self.dead: list[Message] = []
        self.put = Counter[str]()

    def install(self) -> None:
        """Stand in for EventBridge and SQS, at the functions' own clients."""
        for name in QUEUES:
            os.environ[name] = f"http://127.0.0.1/000000000000/{name}"
        bus._client().meta.events.register("before-call.eventbridge.PutEvents", self._take_events)
        for operation in ("SendMessage", "SendMessageBatch"):
            queue.client().meta.events.register(f"before-call.sqs.{operation}", self._take_messages)

    def uninstall(self) -> None:
        events = bus._client().meta.events
        events.unregister("before-call.eventbridge.PutEvents", self._take_events)
        for operation in ("SendMessage", "SendMessageBatch"):
            events = queue.client().meta.events
            events.unregister(f"before-call.sqs.{operation}", self._take_messages)
        for name in QUEUES:
            del os.environ[name]

    def add(self, name: str, message: Message) -> None:
        with self._turn:
            self.waiting[name].append(message)

    def take(self, name: str, day: int, most: int) -> list[Message]:
        """Some of the messages that may be delivered on a day, whichever came first."""
        with self._turn:
            waiting = self.waiting[name]
            self._chance.shuffle(waiting)
            taken = [message for message in waiting if message.day <= day][:most]
            for message in taken:
                waiting.remove(message)
        return taken

    def give_back(self, name: str, message: Message) -> None:
        """A message that failed comes again, until it is dead."""
        message.attempts += 1
        if message.attempts >= MOST_ATTEMPTS:
            self.dead.append(message)
        else:
            self.add(name, message)

    def is_empty(self, day: int) -> bool:
        with self._turn:
            return not any(
                message.day <= day for waiting in self.waiting.values() for message in waiting
            )

    def _take_events(self, params: dict, **_: object) -> tuple[object, dict]:
        results = []
        for entry in json.loads(params["body"])["Entries"]:
            if self._faults.happens(REFUSED_SHARE):
                results.append({"ErrorCode": "InternalFailure"})
                continue
            results.append({"EventId": "event"})
            self.put[entry["DetailType"]] += 1
            if entry["DetailType"] in READ:
                self.add(ORDERS, Message(_event(entry)))
        refused = sum("ErrorCode" in result for result in results)
        return TAKEN, {"Entries": results, "FailedEntryCount": refused}

    def _take_messages(self, params: dict, **_: object) -> tuple[object, dict]:
        request = json.loads(params["body"])
        name = request["QueueUrl"].rpartition("/")[2]
        rows = request.get("Entries") or [request]
        self.put[name] += len(rows)
        if name in self.waiting:
            for row in rows:
                self.add(name, Message(row["MessageBody"]))
        return TAKEN, {"MessageId": "message", "Successful": [], "Failed": []}


def _event(entry: dict) -> str:
    at = datetime.fromtimestamp(entry["Time"], UTC)
    event = {"id": "event", "source": entry["Source"], "detail-type": entry["DetailType"]}
    return json.dumps(event | {"time": instant_text(at), "detail": json.loads(entry["Detail"])})
