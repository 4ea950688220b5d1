"""An order as the shop sees it, learned from updates that may be late, partial or repeated.

The rules are in the specification: order-facts, facts-merge, kept.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from shared.domain.money import SAME_CURRENCY, Exchange, half_up
from shared.domain.programs.program import Program

SUCCEEDED = "succeeded"
TICK = timedelta(microseconds=1)
"""Separates two updates of one instant, so that the later one is the newer."""


class Versioned[T](NamedTuple):
    """A value with the time of the update that told it.

    The higher `rank` wins, then the later time. Totals with items have rank 1, a mere sum rank 0.
    """

    at: datetime
    value: T
    rank: int = 1


class OrderTotals(NamedTuple):
    """Amounts in minor units of the order's own currency; `items` is before the discount."""

    currency: str
    items: int
    discount: int = 0
    tax: int = 0
    shipping: int = 0


class Refund(NamedTuple):
    """One refund, in minor units of the order's currency.

    `items_amount` is the part of items − discount that it gives back, `None` where the refund
    does not say.
    """

    amount: int
    items_amount: int | None
    at: datetime
    status: str


class RefundedAmounts(NamedTuple):
    """What was refunded in all (`total`), in minor units of the order's currency.

    `named` is what refunds took off items − discount by name, `plain` the money of all others.
    """

    total: int
    plain: int
    named: int


NOTHING_REFUNDED = RefundedAmounts(0, 0, 0)

NO_REFUNDS: Mapping[str, Versioned[Refund]] = MappingProxyType({})


class OrderFacts(NamedTuple):
    """What is known of one order; a field that no update told is `None`, empty or false.

    `hint` is true while nothing was told that makes it a sale. `refs` are the names that payment
    processors have for the order. `payment` is the processor's fingerprint of the card or account
    that paid.
    """

    id: str
    customer: str | None = None
    login: str | None = None
    email_hash: str | None = None
    ref_token: str | None = None
    codes: tuple[str, ...] = ()
    placed_at: datetime | None = None
    paid_at: datetime | None = None
    completed_at: datetime | None = None
    status: Versioned[str] | None = None
    cancelled: bool = False
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
    def current_status(self) -> str:
        """The newest status; a cancelled order stays cancelled."""
        return "cancelled" if self.cancelled else self.status.value if self.status else "placed"


def merge_facts(known: OrderFacts, update: OrderFacts) -> OrderFacts:
    """Everything that either side knows, under the id of `known`.

    Apart from the id the merge is commutative, associative and idempotent, so updates may arrive
    in any order and twice.
    """
    return known._replace(
        customer=_least(known.customer, update.customer),
        login=_least(known.login, update.login),
        email_hash=_least(known.email_hash, update.email_hash),
        ref_token=_least(known.ref_token, update.ref_token),
        codes=tuple(sorted({*known.codes, *update.codes})),
        placed_at=_least(known.placed_at, update.placed_at),
        paid_at=_least(known.paid_at, update.paid_at),
        completed_at=_least(known.completed_at, update.completed_at),
        status=_newest_told(known.status, update.status),
        cancelled=known.cancelled or update.cancelled,
        disputed=_newest_told(known.disputed, update.disputed),
        totals=_newest_told(known.totals, update.totals),
        credit_used=_newest_told(known.credit_used, update.credit_used),
        fx_rate=_newest_told(known.fx_rate, update.fx_rate),
        refunds=_merge_refunds(known.refunds, update.refunds),
        refunded_total=max(known.refunded_total, update.refunded_total),
        test=known.test or update.test,
        hint=known.hint and update.hint,
        refs=tuple(sorted({*known.refs, *update.refs})),
        payment=_least(known.payment, update.payment),
    )


def restamp(update: OrderFacts, as_of: datetime) -> OrderFacts:
    """The update as if it had been told at another instant."""
    refunds = {name: refund._replace(at=as_of) for name, refund in update.refunds.items()}
    return update._replace(
        status=_stamped(update.status, as_of),
        disputed=_stamped(update.disputed, as_of),
        totals=_stamped(update.totals, as_of),
        credit_used=_stamped(update.credit_used, as_of),
        fx_rate=_stamped(update.fx_rate, as_of),
        refunds=refunds,
    )


