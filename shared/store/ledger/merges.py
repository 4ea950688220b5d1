"""Which closed members are the same person as a member who goes on, in the ledger table."""

from collections.abc import Mapping

from pynamodb.attributes import UnicodeAttribute

from shared.store import keys
from shared.store.engine import Write, find
from shared.store.items import ABSENT, LedgerItem


class MergeItem(LedgerItem):
    """A merge: the closed member is in the key, `into` is the member who goes on."""

    into = UnicodeAttribute()


def put_merge(closed: str, into: str, instead_of: str | None = None) -> Write:
    """The write of a merge. It fails if the member is closed already, unless it was closed for
    `instead_of`, whom `into` now replaces.
    """
    item = MergeItem(*keys.merge(closed), into=into)
    return Write(item, MergeItem.into == instead_of if instead_of else ABSENT)


def find_merged(closed: str) -> str | None:
    """The member who goes on for a closed one; `None` if the member is not closed."""
    item = find(MergeItem, keys.merge(closed))
    return item.into if item else None


def list_merged() -> Mapping[str, str]:
    """All closed members, each with the member who goes on."""
    rows = MergeItem.query(keys.merge("").pk, consistent_read=True)
    return {item.sk: item.into for item in rows}
