"""Adjustments that staff or the shop posted, in the ledger table. They are kept permanently, so
that a repeated request does not post twice.
"""

from pynamodb.attributes import UnicodeAttribute

from shared.domain.ledger.entry import Entry
from shared.store import keys
from shared.store.engine import Write
from shared.store.items import ABSENT, IntegerAttribute, LedgerItem
from shared.store.ledger.accounts import EntryItem, entry_of
from shared.store.reading import Reading


class AdjustmentItem(LedgerItem):
    """Points to the entry that an adjustment request created."""

    member = UnicodeAttribute()
    currency = UnicodeAttribute()
    sequence = IntegerAttribute()


def put_adjustment(name: str, entry: Entry) -> Write:
    item = AdjustmentItem(
        *keys.adjustment(name),
        member=entry.member,
        currency=entry.currency,
        sequence=entry.sequence,
    )
    return Write(item, ABSENT)


def find_adjustment(reading: Reading, name: str) -> Entry | None:
    """The entry that the request with this name created; `None` if there is none."""
    item = reading.item(AdjustmentItem, keys.adjustment(name))
    if item is None:
        return None
    entry = reading.item(EntryItem, keys.entry(item.member, item.currency, item.sequence))
    if entry is None:  # cannot happen: one transaction wrote both
        raise LookupError(f"the entry of adjustment {name} is gone")
    return entry_of(entry)
