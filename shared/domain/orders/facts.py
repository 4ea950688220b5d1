"""The facts of an order, merged from updates that may be late, partial or repeated.

The rules are in the specification: order-facts.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from shared.domain.orders.sources import Source

PENDING, SUCCEEDED, FAILED = "pending", "succeeded", "failed"
OPEN, WON, LOST = "open", "won", "lost"
"""The status of a dispute. A dispute that is `won` or `cancelled` takes no money."""
NEVER = datetime.min.replace(tzinfo=UTC)
"""Stands for "no update yet": earlier than every real instant."""
TICK = timedelta(microseconds=1)
"""The smallest step of time. It is added to the later of two updates with the same instant, so that
it is newer.
"""


class Versioned[T](NamedTuple):
    """A value, and the time of the update that sent it.

    Of two versions the higher `rank` wins, then the later time. Totals with items have rank 1,
    totals that are only a sum rank 0. For the buyer, the credit and the exchange rate, the rank is
    the `Source`.
    """

    at: datetime
    value: T
    rank: int = 1


class OrderTotals(NamedTuple):
    """The order's totals, in minor units of its own currency.

    * `items`: the price of the items before the discount.
    * `other`: paid for things that earn no reward, such as a gift card; not part of `items`.
    * `credit_in`: credit that a processor subtracted from the charge, but that is still part of
      `items` − `discount`.
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
        """The price of the items after the discount."""
        return self.items - self.discount

    @property
    def paid_total(self) -> int:
        """The price of the whole order, paid in money and credit."""
        return self.items - self.discount + self.tax + self.shipping + self.other


class Refund(NamedTuple):
    """One refund, in minor units of the order's currency.

    * `items_amount`: the part of the refund that is for items (after discount); `None` if not
      known.
    * `credit`: the credit that is given back with the refund; `None` if not known.
    """

    amount: int
    items_amount: int | None
    at: datetime
    status: str
    credit: int | None = None


class Dispute(NamedTuple):
    """One dispute. `amount` is in minor units of the order's currency; `None` means the whole
    order.
    """

    amount: int | None
    status: str
    at: datetime

    @property
    def decided(self) -> bool:
        return self.status != OPEN

    @property
    def takes(self) -> bool:
        """Whether the processor holds back or has taken the money, so that the shop does not have
        it.
        """
        return self.status in (OPEN, LOST)


class DailyRate(NamedTuple):
    """The rate of one `day` from the owner's table: major units of the currency `target` per major
    unit of the currency `source`, as decimal text.
    """

    day: date
    rate: str
    source: str
    target: str


NO_REFUNDS: Mapping[str, Versioned[Refund]] = MappingProxyType({})
NO_DISPUTES: Mapping[str, Versioned[Dispute]] = MappingProxyType({})


class OrderFacts(NamedTuple):
    """Everything that is known of one order. A field that no update has set is `None`, empty or
    false.

    * `hint`: true while all updates are hints, which never make an order earn.
    * `refs`: the ids that payment processors have for the order.
    * `payment`: the processor's fingerprint of the card or account that paid.
    * `cancel_told`: the time of the last update that cancelled the order.
    * `payment_told`: the time of the first update that said it was paid.
    * `refunds_complete`: the time of the last complete list of refunds.
    * `captured_total`: what was charged, if a larger amount had been authorised.
    * `fx_currency`: the currency into which `fx_rate` converts.
    * `told_advocate`: the member whom staff named as the order's advocate, by the internal id.
    * `credit_captured`: what the ledger captured for the order, in minor units of the order's
      currency. It comes from the ledger, never from an update.
    * `daily_rate`: the rate from the owner's table, which counts if no update told a rate. It comes
      from the table, never from an update.
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
    told_advocate: Versioned[str] | None = None
    credit_captured: int = 0
    daily_rate: DailyRate | None = None

    @property
    def customer(self) -> str | None:
        """The shop's id of the buyer; `None` if no update named it."""
        return self.told_customer.value if self.told_customer else None

    @property
    def email_hash(self) -> str | None:
        """The keyed hash of the buyer's e-mail address; `None` if no update named it."""
        return self.told_email_hash.value if self.told_email_hash else None

    @property
    def advocate(self) -> str | None:
        """The member whom staff named as the order's advocate; `None` if staff named nobody."""
        return self.told_advocate.value if self.told_advocate else None

    def earned_at(self, earn_on: str) -> datetime | None:
        """The earning moment under a program's `earn_on`; `None` if the order has not reached it."""
        return self.paid_at if earn_on == "paid" else self.completed_at

    @property
    def first_seen(self) -> datetime | None:
        """The earliest known time of the order: placed, paid or completed; `None` if none is known."""
        first = self.placed_at
        for at in (self.paid_at, self.completed_at):
            if at is not None and (first is None or at < first):
                first = at
        return first

    @property
    def cancelled(self) -> bool:
        """Whether the order is cancelled (specification: cancelled).

        The first payment lifts a cancellation only if no cancellation was sent at or after it.
        """
        if self.cancel_told is None:
            return False
        return self.payment_told is None or self.cancel_told >= self.payment_told

    @property
    def current_status(self) -> str:
        """The newest status; `cancelled` as long as the order is cancelled."""
        return "cancelled" if self.cancelled else self.status.value if self.status else "placed"

    def rate_into(self, currency: str) -> str | None:
        """The rate from the order's currency into another one: the rate that an update told, or
        else the rate from the owner's table; `None` if there is neither (specification:
        exchange-rate).
        """
        told, daily = self.fx_rate, self.daily_rate
        if told is not None and self._leads_to(told, currency):
            return told.value
        own = self.totals.value.currency if self.totals else None
        fits = daily is not None and (daily.source, daily.target) == (own, currency)
        return daily.rate if daily is not None and fits else None

    def _leads_to(self, rate: Versioned[str], currency: str) -> bool:
        """Whether the rate was not sent together with a target currency that is another one."""
        leads_to = self.fx_currency
        if leads_to is None or (leads_to.at, leads_to.rank) != (rate.at, rate.rank):
            return True
        return leads_to.value == currency

    @property
    def credit(self) -> int:
        """The credit that paid a part of the order.

        If only a processor named it, it is at most what the ledger captured (specification:
        who-may-say).
        """
        told = self.credit_used
        if told is None:
            return 0
        return min(told.value, self.credit_captured) if self.credit_is_bounded else told.value

    @property
    def credit_is_bounded(self) -> bool:
        """Whether the amount of credit comes only from a processor, so that it is limited to what
        the ledger captured.
        """
        return self.credit_used is not None and self.credit_used.rank <= Source.PROCESSOR

    @property
    def counted_totals(self) -> OrderTotals | None:
        """The totals used for computing; `None` if no update has sent totals. Credit that a
        processor named but the ledger did not capture is treated as a discount, or is taken out of
        the items if there is no discount.
        """
        totals = self.totals.value if self.totals else None
        if totals is None or not totals.credit_in or not self.credit_is_bounded:
            return totals
        excess = max(0, totals.credit_in - self.credit)
        if totals.discount:
            return totals._replace(discount=totals.discount + excess)
        return totals._replace(items=max(0, totals.items - excess))

    def as_cancelled(self) -> "OrderFacts":
        """The facts, changed so that the order is cancelled whatever was paid."""
        return self._replace(cancel_told=self.payment_told or NEVER)

    def counted_status(self, refund: Versioned[Refund]) -> str:
        """The status of a refund. A refund that is missing in a later complete list has failed."""
        complete = self.refunds_complete
        return FAILED if complete is not None and refund.at < complete else refund.value.status
