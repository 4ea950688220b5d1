"""Authorised credit and the orders it paid, in the ledger table."""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute

from shared.domain.instants import instant_text, parse_instant
from shared.domain.ledger.holds import Hold
from shared.store import keys
from shared.store.engine import CompactJson, LedgerItem, Write


class HoldItem(LedgerItem):
    """One authorisation, kept for good: a repeated call finds what became of it."""

    member = UnicodeAttribute()
    currency = UnicodeAttribute()
    order = UnicodeAttribute()
    amount = NumberAttribute()
    ends_at = UnicodeAttribute()
    state = UnicodeAttribute()
    captured = NumberAttribute(default=0)
    returned = BooleanAttribute(default=False)
    revision = NumberAttribute()


class SpentItem(LedgerItem):
    """The captured holds of one order."""

    holds = CompactJson()
    revision = NumberAttribute()


def hold_of(item: HoldItem) -> Hold:
    return Hold(
        id=item.pk.partition("#")[2],
        member=item.member,
        currency=item.currency,
        order=item.order,
        amount=int(item.amount),
        ends_at=parse_instant(item.ends_at),
        state=item.state,
        captured=int(item.captured),
        returned=item.returned,
        revision=int(item.revision),
    )


def put_hold(after: Hold) -> Write:
    """The hold as it becomes, where it still is what was read."""
    item = HoldItem(
        *keys.hold(after.id),
        member=after.member,
        currency=after.currency,
        order=after.order,
        amount=after.amount,
        ends_at=instant_text(after.ends_at),
        state=after.state,
        captured=after.captured,
        returned=after.returned,
        revision=after.revision + 1,
    )
    return Write(
        item,
        HoldItem.revision == after.revision if after.revision else HoldItem.pk.does_not_exist(),
    )


def put_spent(order_id: str, before: SpentItem | None, hold_id: str) -> Write:
    """One more hold that paid an order."""
    revision = int(before.revision) if before else 0
    item = SpentItem(
        *keys.spent(order_id),
        holds=[*(before.holds if before else []), hold_id],
        revision=revision + 1,
    )
    return Write(item, SpentItem.revision == revision if before else SpentItem.pk.does_not_exist())


def spent_as_read(order_id: str, revision: int) -> Write:
    """Credit captured at this very moment must be seen by whoever undoes the order."""
    condition = SpentItem.revision == revision if revision else SpentItem.pk.does_not_exist()
    return Write(SpentItem(*keys.spent(order_id)), condition, check_only=True)
