"""The settlement without a cloud: its schedule, its queue, and the answers about it."""

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
    """Hands messages over until the queue is empty; `asked` are those that wait."""

    def __init__(self) -> None:
        self.asked, self.dead = [], []

    def take(self, params: dict, **_) -> None:
        told = json.loads(params["body"])
        if told["QueueUrl"] == os.environ["SETTLEMENT_QUEUE"]:
            self.asked += [entry["MessageBody"] for entry in told["Entries"]]

    def begin(self, at: datetime) -> None:
        settle_month.handler({"time": instant_text(at)})

    def end(self, at: datetime) -> None:
        """The trigger of a night, and everything that follows from it."""
        self.begin(at)
        self.drain()

    def drain(self) -> None:
        while self.asked:
            body = self.asked.pop(0)
            if not any(self.hand(body) == [] for _ in range(MOST_TIMES)):
                self.dead.append(body)

    def hand(self, *bodies: str) -> list[str]:
        """The records that are to come again."""
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
    """A settlement over the tables of this test, its queue heard instead of read."""
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
