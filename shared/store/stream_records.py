"""What a table's stream tells of one write: the item as it was and as it became."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from shared.store.attributions.members import MemberItem, member_of
from shared.store.attributions.referrals import ReferralItem
from shared.store.items import Item, RawItem
from shared.store.ledger.accounts import AccountItem, EntryItem, account_of, entry_of
from shared.store.ledger.orders import OrderItem, order_from
from shared.store.ledger.statements import StatementItem, statement_from

ENTRY, ORDER, ACCOUNT, MEMBER, REFERRAL, STATEMENT = (
    "ENTRIES",
    "ORDER",
    "ACCOUNT",
    "MEMBER",
    "REFERRAL",
    "STATEMENT",
)


class StreamRecord[T](NamedTuple):
    """One write of an item that others are told of.

    `name` follows the kind in the partition key. `before` and `after` are the domain's values;
    `before` is `None` where there was no item. `at` is the time of the write, `request` the API
    request that an entry goes back to.
    """

    kind: str
    name: str
    key: str
    at: datetime
    before: T | None
    after: T
    request: str | None = None


class _Kind[T: Item](NamedTuple):
    """How items of a kind are read, and the attributes whose change is told; without any, only that
    the item is there.
    """

    item_class: type[T]
    value_of: Callable[[T], Any]
    told: tuple[str, ...] = ()


def _account_of(item: AccountItem) -> Any:
    return account_of(item.pk.partition("#")[2], item.sk, item)


def _member_of(item: MemberItem) -> Any:
    """`None` for an item that is only another id of a member."""
    return None if item.same_as else member_of(item)


_KINDS: Mapping[str, _Kind[Any]] = {
    ENTRY: _Kind(EntryItem, entry_of),
    ORDER: _Kind(OrderItem, order_from, ("refused", "unfinished")),
    ACCOUNT: _Kind(AccountItem, _account_of, ("volume",)),
    MEMBER: _Kind(MemberItem, _member_of, ("group", "blocked_at", "unblocking", "registered")),
    REFERRAL: _Kind(ReferralItem, lambda item: item, ("made_at", "ended_at")),
    STATEMENT: _Kind(StatementItem, statement_from),
}


def stream_record_of(record: Mapping[str, Any]) -> StreamRecord[Any] | None:
    """A record of a stream, `None` where nobody is told of it; raises `UnreadableItem`.

    Nobody is told of a deleted item, of another kind of item, or of a write that changed nothing
    that is told. Most writes of accounts and orders are of the last sort, and their items are not
    even read.
    """
    stream = record["dynamodb"]
    partition, sort = stream["Keys"]["pk"]["S"], stream["Keys"]["sk"]["S"]
    kind_name, _, name = partition.partition("#")
    kind, image = _KINDS.get(kind_name), stream.get("NewImage")
    if kind is None or image is None or not _changed(kind, stream.get("OldImage", {}), image):
        return None
    at = datetime.fromtimestamp(stream["ApproximateCreationDateTime"], UTC)
    before, after = _value(kind, stream.get("OldImage")), _value(kind, image)
    if after is None:
        return None
    request = image.get("request", {}).get("S")
    return StreamRecord(kind_name, name, f"{partition}|{sort}", at, before, after, request)


def _changed(kind: _Kind[Any], before: RawItem, after: RawItem) -> bool:
    return not kind.told or any(before.get(name) != after.get(name) for name in kind.told)


def _value(kind: _Kind[Any], image: RawItem | None) -> Any:
    return None if image is None else kind.value_of(kind.item_class.from_raw_data(image))
