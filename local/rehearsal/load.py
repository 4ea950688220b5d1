"""Puts a system under load for some seconds, as a busy shop does: clicks, webhooks, holds and
reads, mixed and in parallel.

As browsers and processors do, five of a hundred calls are sent twice. For two of a hundred the
connection is closed before the answer, and the call is sent again.
"""

import argparse
import http.client
import itertools
import json
import random
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from local.rehearsal.cloud import RehearsalFailed
from local.rehearsal.shop import PATIENCE_SECONDS, RehearsedShop, expect
from shared.webhooks.stripe.signature import SIGNATURE

MOST_SECONDS = 3_600
BUYERS, THREADS = 20, 4
CREDIT = 10**9
"""Credit of each buyer, in cents; so much that no hold is refused for its amount."""
SENT_TWICE, LEFT = 0.05, 0.02
"""Which part of the calls is sent twice, and for which the first answer is not awaited."""
JSON: dict[str, str] = {"content-type": "application/json"}
PERSON = {"sec-fetch-dest": "document", "user-agent": "Mozilla/5.0"}


class PlannedCall(NamedTuple):
    """A request that can be repeated unchanged, and the statuses that count as success. `follow`
    makes the visitor's next call from the body of a successful answer.
    """

    kind: str
    status: tuple[int, ...]
    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    follow: Callable[[bytes], "PlannedCall"] | None = None


class Timed(NamedTuple):
    """How long an answer took; `error` says what was wrong with it, or is empty."""

    kind: str
    seconds: float
    error: str = ""


def parse_seconds(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"must be a number of seconds from 1 to {MOST_SECONDS}")
    return int(text)


class BusyDay:
    """Makes the calls of a shop. It registers the buyers first; each call has its own number."""

    def __init__(self, shop: RehearsedShop) -> None:
        self.shop, self.numbers = shop, itertools.count(1)
        self.codes = [self._register(number) for number in range(BUYERS)]

    def buyer(self, number: int) -> str:
        return f"load-{self.shop.mark}-{number % BUYERS}"

    def _register(self, number: int) -> str:
        """Registers a buyer, with the buyer before as advocate, and gives credit; returns the
        buyer's code.
        """
        name, form = self.buyer(number), {"login": self.buyer(number)}
        if number:
            form |= {"referrer_login": self.buyer(number - 1)}
        member = expect(200, self.shop.ask("PUT", f"/v1/members/{name}", form), name).json
        credit = {"amount": CREDIT, "reason": "load"}
        given = self.shop.ask("POST", f"/v1/members/{name}/adjustments", credit, "staff_key")
        expect(201, given, f"credit of {name}")
        return str(member["code"])

    def next_call(self) -> PlannedCall:
        number = next(self.numbers)
        kinds = (self._click, self._webhook, self._hold, self._read)
        return random.choices(kinds, (50, 25, 10, 15))[0](number)

    def _click(self, number: int) -> PlannedCall:
        return PlannedCall("click", (302,), "GET", f"/r/{self.codes[number % BUYERS]}", PERSON)

    def _webhook(self, number: int) -> PlannedCall:
        now = datetime.now(UTC)
        body = json.dumps(_paid_session(self.shop.mark, number, self.buyer(number), now)).encode()
        secret = self.shop.system["webhook_secrets"]["stripe"]
        headers = JSON | SIGNATURE.sign(secret, body, now)
        return PlannedCall("webhook", (202,), "POST", "/webhooks/stripe", headers, body)

    def _hold(self, number: int) -> PlannedCall:
        order = {"order_id": f"hold-{self.shop.mark}-{number}", "amount": 1, "items_total": 5_000}
        headers = self._key() | {"idempotency-key": str(order["order_id"])}
        path = f"/v1/members/{self.buyer(number)}/holds"
        end = "void" if number % 4 == 0 else "capture"
        body = json.dumps(order).encode()
        return PlannedCall("hold", (201,), "POST", path, headers, body, partial(self._end, end))

    def _end(self, end: str, hold: bytes) -> PlannedCall:
        """Captures or voids a hold, because a member may have only a few open ones."""
        path = f"/v1/holds/{json.loads(hold)['id']}/{end}"
        return PlannedCall(end, (200,), "POST", path, self._key(), b"{}")

    def _read(self, number: int) -> PlannedCall:
        path = f"/v1/members/{self.buyer(number)}/balance"
        return PlannedCall("read", (200,), "GET", path, self._key())

    def _key(self) -> dict[str, str]:
        return JSON | {"authorization": f"Bearer {self.shop.system['secret_key']}"}


