"""An order as the shop sees it, learned from deliveries that may be late, doubled, partial or out of order (design, section 4)."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from shared.domain.money import SAME_CURRENCY, Exchange, half_up
from shared.domain.programs.program import Program

SUCCEEDED = "succeeded"
TICK = timedelta(microseconds=1)
"""Between two tellings of one instant, so that the later line is the newer."""


class Versioned[T](NamedTuple):
    """A value that the newest telling decides; `rank` puts an itemised telling above one that knows only a sum."""

    at: datetime
    value: T
    rank: int = 1


class OrderTotals(NamedTuple):
    currency: str
    items: int
    discount: int = 0
    tax: int = 0
    shipping: int = 0


class Refund(NamedTuple):
    """`items_amount` is the part of items − discount that it gives back, `None` where the refund does not say."""

    amount: int
    items_amount: int | None
    at: datetime
    status: str


class RefundedAmounts(NamedTuple):
    """`total` is what was refunded; `named` and `plain` are its shares of items − discount and of the money paid."""

    total: int
    plain: int
    named: int


NOTHING_REFUNDED = RefundedAmounts(0, 0, 0)

NO_REFUNDS: Mapping[str, Versioned[Refund]] = MappingProxyType({})


class OrderFacts(NamedTuple):
    """What is known of one order. `hint` is true while nothing that makes it a sale of ours has been told; `payment` is the processor's
    fingerprint of the card or account that paid."""

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
        """The earning moment, `None` while the order waits for it."""
        return self.paid_at if earn_on == "paid" else self.completed_at

    @property
    def first_seen(self) -> datetime | None:
        """When the order was placed, as early as is known."""
        first = self.placed_at
        for at in (self.paid_at, self.completed_at):
            if at is not None and (first is None or at < first):
                first = at
        return first

    @property
    def standing(self) -> str:
        """The status in the design's words, by the newest telling; a cancelled order stays cancelled."""
        return "cancelled" if self.cancelled else self.status.value if self.status else "placed"


def merge(known: OrderFacts, told: OrderFacts) -> OrderFacts:
    """Everything that either knows. The order of arrival does not matter: merging commutes, associates and repeats harmlessly."""
    return known._replace(
        customer=_least(known.customer, told.customer),
        login=_least(known.login, told.login),
        email_hash=_least(known.email_hash, told.email_hash),
        ref_token=_least(known.ref_token, told.ref_token),
        codes=tuple(sorted({*known.codes, *told.codes})),
        placed_at=_least(known.placed_at, told.placed_at),
        paid_at=_least(known.paid_at, told.paid_at),
        completed_at=_least(known.completed_at, told.completed_at),
        status=newest(known.status, told.status),
        cancelled=known.cancelled or told.cancelled,
        disputed=newest(known.disputed, told.disputed),
        totals=newest(known.totals, told.totals),
        credit_used=newest(known.credit_used, told.credit_used),
        fx_rate=newest(known.fx_rate, told.fx_rate),
        refunds=_refunds(known.refunds, told.refunds),
        refunded_total=max(known.refunded_total, told.refunded_total),
        test=known.test or told.test,
        hint=known.hint and told.hint,
        refs=tuple(sorted({*known.refs, *told.refs})),
        payment=_least(known.payment, told.payment),
    )


def newest[T](known: Versioned[T] | None, told: Versioned[T] | None) -> Versioned[T] | None:
    """The better told, then the later; of two told at one instant the same one whichever came first."""
    if known is None or told is None:
        return known or told
    mine, theirs = (known.rank, known.at), (told.rank, told.at)
    if mine == theirs:
        return max(known, told, key=lambda version: repr(version.value))
    return told if theirs > mine else known


def restamp(told: OrderFacts, as_of: datetime) -> OrderFacts:
    """A telling as if it had been told at another instant."""
    return told._replace(
        status=_stamped(told.status, as_of),
        disputed=_stamped(told.disputed, as_of),
        totals=_stamped(told.totals, as_of),
        credit_used=_stamped(told.credit_used, as_of),
        fx_rate=_stamped(told.fx_rate, as_of),
        refunds={name: row._replace(at=as_of) for name, row in told.refunds.items()},
    )


def _stamped[T](told: Versioned[T] | None, as_of: datetime) -> Versioned[T] | None:
    return told and told._replace(at=as_of)


def refunded(order: OrderFacts) -> RefundedAmounts:
    """What was refunded: the greater of the succeeded refunds' sum and the cumulative total, the surplus being plain."""
    if not order.refunds:
        return (
            RefundedAmounts(order.refunded_total, order.refunded_total, 0)
            if order.refunded_total
            else NOTHING_REFUNDED
        )
    total = plain = named = 0
    for told in order.refunds.values():
        refund = told.value
        if refund.status == SUCCEEDED:
            total += refund.amount
            if refund.items_amount is None:
                plain += refund.amount
            else:
                named += refund.items_amount
    surplus = max(0, order.refunded_total - total)
    return RefundedAmounts(total + surplus, plain + surplus, named)


def kept(order: OrderFacts, program: Program, base: str, rate: Exchange = SAME_CURRENCY) -> int:
    """The part of a base that the shop has kept after refunds, in the program's minor units, rounded once (design, section 4)."""
    if order.cancelled or order.totals is None or (order.disputed and order.disputed.value):
        return 0
    _, items, discount, tax, shipping = order.totals.value
    credit = order.credit_used.value if order.credit_used else 0
    net = items - discount
    paid_total = net + tax + shipping
    money = paid_total - credit
    back = refunded(order)
    if money <= 0 or back.total >= money:
        return 0
    if base == "paid_total":
        amount, share, whole = paid_total, money - back.total, money
    else:
        amount = (
            items
            if base == "items_list"
            else net - credit
            if program.wallet.credit_reduces_base
            else net
        )
        share, whole = _share_kept(back, money, net)
    if amount <= 0 or share <= 0:
        return 0
    if share == whole and rate is SAME_CURRENCY:
        return amount
    return half_up(amount * share * rate.numerator, whole * rate.denominator)


def undone(order: OrderFacts) -> bool:
    """Whether a sale was taken back whole: cancelled, or all its money refunded; where credit alone paid, all that credit paid."""
    if order.cancelled or order.totals is None:
        return order.cancelled
    totals, credit = order.totals.value, order.credit_used.value if order.credit_used else 0
    net = totals.items - totals.discount
    paid_total = net + totals.tax + totals.shipping
    back, money = refunded(order), paid_total - credit
    return (
        back.total >= money if money > 0 else back.total >= paid_total > 0 or back.named >= net > 0
    )


def _share_kept(back: RefundedAmounts, money: int, net: int) -> tuple[int, int]:
    """1 − plain / money − named / net as a fraction."""
    if back.named == 0:
        return money - back.plain, money
    if net <= 0:
        return 0, 1
    return money * net - back.plain * net - back.named * money, money * net


def _least[T](known: T | None, told: T | None) -> T | None:
    if known is None or told is None:
        return told if known is None else known
    return min(known, told)


def _refunds(
    known: Mapping[str, Versioned[Refund]], told: Mapping[str, Versioned[Refund]]
) -> Mapping[str, Versioned[Refund]]:
    return {name: newest(known.get(name), told.get(name)) for name in sorted({*known, *told})}