def sum_refunds(order: OrderFacts) -> RefundedAmounts:
    """The sum of the succeeded refunds, or the cumulative total where that is more.

    The surplus is plain.
    """
    if not order.refunds:
        total = order.refunded_total
        return RefundedAmounts(total, total, 0) if total else NOTHING_REFUNDED
    total = plain = named = 0
    for version in order.refunds.values():
        refund = version.value
        if refund.status == SUCCEEDED:
            total += refund.amount
            if refund.items_amount is None:
                plain += refund.amount
            else:
                named += refund.items_amount
    surplus = max(0, order.refunded_total - total)
    return RefundedAmounts(total + surplus, plain + surplus, named)


def kept(order: OrderFacts, program: Program, base: str, rate: Exchange = SAME_CURRENCY) -> int:
    """The part of a base that the shop has kept after refunds (specification: kept).

    In minor units of the program's currency; `rate` leads there. It is rounded once, half up.
    """
    if order.cancelled or order.totals is None or (order.disputed and order.disputed.value):
        return 0
    _, items, discount, tax, shipping = order.totals.value
    credit = order.credit_used.value if order.credit_used else 0
    net = items - discount
    paid_total = net + tax + shipping
    money = paid_total - credit
    back = sum_refunds(order)
    if money <= 0 or back.total >= money:
        return 0
    if base == "paid_total":
        amount, share, whole = paid_total, money - back.total, money
    else:
        reduced = net - credit if program.wallet.credit_reduces_base else net
        amount = items if base == "items_list" else reduced
        share, whole = _share_kept(back, money, net)
    if amount <= 0 or share <= 0:
        return 0
    if share == whole and rate is SAME_CURRENCY:
        return amount
    return half_up(amount * share * rate.numerator, whole * rate.denominator)


def _share_kept(back: RefundedAmounts, money: int, net: int) -> tuple[int, int]:
    """1 − plain / money − named / net as numerator and denominator."""
    if back.named == 0:
        return money - back.plain, money
    if net <= 0:
        return 0, 1
    return money * net - back.plain * net - back.named * money, money * net


def is_undone(order: OrderFacts) -> bool:
    """Whether the whole sale was taken back (specification: undone)."""
    if order.cancelled or order.totals is None:
        return order.cancelled
    totals, credit = order.totals.value, order.credit_used.value if order.credit_used else 0
    net = totals.items - totals.discount
    paid_total = net + totals.tax + totals.shipping
    back, money = sum_refunds(order), paid_total - credit
    if money > 0:
        return back.total >= money
    return back.total >= paid_total > 0 or back.named >= net > 0


def _least[T: (str, datetime)](known: T | None, update: T | None) -> T | None:
    if known is None or update is None:
        return update if known is None else known
    return min(known, update)


def _newest_told[T](known: Versioned[T] | None, update: Versioned[T] | None) -> Versioned[T] | None:
    if known is None or update is None:
        return known or update
    return _newest(known, update)


def _newest[T](one: Versioned[T], other: Versioned[T]) -> Versioned[T]:
    """The version of higher rank, then the later; at a tie always the same one of the two."""
    if (one.rank, one.at) == (other.rank, other.at):
        return max(one, other, key=lambda version: repr(version.value))
    return max(one, other, key=lambda version: (version.rank, version.at))


def _merge_refunds(
    known: Mapping[str, Versioned[Refund]], update: Mapping[str, Versioned[Refund]]
) -> Mapping[str, Versioned[Refund]]:
    merged = {**known, **update}
    for name in known.keys() & update.keys():
        merged[name] = _newest(known[name], update[name])
    return {name: merged[name] for name in sorted(merged)}


def _stamped[T](version: Versioned[T] | None, as_of: datetime) -> Versioned[T] | None:
    return version and version._replace(at=as_of)
