"""Kept: the part of an order's money that the shop has kept (specification: kept, undone)."""

from typing import NamedTuple

from shared.domain.money import SAME_CURRENCY, Exchange, half_up
from shared.domain.named_tuples import build_tuple
from shared.domain.orders.facts import SUCCEEDED, OrderFacts, Versioned
from shared.domain.programs.program import Program


class RefundedAmounts(NamedTuple):
    """What was refunded, in minor units of the order's currency.

    * `total`: all money refunded.
    * `plain`: the money of refunds that do not say which part was for items.
    * `named`: the sum of the item parts that the other refunds name.
    """

    total: int
    plain: int
    named: int

    def with_plain(self, more: int) -> "RefundedAmounts":
        """These amounts with `more` money that names no items."""
        return RefundedAmounts(self.total + more, self.plain + more, self.named)


NOTHING_REFUNDED = RefundedAmounts(0, 0, 0)


def sum_refunds(order: OrderFacts) -> RefundedAmounts:
    """The sum of the succeeded refunds, or the order's `refunded_total` if that is higher. The
    difference counts as plain.
    """
    if not order.refunds:
        total = order.refunded_total
        return build_tuple(RefundedAmounts, (total, total, 0)) if total else NOTHING_REFUNDED
    total = plain = named = 0
    for version in order.refunds.values():
        refund = version.value
        if order.counted_status(version) == SUCCEEDED:
            total += refund.amount
            if refund.items_amount is None:
                plain += refund.amount
            else:
                named += refund.items_amount
    surplus = max(0, order.refunded_total - total)
    return RefundedAmounts(total + surplus, plain + surplus, named)


def disputed_amount(order: OrderFacts) -> int | None:
    """The amount that open and lost disputes take; `None` if a dispute takes the whole order."""
    if order.disputed and order.disputed.value:
        return None
    amount = 0
    for version in order.disputes.values():
        dispute = version.value
        if dispute.takes:
            if dispute.amount is None:
                return None
            amount += dispute.amount
    return amount


def _reversed(order: OrderFacts, money: int) -> RefundedAmounts | None:
    """Refunds, disputes and uncharged money together; `None` if a dispute takes the whole order."""
    back = sum_refunds(order)
    if order.captured_total is not None:
        back = _with_uncharged(back, order.captured_total, money)
    if not order.disputes and (order.disputed is None or not order.disputed.value):
        return back
    disputed = disputed_amount(order)
    return None if disputed is None else back.with_plain(disputed)


def _with_uncharged(back: RefundedAmounts, captured: Versioned[int], money: int) -> RefundedAmounts:
    """The refunds plus the money that was never charged, which counts as a plain refund
    (specification: captured).
    """
    never = max(money - captured.value, 0)
    return back.with_plain(never)


def kept(order: OrderFacts, program: Program, base: str, rate: Exchange = SAME_CURRENCY) -> int:
    """The part of a base that the shop has kept after refunds and disputes (specification: kept).

    In minor units of the program's currency; `rate` converts into it. Rounded once, half up.
    """
    totals = order.counted_totals
    if totals is None or order.cancelled:
        return 0
    _, items, discount, tax, shipping, other, _ = totals
    credit = order.credit
    net = items - discount
    money = net + tax + shipping + other - credit
    back = _reversed(order, money)
    if back is None or money <= 0 or back.total >= money:
        return 0
    if base == "paid_total":
        amount, share, whole = net + tax + shipping, money - back.total, money
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
    """The fraction 1 − plain / money − named / net, as numerator and denominator."""
    if back.named == 0:
        return money - back.plain, money
    if net <= 0:
        return 0, 1
    return money * net - back.plain * net - back.named * money, money * net


def is_undone(order: OrderFacts) -> bool:
    """Whether the whole order was cancelled or refunded (specification: undone)."""
    totals, credit = order.counted_totals, order.credit
    if order.cancelled or totals is None:
        return order.cancelled
    money = totals.paid_total - credit
    back = sum_refunds(order)
    if order.captured_total is not None:
        back = _with_uncharged(back, order.captured_total, money)
    if money > 0:
        return back.total >= money
    return back.total >= totals.paid_total > 0 or back.named >= totals.net > 0
