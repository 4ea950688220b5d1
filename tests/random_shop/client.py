"""A client of the shop: asks functions as gateway, bus and queues do, until they have answered."""

import json
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from functions import expire_credit, receive_webhook, reward_order, run_imports, settle_month
from shared.webhooks import PROVIDERS
from tests.conftest import SECRETS
from tests.random_shop.faults import Killed
from tests.random_shop.messages import EXPIRY, IMPORTS, ORDERS, SETTLEMENT, Message
from tests.random_shop.shop import RandomShop
from tests.support.http_events import SHOP, Answered, send

MOST_ATTEMPTS = 40
ASKED_TWICE, DELIVERED_TWICE, LATE = 0.06, 0.06, 0.03
"""Shares of requests and messages that come once more, and of those that come days later."""
LONGEST_DELAY_DAYS = 20
READERS = {
    ORDERS: reward_order.handler,
    EXPIRY: expire_credit.handler,
    SETTLEMENT: settle_month.handler,
    IMPORTS: run_imports.handler,
}
Handler = Callable[..., dict]


class Stuck(AssertionError):
    """Something was refused again and again."""


class Client:
    """One of those who act at once."""

    def __init__(self, shop: RandomShop, number: int) -> None:
        self.shop, self.chance = shop, random.Random(f"{shop.seed} client {number}")

    def ask(self, handler: Handler, route: str, at: datetime | None = None, **parts) -> Answered:
        """Send a request until it is answered; a repeat has the same `at`, or is later."""
        parts.setdefault("caller", SHOP)
        for _ in range(MOST_ATTEMPTS):
            answered = self._try(handler, route, at or self.shop.now(), parts)
            if answered and answered.status < 500 and self.chance.random() > ASKED_TWICE:
                return answered
        raise Stuck(f"{route} {parts}")

    def _try(self, handler: Handler, route: str, at: datetime, parts: dict) -> Answered | None:
        try:
            answered = send(handler, route, at=at, **parts)
        except Killed:
            self.shop.count("killed")
            return None
        self.shop.note(route, at, parts, answered)
        return answered

    def deliver(
        self, provider: str, body: Mapping, at: datetime | None = None, topic: str = ""
    ) -> Answered:
        """Send a signed webhook."""
        at, raw = at or self.shop.now(), json.dumps(body).encode()
        headers = PROVIDERS[provider].signature.sign(SECRETS[provider], raw, at)
        headers |= {"content-type": "application/json"}
        headers |= {"x-shopify-topic": topic} if provider == "shopify" else {}
        route = "POST /webhooks/{provider}"
        return self.ask(
            receive_webhook.handler,
            route,
            at,
            path={"provider": provider},
            body=raw,
            headers=headers,
            caller=None,
        )

    def handle_messages(self, name: str, most: int = 10) -> int:
        """Hand over a batch of messages that wait; return how many were taken."""
        shop = self.shop
        taken = shop.messages.take(name, shop.day, most)
        recorded = [(shop.recorder_of(message), message) for message in taken]
        for family, message in recorded:
            if family:
                family.handle(self, message)
        self._hand(name, [message for family, message in recorded if not family])
        return len(taken)

    def _hand(self, name: str, messages: list[Message]) -> None:
        failed = self.hand_once(name, messages) if messages else set()
        for message in messages:
            if message in failed:
                self.shop.messages.give_back(name, message)
            elif name == ORDERS and self.chance.random() < DELIVERED_TWICE:
                self.shop.messages.add(name, Message(message.body, self._another_day()))

    def hand_once(self, name: str, messages: Iterable[Message]) -> list[Message]:
        """Hand messages to a function; return those that failed."""
        batch = list(messages)
        attributes = {"ApproximateFirstReceiveTimestamp": "0", "ApproximateReceiveCount": "1"}
        records = [
            {"messageId": str(place), "body": message.body, "attributes": attributes}
            for place, message in enumerate(batch)
        ]
        try:
            answer = READERS[name]({"Records": records}, None)
        except Killed:
            self.shop.count("killed")
            return batch
        return [batch[int(row["itemIdentifier"])] for row in answer["batchItemFailures"]]

    def hand(self, name: str, message: Message) -> None:
        """Hand over one message until it is done."""
        for _ in range(MOST_ATTEMPTS):
            if not self.hand_once(name, [message]):
                return
        raise Stuck(message.body)

    def call(self, handler: Handler, event: Mapping) -> dict:
        """Call a function as a schedule or a stream does, until it has answered."""
        for _ in range(MOST_ATTEMPTS):
            try:
                answer = handler(event, None)
            except Killed:
                self.shop.count("killed")
                continue
            except Exception as fault:
                self.shop.note_fault(fault)
                continue
            if not answer.get("batchItemFailures"):
                return answer
        raise Stuck(f"{handler.__module__} {event}")

    def read[T](self, question: Callable[[], T]) -> T:
        """What a question about the tables is answered."""
        for _ in range(MOST_ATTEMPTS):
            try:
                return question()
            except Killed:
                self.shop.count("killed")
            except Exception as fault:
                self.shop.note_fault(fault)
        raise Stuck("a question")

    def _another_day(self) -> int:
        return self.shop.day + self.chance.choice((0, 0, 1, LONGEST_DELAY_DAYS))
