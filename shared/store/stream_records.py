"""What a table's stream tells of one write: the item as it was and as it became."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from shared.store.attributions.members import MemberItem, ReferralItem, member_of
from shared.store.engine import Item
from shared.store.ledger.accounts import AccountItem, EntryItem, account_of, entry_of
from shared.store.ledger.orders import OrderItem, known_of
from shared.store.ledger.statements import StatementItem, statement_from

ENTRY, ORDER, ACCOUNT, MEMBER, REFERRAL, STATEMENT = (
    "ENTRIES",
    "ORDER",
    "ACCOUNT",
    "MEMBER",
    "REFERRAL",
    "STATEMENT",
)


class StreamRecord(NamedTuple):
    """`name` follows the kind in the key; `before` is `None` where there was nothing, `at` is the time of the write."""

    kind: str
    name: str
    key: str
    at: datetime
    before: Any
    after: Any


def stream_record_of(record: Mapping) -> StreamRecord | None:
    """A record of a stream; `None` where the item is gone, or is of a kind that nobody outside is told of."""
    stream = record["dynamodb"]
    keys = stream["Keys"]
    kind, _, name = keys["pk"]["S"].partition("#")
    if kind not in _KINDS or not _tells(kind, stream):
        return None
    at = datetime.fromtimestamp(stream["ApproximateCreationDateTime"], UTC)
    before, after = (
        _value(kind, name, keys["sk"]["S"], stream.get(which)) for which in ("OldImage", "NewImage")
    )
    return (
        None
        if after is None
        else StreamRecord(kind, name, f"{keys['pk']['S']}|{keys['sk']['S']}", at, before, after)
    )


def _tells(kind: str, stream: Mapping) -> bool:
    """Whether anything changed that others are told of; most writes of accounts and orders change nothing such, and need no reading."""
    before, after = stream.get("OldImage", {}), stream.get("NewImage")
    fields = _TELLING[kind]
    return after is not None and (
        not fields or any(before.get(field) != after.get(field) for field in fields)
    )


def _value(kind: str, name: str, place: str, raw: Mapping | None) -> Any:
    item_class, value_of = _KINDS[kind]
    return None if raw is None else value_of(name, place, item_class.from_raw_data(dict(raw)))


_KINDS: dict[str, tuple[type[Item], Callable[[str, str, Any], Any]]] = {
    ENTRY: (EntryItem, lambda name, place, item: entry_of(item)),
    ORDER: (OrderItem, lambda name, place, item: known_of(name, item)),
    ACCOUNT: (AccountItem, account_of),
    MEMBER: (MemberItem, lambda name, place, item: None if item.same_as else member_of(item)),
    REFERRAL: (ReferralItem, lambda name, place, item: item),
    STATEMENT: (StatementItem, lambda name, place, item: statement_from(item)),
}
_TELLING = {
    ENTRY: (),
    ORDER: ("refused",),
    ACCOUNT: ("volume",),
    MEMBER: ("group", "blocked_at", "registered"),
    REFERRAL: ("made_at", "ended_at"),
    STATEMENT: (),
}
"""The attributes whose change is told; of entries and statements, which are never changed, that they are there."""
