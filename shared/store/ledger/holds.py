"""Authorised credit and the orders that it paid, in the ledger table."""

from dataclasses import replace

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from shared.domain.ledger.holds import CAPTURED, OPEN, CapturedHold, Hold, OpenHold
from shared.store import keys
from shared.store.engine import Check, Write
from shared.store.items import (
    InstantAttribute,
    IntegerAttribute,
    JsonAttribute,
    LedgerItem,
    unchanged,
)


class HoldItem(LedgerItem):
    """One authorisation, kept for good: a repeated call finds what became of it."""

    member = UnicodeAttribute()
    currency = UnicodeAttribute()
    order = UnicodeAttribute()
    amount = IntegerAttribute()
    ends_at = InstantAttribute()
    state = UnicodeAttribute()
    captured = IntegerAttribute(default=0)
    returned = BooleanAttribute(default=False)
    revision = IntegerAttribute()


class CapturedHoldsItem(LedgerItem):
    """The ids of the captured holds of one order."""

    holds: JsonAttribute[list[str]] = JsonAttribute()
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
    if item.state == CAPTURED:
        return replace(hold.as_captured(item.captured), returned=item.returned)
    return hold.as_voided()


def put_hold(after: Hold) -> Write:
    """The hold as it becomes, where it still is what was read."""
    item = HoldItem(
        *keys.hold(after.id),
        member=after.member,
        currency=after.currency,
        order=after.order,
        amount=after.amount,
        ends_at=after.ends_at,
        state=after.state,
        captured=after.captured if isinstance(after, CapturedHold) else 0,
        returned=isinstance(after, CapturedHold) and after.returned,
        revision=after.revision + 1,
    )
    return Write(item, unchanged(after.revision))


def put_captured_hold(order_id: str, before: CapturedHoldsItem | None, hold_id: str) -> Write:
    """One more hold that paid an order, where the others are as they were read."""
    revision = before.revision if before else 0
    item = CapturedHoldsItem(
        *keys.captured_holds(order_id),
        holds=[*(before.holds if before else []), hold_id],
        revision=revision + 1,
    )
    return Write(item, unchanged(revision))


def captured_holds_as_read(order_id: str, revision: int) -> Write:
    """The condition that no credit was captured for an order since it was read; whoever undoes the
    order must have seen it.
    """
    return Check(CapturedHoldsItem(*keys.captured_holds(order_id)), unchanged(revision))
