"""The facts of one order: everything ever told of it, read again from the first word.

Rules: `facts-merge`, `newest`, `times-earliest`, `cancelled`, `refunds`, `refunds-complete`,
`disputes`, `kept`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

DECIMALS = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}
PAID = ("paid", "completed")


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def half_up(amount: Fraction) -> int:
    """A whole minor unit; half of one rounds up (`rounding`)."""
    return (2 * amount.numerator + amount.denominator) // (2 * amount.denominator)


@dataclass
class Telling:
    """One `order` line; `place` is its line, which decides between two of one instant."""

    at: datetime
    place: int
    order: dict[str, Any]

    def time(self, field: str) -> datetime | None:
        """A time that it names, or that its status implies at the time of the telling."""
        if text := self.order.get(field):
            return instant(text)
        status = self.order["status"]
        if field == "completed_at":
            return self.at if status == "completed" else None
        if field == "paid_at" and (status in PAID or self.order.get("completed_at")):
            return self.time("completed_at") or self.at
        return None

    def pays(self) -> bool:
        return self.time("paid_at") is not None


class Facts:
    """What all tellings of one order say together."""

    def __init__(self, tellings: list[Telling]) -> None:
        self.tellings = sorted(tellings, key=lambda telling: (telling.at, telling.place))
        self.newest = self.tellings[-1].order

    def total(self, field: str) -> int:
        return self.newest.get(field) or 0

    def earliest(self, field: str) -> datetime | None:
        known = [time for telling in self.tellings if (time := telling.time(field))]
        return min(known, default=None)

    @property
    def buyer(self) -> dict[str, Any]:
        return dict(self.newest["customer"])

    @property
    def placed_at(self) -> datetime:
        return self.earliest("placed_at") or self.tellings[0].at

    @property
    def cancelled(self) -> bool:
        """Cancelled for good, unless its first payment was told after every cancellation."""
        cancellations = [t.at for t in self.tellings if t.order["status"] == "cancelled"]
        payments = [t.at for t in self.tellings if t.pays()]
        if not cancellations:
            return False
        return not payments or min(payments) <= max(cancellations)

    def _known(self, field: str) -> list[dict[str, Any]]:
        """Refunds or disputes by id, each as its newest telling names it."""
        return list(
            {row["id"]: row for t in self.tellings for row in t.order.get(field) or []}.values()
        )

    def refunds(self) -> list[dict[str, Any]]:
        """Those that count: succeeded, and missing in no later list that is complete."""
        return [
            refund
            for refund in self._known("refunds")
            if refund["status"] == "succeeded" and not self._taken_back(refund["id"])
        ]

    def _taken_back(self, refund_id: str) -> bool:
        gone = False
        for telling in self.tellings:
            named = refund_id in [row["id"] for row in telling.order.get("refunds") or []]
            gone = not named and (gone or bool(telling.order.get("refunds_complete")))
        return gone

    def refunded(self) -> int:
        """The greater of the cumulative sum and the sum of the refunds (`refunded-total`)."""
        told = [t.order.get("refunded_total") or 0 for t in self.tellings]
        return max([*told, sum(int(refund["amount"]) for refund in self.refunds())])

    def standing_disputes(self) -> list[dict[str, Any]]:
        return [row for row in self._known("disputes") if row["status"] in ("open", "lost")]

    def disputed_whole(self) -> bool:
        """Disputed as a whole: by `disputed`, or by a dispute that names no amount."""
        standing = self.standing_disputes()
        return bool(self.newest.get("disputed")) or any(row["amount"] is None for row in standing)

    def money(self) -> int:
        """What was paid in money."""
        return self.paid_total() - self.total("credit_used")

    def paid_total(self) -> int:
        added = ("items_total", "tax_total", "shipping_total", "other_total")
        return sum(map(self.total, added)) - self.total("discount_total")

    def items_net(self) -> int:
        return self.total("items_total") - self.total("discount_total")

    def kept(self, base: str, credit_reduces_base: bool, rate: Fraction) -> int:
        """What the shop still has of a base, in minor units of the program (`kept`).

        `rate` turns minor units of the order into minor units of the program.
        """
        if self.cancelled or self.disputed_whole() or self.given_back() >= self.money():
            return 0
        named_amounts = [(r["items_amount"], r["amount"]) for r in self.refunds()]
        named_amounts = (
            [] if base == "paid_total" else [x for x in named_amounts if x[0] is not None]
        )
        plain = self.given_back() - sum(amount for _, amount in named_amounts)
        named = sum(items for items, _ in named_amounts)
        share = 1 - Fraction(plain, self.money())
        if named:
            share -= Fraction(named, self.items_net()) if self.items_net() > 0 else 1
        return max(0, half_up(self._base(base, credit_reduces_base) * rate * share))

    def given_back(self) -> int:
        """Refunds and disputed amounts."""
        return self.refunded() + sum(row["amount"] or 0 for row in self.standing_disputes())

    def whole(self, base: str, credit_reduces_base: bool, rate: Fraction) -> int:
        """What would be kept had nothing been given back."""
        if self.money() <= 0:
            return 0
        return half_up(self._base(base, credit_reduces_base) * rate)

    def _base(self, base: str, credit_reduces_base: bool) -> int:
        if base == "items_list":
            return self.total("items_total")
        if base == "paid_total":
            return self.paid_total() - self.total("other_total")
        used = self.total("credit_used") if credit_reduces_base else 0
        return max(0, self.items_net() - used)

    def rate(self, currency: str) -> Fraction | None:
        """From the order's minor units into the program's; None where a rate is wanting."""
        own = self.newest["currency"]
        if own == currency:
            return Fraction(1)
        if not self.newest.get("fx_rate"):
            return None
        return Fraction(self.newest["fx_rate"]) * Fraction(10) ** (
            DECIMALS[currency] - DECIMALS[own]
        )

    def undone(self) -> bool:
        """Cancelled, or refunded in full; where credit alone paid it, all that it paid (`undone`).

        Refunds that name all its items took back all that credit paid, too.
        """
        if self.cancelled:
            return True
        if self.money() > 0:
            return self.refunded() >= self.money()
        named = sum(refund.get("items_amount") or 0 for refund in self.refunds())
        return 0 < self.paid_total() <= self.refunded() or 0 < self.items_net() <= named

    def credit_back(self, captured: int, rate: Fraction | None) -> int:
        """How much of the credit captured for the order belongs to the member again (`return`).

        Without a rate only an order that is undone gives credit back.
        """
        if self.undone():
            return captured
        named = sum(refund.get("credit") or 0 for refund in self.refunds())
        return min(captured, half_up(Fraction(named) * (rate or 0)))
