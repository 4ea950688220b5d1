"""Towns: the same people with the same orders, under names of their own in each town.

So many towns can share one ledger, and their books can be compared.
"""

from shared.domain.ledger.entry import Entry
from shared.domain.reconciliation.books import LedgerBooks
from shared.store import engine, keys
from shared.store.ledger.holds import HoldItem, OrderCreditItem, order_credit_of
from shared.wallet.holds import Checkout, capture_hold, hold_credit
from tests.support.shop import NOON, Shop

YEAR = 366
TERMS = {
    "credit": {"system": "levels", "levels": [{"percent": "10"}], "customer": {"percent": "5"}},
    "rules": {"max_per_advocate": {"amount": 1_200}, "total_payments": 3},
    "wallet": {"expires_after_days": YEAR},
}


class Town:
    """A town in which Bert recommended Ines; `books` returns its books without the town's name."""

    def __init__(self, shop: Shop, name: str):
        self.shop, self.name, self.hold = shop, name, ""
        shop.at = NOON
        self.bert = shop.member(self.own("bert"))
        self.ines = shop.member(self.own("ines"), referrer_login=self.own("bert"))
        self.referral = self.ines.referral.id

    def own(self, name: str) -> str:
        return f"{name}@{self.name}"

    def order(self, name: str, items: int = 10_000, buyer: str = "ines", **facts) -> None:
        self.shop.order(self.own(name), items, customer={"id": self.own(buyer)}, **facts)

    def authorise(self) -> None:
        checkout = Checkout(self.own("bert"), self.own("cart"), 700, "key")
        self.hold = hold_credit(checkout, self.shop.at).id

    def books(self, books: LedgerBooks) -> dict:
        found = {name: self._owned(books, self.own(name)) for name in ("bert", "ines", "paul")}
        orders = {
            self._plain(name): posted[1:]
            for name, (_, posted) in books.orders.items()
            if self._plain(name) != name
        }
        orders = {
            name: (self._standings(standings), volume, slot)
            for name, (standings, volume, slot) in orders.items()
        }
        return found | {"orders": orders, "hold": self._hold()}

    def _owned(self, books: LedgerBooks, name: str) -> tuple | None:
        account, bought = books.accounts.get((name, "EUR")), books.purchases.get(name)
        if account is None:
            return None
        sums = (
            account.balance,
            account.reviewed,
            account.volume,
            dict(account.maturing),
            dict(account.used),
            account.blocked_at,
        )
        held = [row.amount for row in account.holds.values()]
        lines = sorted((row.sequence, self._line(row)) for row, _ in books.entries[name, "EUR"])
        return (
            sums,
            held,
            lines,
            (bought.payments, dict(bought.given), bought.before("")) if bought else None,
        )

    def _line(self, row: Entry) -> tuple:
        return (
            row.kind,
            row.amount,
            self._plain(row.order),
            str(row.available_on),
            row.reason["code"],
            row.balance_after,
        )

    def _standings(self, standings) -> list:
        return [(self._plain(row.member), row.posted, row.deducted) for row in standings]

    def _plain(self, name: str | None) -> str | None:
        return name and name.removesuffix(f"@{self.name}")

    def _hold(self) -> tuple | None:
        found = engine.find(HoldItem, keys.hold(self.hold))
        if found is None:
            return None
        item = engine.find(OrderCreditItem, keys.order_credit(found.order))
        credit = order_credit_of(found.order, item)
        return found.state, int(found.captured), credit.spent, len(credit.holds)


def nothing(town: Town) -> None:
    """Set up nothing but the people."""


def sold(town: Town) -> None:
    town.order("first")


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


def forgotten(town: Town) -> None:
    held(town)
    town.shop.later(days=YEAR + 1)
