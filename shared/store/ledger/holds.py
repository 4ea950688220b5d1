"""Holds, and the credit of each order, in the ledger table."""

from collections.abc import Mapping

from pynamodb.attributes import UnicodeAttribute

from shared.domain.ledger.holds import CAPTURED, OPEN, CapturedHold, Hold, OpenHold
from shared.domain.ledger.order_credit import OrderCredit, OrderHold, Payer
from shared.domain.ledger.owner import Owner
from shared.store import keys
from shared.store.codec import INSTANT, Document, Field, Form, by_name, many
from shared.store.engine import Check, Write
from shared.store.items import (
    InstantAttribute,
    IntegerAttribute,
    JsonAttribute,
    LedgerItem,
    unchanged,
)

OWNER: Form[Owner] = Form(list, lambda row: Owner(*row))
ORDER_HOLD = Document(
    OrderHold, owner=Field("o", OWNER), amount=Field("a"), ends_at=Field("e", INSTANT)
)
PAYER = Document(
    Payer, owner=Field("o", OWNER), captured=Field("c"), returned=Field("r"), hold=Field("h")
)


class HoldItem(LedgerItem):
    """One hold. It is kept permanently, so that a repeated request gets the same result."""

    member = UnicodeAttribute()
    currency = UnicodeAttribute()
    order = UnicodeAttribute()
    amount = IntegerAttribute()
    ends_at = InstantAttribute()
    state = UnicodeAttribute()
    captured = IntegerAttribute(default=0)
    revision = IntegerAttribute()


class OrderCreditItem(LedgerItem):
    """The open holds of one order, and the members whose credit paid for it."""

    holds: JsonAttribute[Mapping[str, OrderHold]] = JsonAttribute(by_name(ORDER_HOLD), default=dict)
    payers: JsonAttribute[tuple[Payer, ...]] = JsonAttribute(many(PAYER), default=tuple)
    revision = IntegerAttribute()


def hold_of(item: HoldItem) -> Hold:
    hold = OpenHold(
        id=item.pk.partition("#")[2],
        member=item.member,
        currency=item.currency,
        order=item.order,
        amount=item.amount,
        ends_at=item.ends_at,
        revision=item.revision,
    )
    if item.state == OPEN:
        return hold
    return hold.as_captured(item.captured) if item.state == CAPTURED else hold.as_voided()


def put_hold(after: Hold) -> Write:
    """The write that stores a hold. It fails if the hold has changed since it was read."""
    item = HoldItem(
        *keys.hold(after.id),
        member=after.member,
        currency=after.currency,
        order=after.order,
        amount=after.amount,
        ends_at=after.ends_at,
        state=after.state,
        captured=after.captured if isinstance(after, CapturedHold) else 0,
        revision=after.revision + 1,
    )
    return Write(item, unchanged(after.revision))


def order_credit_of(order_id: str, item: OrderCreditItem | None) -> OrderCredit:
    """The credit of an order. Without an item it is empty, with revision 0."""
    if item is None:
        return OrderCredit(order_id)
    return OrderCredit(order_id, item.holds, item.payers, item.revision)


def put_order_credit(after: OrderCredit) -> Write:
    """The write that stores the credit of an order. It fails if that has changed since it was read."""
    revision = after.revision
    item = OrderCreditItem(
        *keys.order_credit(after.order),
        holds=after.holds,
        payers=after.payers,
        revision=revision + 1,
    )
    return Write(item, unchanged(revision))


def order_credit_as_read(credit: OrderCredit) -> Write:
    """The check that the credit of an order has not changed since it was read. A transaction that
    undoes the order needs it, so that no later hold is missed.
    """
    return Check(OrderCreditItem(*keys.order_credit(credit.order)), unchanged(credit.revision))
