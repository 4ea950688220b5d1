"""A year of the shop, played through the real API: who joins, buys, spends credit and sends things back."""

import random
import threading
from dataclasses import dataclass, field
from datetime import timedelta

from local.demo.shop.database import Customer, LoginTaken
from local.demo.shop.clock_switch import ClockSwitch
from local.demo.shop.products import PRODUCTS, CartLine
from local.demo.shop.grapevine_client import ApiUnreachable, ApiRefused
from local.demo.shop.storefront import Storefront, Signup

MONTHS = 12
JOIN_A_MONTH = 3
BUYS, RETURNS, SPENDS = 0.4, 0.12, 0.7
"""How probable it is that a customer buys in a month, sends a piece back, and spends the credit that there is."""
SEED = 20260301
PEOPLE = (
    "Mia Lindqvist,Jonas Berger,Lea Martin,Otto Haas,Yara Nasser,Emil Novak,Sofia Rossi,Tariq Aziz,Ida Holm,Paul Weiss,Nora Klein,"
    "Hugo Silva,Clara Jung,Felix Braun,Amara Okafor,Luca Moretti,Greta Vogel,Samir Haddad,Elsa Berg,Milan Kovac,Rosa Fuchs,"
    "Anton Maier,Zoe Laurent,Theo Lang,Maren Lund,Ravi Menon,Lotte Busch,Karim Said,Frida Dahl,Noah Stein,Alma Rey,Viktor Horn,"
    "Selma Aydin,Ole Brandt,Nina Petrova,Jakob Roth,Ines Duarte,Leon Wolf,Hanna Falk,Marco Conti"
).split(",")


@dataclass
class YearProgress:
    """`told` has a line for each month; `problem` says why it ended early."""

    told: list[str] = field(default_factory=list)
    months: int = 0
    running: bool = False
    problem: str | None = None


@dataclass
class MonthCounts:
    joined: int = 0
    orders: int = 0
    returned: int = 0
    spent: int = 0


class SimulatedYear:
    """One at a time."""

    def __init__(self, counter: Storefront, clock: ClockSwitch) -> None:
        self.counter, self.clock = counter, clock
        self.progress, self._turn, self._stopped = YearProgress(), threading.Lock(), threading.Event()

    def start(self, months: int = MONTHS) -> None:
        """Begins in the background, unless it runs already."""
        with self._turn:
            if not self.progress.running:
                self.progress = YearProgress(months=months, running=True)
                threading.Thread(
                    target=self._play, args=(months,), name="a year of the shop", daemon=True
                ).start()

    def stop(self) -> None:
        """After the step that is under way."""
        self._stopped.set()

    def _play(self, months: int) -> None:
        try:
            chance = random.Random(SEED + len(self.counter.books.customers()))
            for _ in range(months):
                if not self._stopped.is_set():
                    self._month(chance)
        except (ApiRefused, ApiUnreachable) as problem:
            self.progress.problem = str(problem)
        finally:
            self.progress.running = False

    def _month(self, chance: random.Random) -> None:
        now, month = self.clock.grapevine.now(), MonthCounts()
        for _ in range(JOIN_A_MONTH):
            month.joined += self._join(chance)
        customers = self.counter.books.customers()
        for customer in chance.sample(customers, len(customers)):
            if chance.random() < BUYS and not self._stopped.is_set():
                self.clock.grapevine.set_clock(
                    self.clock.grapevine.now() + timedelta(minutes=chance.randint(20, 300))
                )
                self._buy(chance, customer, month)
        self.clock.to_the_first()
        spent = f", {month.spent / 100:.2f} EUR of credit spent" if month.spent else ""
        counted = (
            f"{month.joined} joined, {month.orders} bought, {month.returned} sent something back"
        )
        self.progress.told.append(f"{now:%B %Y}: {counted}{spent}; the month is closed")

    def _join(self, chance: random.Random) -> int:
        books = self.counter.books
        known = books.customers()
        taken = {customer.login for customer in known}
        name = next((name for name in PEOPLE if login_of(name) not in taken), None)
        if name is None:
            return 0
        advocate = chance.choice([*known, *known[:4]]).login if known else ""
        signup = Signup(login_of(name), name, f"{login_of(name)}@example.com", advocate, None)
        try:
            self.counter.register(signup)
        except LoginTaken:
            return 0
        return 1

    def _buy(self, chance: random.Random, customer: Customer, month: MonthCounts) -> None:
        counter = self.counter
        goods = chance.sample(sorted(PRODUCTS), chance.randint(1, 3))
        lines = tuple(CartLine(good, chance.choice((1, 1, 2))) for good in goods)
        credit = counter.spendable(customer) if chance.random() < SPENDS else 0
        order = counter.pay(counter.place(customer, lines, credit, None))
        month.orders += 1
        month.spent += order.credit
        if chance.random() < RETURNS:
            counter.give_back(order, chance.choice([*goods, None]))
            month.returned += 1


def login_of(name: str) -> str:
    return name.split(" ")[0].lower()
