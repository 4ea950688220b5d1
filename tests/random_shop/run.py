"""One run: days with eight clients at once, nights with what happens by itself, checks."""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

from functions import (
    decide_reviews,
    expire_credit,
    publish_events,
    settle_month,
    update_daily_totals,
)
from shared.domain.instants import instant_text
from shared.log import logger
from tests.random_shop.checks import list_faults
from tests.random_shop.client import Client
from tests.random_shop.messages import EXPIRY, IMPORTS, ORDERS, SETTLEMENT
from tests.random_shop.operations import adjust, operate, publish, register
from tests.random_shop.recorded import Family
from tests.random_shop.shop import RandomShop
from tests.random_shop.streams import Streams
from tests.random_shop.terms import ZONES, random_terms
from tests.support.table_streams import lambda_event

CLIENTS = 8
FAMILIES, FIRST_MEMBERS = 4, 20
NIGHTS_BETWEEN_EXPIRIES = 5
MOST_RECORDS = 100
HASTE = 20
"""Whoever waits before trying again waits this many times shorter."""


class Plan(NamedTuple):
    """How much happens: operations in all, how many before each check, over how many days."""

    seed: int
    operations: int = 20_000
    at_once: int = 1_000
    days: int = 410


class FaultsFound(AssertionError):
    """What no shop may do, one line each."""


class LogOfFaults:
    """In place of the log's stream: counts what was reported."""

    def __init__(self, shop: RandomShop) -> None:
        self.shop = shop

    def write(self, line: str) -> None:
        for kind in ("unhandled fault", "record will come again"):
            if kind in line and "Refused" not in line:
                self.shop.count(f"{kind}: {line[line.find('"fault"') :][-400:].strip()}")

    def flush(self) -> None:
        """Nothing waits."""


class Run:
    """A shop, its clients and its nights."""

    def __init__(self, plan: Plan, say: Callable[[str], object] = print) -> None:
        self.plan, self.say = plan, say
        self.chance = random.Random(f"{plan.seed} run")
        zone = self.chance.choice(ZONES)
        self.shop = RandomShop(str(plan.seed), plan.operations / plan.days, zone)
        self.clients = [Client(self.shop, number) for number in range(CLIENTS)]
        self.streams, self.done = Streams(), 0

    def play(self) -> None:
        """Raises `FaultsFound` with the first faults that a check finds."""
        with _installed(self.shop), ThreadPoolExecutor(CLIENTS) as threads:
            while len(self.shop.members) < FIRST_MEMBERS:
                register(self.clients[0])
                adjust(self.clients[0])
            epoch = 0
            while self.done < self.plan.operations:
                self._begin_epoch(recorded=epoch % 2 == 0)
                until = min(self.done + self.plan.at_once, self.plan.operations)
                while self.done < until:
                    self._day(threads, until)
                    self._night()
                self._check()
                epoch += 1

    def _begin_epoch(self, recorded: bool) -> None:
        """New terms; every other time with families whose history is recorded under them."""
        shop, client = self.shop, self.clients[0]
        shop.families = {}
        while True:
            document = random_terms(self.chance, shop.zone)
            if publish(client, document):
                break
        shop.program = document
        if recorded:
            for _ in range(FAMILIES):
                family = Family(f"F{shop.number()}", document, self.chance)
                family.found(client)
                shop.families[family.name] = family

    def _day(self, threads: ThreadPoolExecutor, until: int) -> None:
        share = (self.shop.day + 1) * self.plan.operations / self.plan.days
        today = max(1, min(round(share) - self.done, until - self.done))
        parts = [today // CLIENTS + (place < today % CLIENTS) for place in range(CLIENTS)]
        for work in [
            threads.submit(_act, client, part)
            for client, part in zip(self.clients, parts, strict=True)
        ]:
            work.result()
        self.done += today
        self._settle_down(threads)

    def _night(self) -> None:
        """Months, reviews and expiry, at the times that their schedules would have."""
        shop, client = self.shop, self.clients[0]
        event = {"time": instant_text(shop.night())}
        if shop.day % NIGHTS_BETWEEN_EXPIRIES == 0:
            client.call(expire_credit.handler, event)
        client.call(settle_month.handler, event)
        client.call(decide_reviews.handler, event)
        self._settle_down(None)

    def _settle_down(self, threads: ThreadPoolExecutor | None) -> None:
        """Until nothing waits that may be delivered today."""
        while True:
            self._read_streams()
            if self.shop.messages.is_empty(self.shop.day):
                return
            if threads:
                list(threads.map(_deliver, self.clients))
            else:
                _deliver(self.clients[0])

    def _read_streams(self) -> None:
        """Hand over what was written, some of it twice."""
        client, records = self.clients[0], self.streams.read()
        stamp = self.shop.now().timestamp()
        for record in records:
            record["dynamodb"]["ApproximateCreationDateTime"] = stamp
        for start in range(0, len(records), MOST_RECORDS):
            batch = lambda_event(records[start : start + MOST_RECORDS])
            for handler in (publish_events.handler, update_daily_totals.handler):
                client.call(handler, batch)
                if self.chance.random() < 0.05:
                    client.call(handler, batch)

    def _check(self) -> None:
        self.shop.faults.striking = False
        begun = time.monotonic()
        for family in self.shop.families.values():
            _end_history(family, self.clients[0])
        self._settle_down(None)
        faults = list(list_faults(self.shop))
        counts = self.shop.counts
        self.say(
            f"{self.done} operations, day {self.shop.day}, {counts['entries']} entries,"
            f" {counts['months closed']} months: {len(faults)} faults"
            f" ({time.monotonic() - begun:.0f} s)"
        )
        if faults:
            raise FaultsFound("\n".join(faults))
        self.shop.faults.striking = True


def _end_history(family: Family, client: Client) -> None:
    """Both sides look at the same last instant."""
    at = client.shop.now()
    with family.lock:
        family.expire(client, at)
        member = family.members[0]
        kind = "blocked" if member in family.blocked else "unblocked"
        family.lines.append({"type": kind, "member": member, "at": instant_text(at)})


def _act(client: Client, operations: int) -> None:
    for _ in range(operations):
        operate(client)
        if client.chance.random() < 0.5:
            client.handle_messages(ORDERS, client.chance.randrange(1, 11))


def _deliver(client: Client) -> None:
    for name in (IMPORTS, ORDERS, EXPIRY, SETTLEMENT):
        while client.handle_messages(name, 10 if name == ORDERS else 1):
            pass


@contextmanager
def _installed(shop: RandomShop) -> Iterator[None]:
    """The shop's faults, bus, queues and log in place of the real ones."""
    shop.faults.install()
    shop.messages.install()
    handler, sleep = logger.registered_handler, time.sleep
    time.sleep = lambda seconds: sleep(seconds / HASTE)
    stream = handler.setStream(LogOfFaults(shop))
    shop.faults.striking = True
    try:
        yield
    finally:
        shop.faults.striking = False
        handler.setStream(stream)
        time.sleep = sleep
        shop.messages.uninstall()
        shop.faults.uninstall()
