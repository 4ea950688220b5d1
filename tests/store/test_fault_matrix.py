"""Every money operation, with every fault at each of its storage calls, told again until it succeeds: the books are as without faults."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from typing import NamedTuple

import pytest
from botocore.exceptions import BotoCoreError, ClientError
from pynamodb.exceptions import PynamoDBException

from shared import adjusting, blocking, expiring, referring
from shared.adjusting import Adjustment
from shared.domain.act import Act
from shared.domain.audit import Books
from shared.domain.ledger import Entry
from shared.referring import UNSPENT
from shared.spending import Checkout, capture_hold, hold_credit, void_hold
from shared.store import engine, keys
from shared.store.audit import read_books, verify
from shared.store.holds import HoldItem
from tests.shop import NOON, Shop
from tests.store.faults import Died, broken, conflict, die_after, die_before, late, lose, struck, throttle

YEAR = 366
TERMS = {
    "credit": {"system": "levels", "levels": [{"percent": "10"}], "customer": {"percent": "5"}},
    "rules": {"max_per_advocate": {"amount": 1_200}, "total_payments": 3},
    "wallet": {"expires_after_days": YEAR},
}
FAILURES = (Died, engine.Busy, PynamoDBException, BotoCoreError, ClientError)


class Town:
    """Bert brought Ines; each town has people and orders of its own, and tells its books without its name."""

    def __init__(self, shop: Shop, name: str):
        self.shop, self.name, self.hold = shop, name, ""
        shop.at = NOON
        self.bert = shop.member(self.own("bert"))
        self.ines = shop.member(self.own("ines"), referrer_login=self.own("bert"))

    def own(self, name: str) -> str:
        return f"{name}@{self.name}"

    def order(self, name: str, items: int = 10_000, buyer: str = "ines", **facts) -> None:
        self.shop.order(self.own(name), items, customer={"id": self.own(buyer)}, **facts)

    def authorise(self) -> None:
        checkout = Checkout(self.own("bert"), self.own("cart"), 700, "key")
        self.hold = hold_credit(checkout, self.shop.at).id

    def books(self, books: Books) -> dict:
        found = {name: self._owned(books, self.own(name)) for name in ("bert", "ines", "paul")}
        orders = {self._plain(name): posted[1:] for name, (_, posted) in books.orders.items() if self._plain(name) != name}
        orders = {name: (self._standings(standings), volume, slot) for name, (standings, volume, slot) in orders.items()}
        return found | {"orders": orders, "hold": self._hold()}

    def _owned(self, books: Books, name: str) -> tuple | None:
        account, bought = books.accounts.get((name, "EUR")), books.purchases.get(name)
        if account is None:
            return None
        sums = account.balance, account.volume, dict(account.maturing), dict(account.used), account.blocked_at
        held = [row.amount for row in account.holds.values()]
        lines = sorted((row.sequence, self._line(row)) for row, _ in books.entries[name, "EUR"])
        return sums, held, lines, (bought.payments, dict(bought.given), bought.before("")) if bought else None

    def _line(self, row: Entry) -> tuple:
        return row.kind, row.amount, self._plain(row.order), str(row.available_on), row.reason["code"], row.balance_after

    def _standings(self, standings) -> list:
        return [(self._plain(row.member), row.posted, row.taken) for row in standings]

    def _plain(self, name: str | None) -> str | None:
        return name and name.removesuffix(f"@{self.name}")

    def _hold(self) -> tuple | None:
        key = keys.hold(self.hold)
        found = engine.read([(HoldItem, key)]).get(key)
        return (found.state, int(found.captured), found.returned) if found else None


class Operation(NamedTuple):
    prepare: Callable[[Town], None]
    tell: Callable[[Town], None]


def nothing(town: Town) -> None:
    """Nothing has to be there before."""


def newcomer(town: Town) -> None:
    town.order("first", buyer="paul", code=town.bert.code)


def sold(town: Town) -> None:
    town.order("first")


def refund(town: Town) -> None:
    town.order("first", refunds=[{"id": "re_1", "amount": 2_500}])


def disputed(town: Town) -> None:
    sold(town)
    town.shop.later(minutes=1)
    town.order("first", disputed=True)
    town.shop.later(minutes=1)


def dispute_won(town: Town) -> None:
    town.order("first", disputed=False)


def two_names(town: Town) -> None:
    session = {"refs": [town.own("stripe:cs")], "status": "completed", "currency": "EUR", "items_total": 10_000}
    town.shop.news(**session, customer={"id": town.own("ines")})
    town.shop.later(minutes=1)


def one_sale(town: Town) -> None:
    town.shop.news(id=town.own("first"), refs=[town.own("stripe:cs")], status="completed", currency="EUR", items_total=10_000)


def held(town: Town) -> None:
    sold(town)
    town.authorise()


def capture(town: Town) -> None:
    capture_hold(town.hold, 600, town.shop.at)


def paid_with_credit(town: Town) -> None:
    held(town)
    capture(town)
    town.order("cart", buyer="bert", credit_used=600)
    town.shop.later(minutes=1)


def cancelled(town: Town) -> None:
    town.order("cart", buyer="bert", credit_used=600, status="cancelled")


def act(town: Town, what: str) -> Act:
    return Act("ak_012345", what, town.shop.at, "They asked for it")


def block(town: Town) -> None:
    blocking.block(town.own("bert"), act(town, "block"))


def unblock(town: Town) -> None:
    blocking.unblock(town.own("bert"), act(town, "unblock"))


def adjust(town: Town) -> None:
    adjusting.adjust(Adjustment(town.own("bert"), 250, "key"), act(town, "adjust"))


def end_referral(town: Town) -> None:
    referring.end(town.ines.referral.id, UNSPENT, act(town, "end_referral"))


def forgotten(town: Town) -> None:
    held(town)
    town.shop.later(days=YEAR)


def expire(town: Town) -> None:
    expiring.expire_credit((town.own("bert"), "EUR"), expiring.expiring_program(), town.shop.at)


def pending(town: Town) -> None:
    town.order("first", completed_at=town.shop.now())


def half_blocked(town: Town) -> None:
    """The block is written; what it has to forfeit is not yet."""
    pending(town)
    with struck(die_before, lambda number: number == 5), pytest.raises(Died):
        block(town)


OPERATIONS = {
    "an order told first, with a code": Operation(nothing, newcomer),
    "a refund": Operation(sold, refund),
    "a dispute won": Operation(disputed, dispute_won),
    "two orders that are one": Operation(two_names, one_sale),
    "an order cancelled that credit paid": Operation(paid_with_credit, cancelled),
    "a hold": Operation(sold, Town.authorise),
    "a capture": Operation(held, capture),
    "a hold let go": Operation(held, lambda town: void_hold(town.hold, town.shop.at)),
    "a block": Operation(pending, block),
    "an unblock": Operation(half_blocked, unblock),
    "an adjustment": Operation(sold, adjust),
    "a referral ended and taken back": Operation(sold, end_referral),
    "credit that expires": Operation(forgotten, expire),
}
FAULTS = {
    "killed before": die_before,
    "killed after": die_after,
    "answer lost": lose,
    "answer late": late,
    "conflict": conflict,
    "throttled": throttle,
    "broken": broken,
}


@pytest.fixture
def impatient(monkeypatch):
    """Whoever tries again does so at once."""
    monkeypatch.setattr("time.sleep", lambda seconds: None)


def calm_town(shop: Shop, operation: Operation) -> Town:
    town = Town(shop, "calm")
    operation.prepare(town)
    before = town.books(read_books())
    operation.tell(town)
    assert town.books(read_books()) != before
    return town


def struck_towns(shop: Shop, operation: Operation, name: str) -> Iterator[Town]:
    """A town for each storage call of the operation, where it was told into the fault at that call and then told again."""
    for call in count(1):
        town = Town(shop, f"{name}, call {call}")
        operation.prepare(town)
        with struck(FAULTS[name], call.__eq__) as requests, suppress(*FAILURES):
            operation.tell(town)
        if not requests.struck:
            break
        operation.tell(town)
        yield town
    assert call > 2, "an operation makes at least two storage calls"


@pytest.mark.parametrize("name", OPERATIONS)
def test_the_books_are_as_without_faults(tables, impatient, name):
    shop, operation = Shop(**TERMS, hold_days=14 if "block" in name else 0), OPERATIONS[name]
    calm = calm_town(shop, operation)
    towns = [town for fault in FAULTS for town in struck_towns(shop, operation, fault)]
    books = read_books()
    expected = calm.books(books)
    assert {town.name: found for town in towns if (found := town.books(books)) != expected} == {}, expected
    assert verify()["differences"] == []