def _paid_session(mark: str, number: int, buyer: str, now: datetime) -> dict[str, object]:
    """Stripe's event that a Checkout session was paid."""
    at, name = int(now.timestamp()), f"load{mark}{number}"
    session = {
        "id": f"cs_live_{name}",
        "object": "checkout.session",
        "mode": "payment",
        "payment_status": "paid",
        "payment_intent": f"pi_{name}",
        "created": at,
        "currency": "eur",
        "amount_subtotal": 10_000,
        "amount_total": 10_000,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "customer_details": {"email": None},
        "metadata": {"gv_order": name, "gv_customer": buyer},
    }
    kind = "checkout.session.completed"
    event = {"id": f"evt_{name}", "object": "event", "type": kind, "created": at, "livemode": True}
    return event | {"data": {"object": session}}


class Visitors:
    """Sends calls and collects the answers. Each thread is one visitor with its own connection."""

    def __init__(self, base_url: str, next_call: Callable[[], PlannedCall]) -> None:
        self.place, self.next_call = urlsplit(base_url).netloc, next_call
        self.answers: list[Timed] = []
        self.lock = threading.Lock()

    def come(self, until: float) -> None:
        connection = http.client.HTTPConnection(self.place, timeout=PATIENCE_SECONDS)
        while time.monotonic() < until:
            call: PlannedCall | None = self.next_call()
            while call:
                call = self._make(connection, call)
        connection.close()

    def _make(
        self, connection: http.client.HTTPConnection, call: PlannedCall
    ) -> PlannedCall | None:
        """Makes a call, now and then twice or without waiting for the answer first. Returns the call
        that follows a successful answer, if there is one.
        """
        if random.random() < LEFT:
            connection.request(call.method, call.path, call.body, call.headers)
            connection.close()
        for _ in range(2 if random.random() < SENT_TWICE else 1):
            timed, said = self._send(connection, call)
            with self.lock:
                self.answers.append(timed)
        return call.follow(said) if call.follow and not timed.error else None

    def _send(
        self, connection: http.client.HTTPConnection, call: PlannedCall
    ) -> tuple[Timed, bytes]:
        """The time that the answer took, and its body."""
        began, error, said = time.monotonic(), "", b""
        try:
            connection.request(call.method, call.path, call.body, call.headers)
            answer = connection.getresponse()
            said = answer.read()
            if answer.status not in call.status:
                error = f"{answer.status} {said[:200].decode(errors='replace')}"
        except (OSError, http.client.HTTPException) as broken:
            connection.close()
            error = repr(broken)
        return Timed(call.kind, time.monotonic() - began, error), said


def put_under_load(shop: RehearsedShop, seconds: int) -> list[Timed]:
    """All answers of a load of this many seconds; returns when all messages are processed too."""
    visitors = Visitors(shop.system["base_url"], BusyDay(shop).next_call)
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(THREADS) as threads:
        for visit in [threads.submit(visitors.come, until) for _ in range(THREADS)]:
            visit.result()
    shop.drain()
    return visitors.answers


def bear_load(shop: RehearsedShop, seconds: int) -> str:
    """A table with the response times; raises `RehearsalFailed` if an answer was wrong."""
    answers = put_under_load(shop, seconds)
    table = "\n".join(
        "  " + "  ".join(f"{name} {value}" for name, value in row.items())
        for row in rows_of(answers)
    )
    if wrong := [answer for answer in answers if answer.error]:
        raise RehearsalFailed(f"{table}\nthe first of {len(wrong)} errors: {wrong[0]}")
    return table


def rows_of(answers: list[Timed]) -> list[dict[str, str | int]]:
    """A row for each kind of call: how many calls, their times in milliseconds, and how many
    answers were wrong.
    """
    kinds: dict[str, list[Timed]] = defaultdict(list)
    for answer in answers:
        kinds["all"].append(answer)
        kinds[answer.kind].append(answer)
    return [_row(kind, timed) for kind, timed in kinds.items()]


def _row(kind: str, timed: list[Timed]) -> dict[str, str | int]:
    times = sorted(1000 * answer.seconds for answer in timed)
    return {
        "what": kind,
        "calls": len(timed),
        "p50 ms": round(statistics.median(times)),
        "p99 ms": round(times[99 * len(times) // 100]),
        "errors": sum(bool(answer.error) for answer in timed),
    }
