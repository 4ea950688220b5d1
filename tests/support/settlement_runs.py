"""Settlements without a cloud: their schedule, their queue and the answers about them."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import boto3

from functions import serve_settlements, settle_month
from shared import queue
from shared.domain.instants import instant_text
from shared.store.ledger.statements import list_member_statements
from tests.support.http_events import STAFF, send

MOST_TIMES = 5
"""How often a message is handed over before it is a dead letter."""


class Month:
    """Hands over the messages that wait in the queue; those that always fail go to `dead`."""

    def __init__(self) -> None:
        self.waiting, self.dead = [], []

    def take(self, params: dict, **_) -> None:
        batch = json.loads(params["body"])
        if batch["QueueUrl"] == os.environ["SETTLEMENT_QUEUE"]:
            self.waiting += [entry["MessageBody"] for entry in batch["Entries"]]

    def begin(self, at: datetime) -> None:
        settle_month.handler({"time": instant_text(at)})

    def end(self, at: datetime) -> None:
        """Start the settlement of a night, and hand over every message that follows."""
        self.begin(at)
        self.drain()

    def drain(self) -> None:
        while self.waiting:
            body = self.waiting.pop(0)
            if not any(self.hand(body) == [] for _ in range(MOST_TIMES)):
                self.dead.append(body)

    def hand(self, *bodies: str) -> list[str]:
        """Hand over messages together; return the ids of those that failed, which come again."""
        records = [{"messageId": str(number), "body": body} for number, body in enumerate(bodies)]
        return [
            failure["itemIdentifier"]
            for failure in settle_month.handler({"Records": records})["batchItemFailures"]
        ]

    def run(self, month: str) -> dict:
        return send(
            serve_settlements.handler,
            "GET /v1/settlements/{month}",
            path={"month": month},
            caller=STAFF,
        ).body


@contextmanager
def open_settlement() -> Iterator[Month]:
    """Yield the settlements of the test's tables; messages are caught when they are sent."""
    name = f"settlement-{os.environ['BUS_NAME']}"
    os.environ["SETTLEMENT_QUEUE"] = boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"]
    month, hooks = Month(), queue.client().meta.events
    hooks.register("before-call.sqs.SendMessageBatch", month.take)
    try:
        yield month
    finally:
        hooks.unregister("before-call.sqs.SendMessageBatch", month.take)
        del os.environ["SETTLEMENT_QUEUE"]


def list_statements_of(member: str) -> list:
    """A member's statements, oldest first."""
    return list(reversed(list_member_statements(member, 100, "")[0]))
