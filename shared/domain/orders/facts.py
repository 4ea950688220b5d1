"""An order as the shop sees it, learned from updates that may be late, partial or repeated.

The rules are in the specification: order-facts.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from shared.domain.orders.sources import Source

PENDING, SUCCEEDED, FAILED = "pending", "succeeded", "failed"
OPEN, WON, LOST = "open", "won", "lost"
"""Of a dispute; one that is won takes nothing, and neither does a `cancelled` one."""
NEVER = datetime.min.replace(tzinfo=UTC)
"""Before anything was told."""
TICK = timedelta(microseconds=1)
"""Separates two updates of one instant, so that the later one is the newer."""


class Versioned[T](NamedTuple):
    """A value with the time of the update that told it.

    The higher `rank` wins, then the later time. Totals with items have rank 1, a mere sum rank 0;
    of what identifies an order, and of credit and rate, the rank is the `Source`.
    """

    at: datetime
    value: T
    rank: int = 1


class OrderTotals(NamedTuple):
    """Amounts in minor units of the order's own currency; `items` is before the discount.

    `other` was paid for what earns nothing, such as a gift card; it is no part of `items`.
    `credit_in` is credit that a processor took off the charge by its own word, and that its items
    less its discount hold again.
    """

    currency: str
    items: int
    discount: int = 0
    tax: int = 0
    shipping: int = 0
    other: int = 0
    credit_in: int = 0

    @property
    def net(self) -> int:
        """What the items cost."""
        return self.items - self.discount

    @property
    def paid_total(self) -> int:
        """What the whole order cost, in money and credit."""
        return self.items - self.discount + self.tax + self.shipping + self.other


class Refund(NamedTuple):
    """One refund, in minor units of the order's currency.

    `items_amount` is the part of items − discount that it gives back, `credit` the credit that
    is given back with it; each is `None` where the refund does not say.
    """

    amount: int
    items_amount: int | None
    at: datetime
    status: str
    credit: int | None = None


class Dispute(NamedTuple):
    """One dispute; `amount` is in minor units of the order's currency, `None` the whole order."""

    amount: int | None
    status: str
    at: datetime

    @property
    def decided(self) -> bool:
        return self.status != OPEN

    @property
    def takes(self) -> bool:
        """Whether the shop does not have the money, at least for now."""
        return self.status in (OPEN, LOST)


NO_REFUNDS: Mapping[str, Versioned[Refund]] = MappingProxyType({})
NO_DISPUTES: Mapping[str, Versioned[Dispute]] = MappingProxyType({})


class OrderFacts(NamedTuple):
    """What is known of one order; a field that no update told is `None`, empty or false.

    `hint` is true while nothing was told that makes it a sale. `refs` are the names that payment
    processors have for the order. `payment` is the processor's fingerprint of the card or account
    that paid. `cancel_told` is when the last cancellation was told, `payment_told` when the first
    payment was. `refunds_complete` is when the last complete list of refunds was told.
    `captured_total` is what was charged of a larger amount that had been authorised. `fx_currency`
    is where the rate that was told with it leads to. `credit_captured` is what the ledger captured
    for the order, in minor units of the order's currency; nobody tells it.
    """

    id: str
    told_customer: Versioned[str] | None = None
    login: str | None = None
    told_email_hash: Versioned[str] | None = None
    ref_token: str | None = None
    codes: tuple[str, ...] = ()
    placed_at: datetime | None = None
    paid_at: datetime | None = None
    completed_at: datetime | None = None
    status: Versioned[str] | None = None
    cancel_told: datetime | None = None
    disputed: Versioned[bool] | None = None
    totals: Versioned[OrderTotals] | None = None
    credit_used: Versioned[int] | None = None
    fx_rate: Versioned[str] | None = None
    refunds: Mapping[str, Versioned[Refund]] = NO_REFUNDS
    refunded_total: int = 0
    test: bool = False
    hint: bool = False
    refs: tuple[str, ...] = ()
    payment: str | None = None
    payment_told: datetime | None = None
    refunds_complete: datetime | None = None
    disputes: Mapping[str, Versioned[Dispute]] = NO_DISPUTES
    captured_total: Versioned[int] | None = None
    fx_currency: Versioned[str] | None = None
    credit_captured: int = 0

    @property
    def customer(self) -> str | None:
        """The shop's id of who bought."""
        return self.told_customer.value if self.told_customer else None

    @property
    def email_hash(self) -> str | None:
        """The keyed hash of the buyer's address."""
        return self.told_email_hash.value if self.told_email_hash else None

    def earned_at(self, earn_on: str) -> datetime | None:
        """The earning moment under a program's `earn_on`; `None` while the order waits for it."""
        return self.paid_at if earn_on == "paid" else self.completed_at

    @property
    def first_seen(self) -> datetime | None:
        """The earliest known time of the order."""
        first = self.placed_at
        for at in (self.paid_at, self.completed_at):
            if at is not None and (first is None or at < first):
                first = at
        return first

    @property
    def cancelled(self) -> bool:
        """Whether the order is cancelled (specification: cancelled).

        A payment lifts the cancellations that were all told before it.
        """
        if self.cancel_told is None:
            return False
        return self.payment_told is None or self.cancel_told >= self.payment_told

    @property
    def current_status(self) -> str:
        """The newest status; a cancelled order stays cancelled."""
        return "cancelled" if self.cancelled else self.status.value if self.status else "placed"

    @property
    def credit(self) -> int:
        """The credit that paid a part of the order.

        A processor's word counts at most what was captured (specification: who-may-say).
        """
        told = self.credit_used
        if told is None:
            return 0
        return min(told.value, self.credit_captured) if self.credit_is_bounded else told.value

    @property
    def credit_is_bounded(self) -> bool:
        """Whether nobody but a processor said how much credit was used."""
        return self.credit_used is not None and self.credit_used.rank <= Source.PROCESSOR

    @property
    def counted_totals(self) -> OrderTotals | None:
        """The totals without credit that a processor told and that was not captured.

        Where nobody captured it, it was no credit but a discount, or nothing at all.
        """
        totals = self.totals.value if self.totals else None
        if totals is None or not totals.credit_in or not self.credit_is_bounded:
            return totals
        excess = max(0, totals.credit_in - self.credit)
        if totals.discount:
            return totals._replace(discount=totals.discount + excess)
        return totals._replace(items=max(0, totals.items - excess))

    def as_cancelled(self) -> "OrderFacts":
        """The facts of an order that earns nothing, whatever was paid for it."""
        return self._replace(cancel_told=self.payment_told or NEVER)

    def counted_status(self, refund: Versioned[Refund]) -> str:
        """A refund's status; one that is missing in a later complete list was taken back."""
        complete = self.refunds_complete
        return FAILED if complete is not None and refund.at < complete else refund.value.status
