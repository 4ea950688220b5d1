"""Adjustments that staff or the shop posted, in the ledger table: kept for good, so that no request
posts twice.
"""

from pynamodb.attributes import UnicodeAttribute

from shared.domain.ledger.entry import Entry
from shared.store import keys
from shared.store.engine import Write
from shared.store.items import ABSENT, IntegerAttribute, LedgerItem
from shared.store.ledger.accounts import EntryItem, entry_of
from shared.store.reading import Reading


class AdjustmentItem(LedgerItem):
    """The entry that a request has made."""

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
    """The entry that a request of this name has made."""
    item = reading.item(AdjustmentItem, keys.adjustment(name))
    if item is None:
        return None
    entry = reading.item(EntryItem, keys.entry(item.member, item.currency, item.sequence))
    if entry is None:  # one transaction wrote both
        raise LookupError(f"the entry of adjustment {name} is gone")
    return entry_of(entry)
