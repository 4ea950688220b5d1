"""Postings by hand, in the ledger table: kept for good, so that the same request never posts twice."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.domain.ledger.ledger import Entry
from shared.store import keys
from shared.store.engine import Write
from shared.store.items import LedgerItem
from shared.store.ledger.accounts import EntryItem, entry_of
from shared.store.reading import Reading


class AdjustmentItem(LedgerItem):
    """Which entry a request has made."""

    member = UnicodeAttribute()
    currency = UnicodeAttribute()
    sequence = NumberAttribute()


def put_adjustment(name: str, entry: Entry) -> Write:
    item = AdjustmentItem(
        *keys.adjustment(name),
        member=entry.member,
        currency=entry.currency,
        sequence=entry.sequence,
    )
    return Write(item, AdjustmentItem.pk.does_not_exist())


def adjusted(reading: Reading, name: str) -> Entry | None:
    """The entry that a request of this name has made."""
    item = reading.item(AdjustmentItem, keys.adjustment(name))
    if item is None:
        return None
    return entry_of(
        reading.item(EntryItem, keys.entry(item.member, item.currency, int(item.sequence)))
    )
