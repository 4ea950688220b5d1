"""Webhooks to the shop without a cloud: their queue, and calls of their routes."""

import json
from datetime import datetime, timedelta

from functions import serve_webhooks
from functions.deliver_webhook import handler
from shared.domain.instants import instant_text
from tests.support.http_events import NOW, STAFF, send

WEBHOOKS, WEBHOOK = "/v1/webhooks", "/v1/webhooks/{id}"
DELIVERIES, REPLAY = f"{WEBHOOK}/deliveries", f"{WEBHOOK}/deliveries/{{delivery}}/replay"
PUBLIC_BASE = "https://grapevine.example.com"


class Post:
    """The webhooks queue without its waiting.

    `waiting` holds messages, each with its delay in seconds; `at` is the clock, which a message
    moves on by its delay.
    """

    def __init__(self) -> None:
        self.at, self.waiting = NOW, []

    def take(self, params: dict, **_) -> None:
        message = json.loads(params["body"])
        self.waiting.append((message["MessageBody"], message.get("DelaySeconds", 0)))

    def event(self, number: int = 1, kind: str = "RewardPosted", **detail) -> None:
        content = {
            "schema_version": 1,
            "id": f"evt_{number}",
            "at": instant_text(NOW + timedelta(seconds=number)),
            "member": "A",
            **detail,
        }
        self.waiting.append(
            (
                json.dumps(
                    {
                        "id": "of-the-bus",
                        "source": "grapevine",
                        "detail-type": kind,
                        "detail": content,
                    }
                ),
                0,
            )
        )

    def step(self) -> int:
        """Hand over the next message; return the seconds that it waited."""
        body, delay = self.waiting.pop(0)
        self.at += timedelta(seconds=delay)
        assert self.hand(body) == {"batchItemFailures": []}
        return delay

    def hand(self, body: str) -> dict:
        received = str(round(self.at.timestamp() * 1000))
        record = {
            "messageId": "m",
            "body": body,
            "attributes": {"ApproximateFirstReceiveTimestamp": received},
        }
        return handler({"Records": [record]})

    def run(self, most: int = 1_000) -> list[int]:
        """Hand over messages until none waits; return the seconds that each waited."""
        pauses = []
        while self.waiting and len(pauses) < most:
            pauses.append(self.step())
        return pauses


def call_route(route: str, at: datetime = NOW, **parts):
    return send(serve_webhooks.handler, route, caller=STAFF, at=at, **parts)


def create_webhook(url: str, **form) -> dict:
    answered = call_route(f"POST {WEBHOOKS}", body={"url": url} | form)
    assert answered.status == 201, answered.text
    return answered.body


def find_webhook(webhook: dict) -> dict:
    return next(
        row for row in call_route(f"GET {WEBHOOKS}").body["items"] if row["id"] == webhook["id"]
    )


def list_deliveries(webhook: dict, at: datetime = NOW) -> list[dict]:
    return call_route(f"GET {DELIVERIES}", at, path={"id": webhook["id"]}).body["items"]
