"""Simulates a year of the shop through the real API: people join, buy, spend credit and return
products.
"""

import random
import threading
from dataclasses import dataclass, field
from datetime import timedelta

from local.demo.shop.clock_switch import ClockSwitch
from local.demo.shop.database import Customer, LoginTaken
from local.demo.shop.people import NAMES, login_of, signup_of
from local.demo.shop.products import PRODUCTS, CartLine
from local.demo.shop.storefront import Storefront
from web.clients.grapevine import Problem, Unreachable

MONTHS = 12
JOIN_A_MONTH = 3
BUYS, RETURNS, SPENDS = 0.4, 0.12, 0.7
"""Probabilities that a customer buys in a month, that a buyer returns something, and that a buyer
spends the available credit.
"""
SEED = 20260301


@dataclass
class YearProgress:
    """The progress of a simulated year.

    * `summaries`: a sentence for each finished month.
    * `problem`: why the year ended early, or None.
    """

    summaries: list[str] = field(default_factory=list)
    months: int = 0
    running: bool = False
    problem: str | None = None


@dataclass
class MonthCounts:
    """What happened in one month; `spent` is credit in minor units."""

    joined: int = 0
    orders: int = 0
    returned: int = 0
    spent: int = 0


class SimulatedYear:
    """Simulates one year at a time, in a thread of its own."""

    def __init__(self, storefront: Storefront, clock: ClockSwitch) -> None:
        self.storefront, self.clock = storefront, clock
        self.progress = YearProgress()
        self._starting, self._stopped = threading.Lock(), threading.Event()

    def start(self, months: int = MONTHS) -> None:
        """Starts a year in the background; does nothing if one is running."""
        with self._starting:
            if not self.progress.running:
                self.progress = YearProgress(months=months, running=True)
                threading.Thread(
                    target=self._run, args=(months,), name="a year of the shop", daemon=True
                ).start()

    def stop(self) -> None:
        """Makes a running year end after the current step."""
        self._stopped.set()

    def _run(self, months: int) -> None:
        try:
            chance = random.Random(SEED + len(self.storefront.database.list_customers()))
            for _ in range(months):
                if not self._stopped.is_set():
                    self._simulate_month(chance)
        except (Problem, Unreachable) as problem:
            self.progress.problem = str(problem)
        finally:
            self.progress.running = False

    def _simulate_month(self, chance: random.Random) -> None:
        controls, counts = self.clock.controls, MonthCounts()
        began = controls.now()
        for _ in range(JOIN_A_MONTH):
            counts.joined += self._join(chance)
        customers = self.storefront.database.list_customers()
        for customer in chance.sample(customers, len(customers)):
            if chance.random() < BUYS and not self._stopped.is_set():
                controls.set_clock(controls.now() + timedelta(minutes=chance.randint(20, 300)))
                self._buy(chance, customer, counts)
        self.clock.to_the_first()
        spent = f", {counts.spent / 100:.2f} EUR of credit spent" if counts.spent else ""
        self.progress.summaries.append(
            f"{began:%B %Y}: {counts.joined} joined, {counts.orders} bought,"
            f" {counts.returned} sent something back{spent}; the month is closed"
        )

    def _join(self, chance: random.Random) -> int:
        """Registers a person whom an existing customer recommended; returns how many joined, 0 or
        1.
        """
        customers = self.storefront.database.list_customers()
        logins = {customer.login for customer in customers}
        name = next((name for name in NAMES if login_of(name) not in logins), None)
        if name is None:
            return 0
        # The first four customers are chosen twice as often, so that some advocates have many friends.
        referrer = chance.choice([*customers, *customers[:4]]).login if customers else ""
        try:
            self.storefront.register(signup_of(name, referrer))
        except LoginTaken:
            return 0
        return 1

    def _buy(self, chance: random.Random, customer: Customer, counts: MonthCounts) -> None:
        products = chance.sample(sorted(PRODUCTS), chance.randint(1, 3))
        lines = tuple(CartLine(product, chance.choice((1, 1, 2))) for product in products)
        credit = self.storefront.spendable(customer) if chance.random() < SPENDS else 0
        order = self.storefront.pay(self.storefront.place(customer, lines, credit, None))
        counts.orders += 1
        counts.spent += order.credit
        if chance.random() < RETURNS:
            self.storefront.return_items(order, chance.choice([*products, None]))
            counts.returned += 1
