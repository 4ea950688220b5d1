"""Reads the records of a table's stream: an item before and after one write."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from shared.store.attributions.members import MemberItem, member_of
from shared.store.attributions.referrals import ReferralItem
from shared.store.items import Item, RawItem
from shared.store.ledger.accounts import AccountItem, EntryItem, account_of, entry_of
from shared.store.ledger.orders import OrderItem, order_from
from shared.store.ledger.statements import StatementItem, statement_from

CODE, CREDIT_CODE = "CODE", "CREDITCODE"
MERGED = "merged_into"
"""The attribute of closed members and their accounts. None of their writes is ignored."""
_TOLD_OF_CODES = ("member", "written", "blocked")
ENTRY, ORDER, ACCOUNT, MEMBER, REFERRAL, STATEMENT = (
    "ENTRIES",
    "ORDER",
    "ACCOUNT",
    "MEMBER",
    "REFERRAL",
    "STATEMENT",
)


class StreamRecord[T](NamedTuple):
    """One write of an item, from which events or mails follow.

    * `name`: the part of the partition key after the kind.
    * `before`, `after`: the domain's values; `before` is `None` if there was no item.
    * `at`: the time of the write.
    * `request`: the API request that caused an entry; `None` if there was none.
    """

    kind: str
    name: str
    key: str
    at: datetime
    before: T | None
    after: T
    request: str | None = None


def changed_code_of(record: Mapping[str, Any]) -> str | None:
    """The code, in its normal form, if a write created, changed or deleted it, or removed its
    `discount_path`; else `None`. A write that only sets `discount_path` is not a change.
    """
    stream = record["dynamodb"]
    kind, _, code = stream["Keys"]["pk"]["S"].partition("#")
    before, after = stream.get("OldImage", {}), stream.get("NewImage", {})
    changed = any(before.get(name) != after.get(name) for name in _TOLD_OF_CODES)
    lost_path = "discount_path" in before and "discount_path" not in after
    return code if kind == CODE and (changed or lost_path) else None


def barred_member_of(record: Mapping[str, Any]) -> str | None:
    """The member whose code a write blocked, unblocked or deleted; `None` for any other write."""
    stream = record["dynamodb"]
    before, after = stream.get("OldImage", {}), stream.get("NewImage", {})
    is_code = stream["Keys"]["pk"]["S"].partition("#")[0] == CODE
    barred = not after or after.get("blocked") != before.get("blocked")
    member: str | None = (after or before).get("member", {}).get("S")
    return member if is_code and before and barred else None


def changed_credit_code_of(record: Mapping[str, Any]) -> str | None:
    """The text of a credit code that a write created or changed; `None` for any other write."""
    stream = record["dynamodb"]
    is_code = stream["Keys"]["pk"]["S"].partition("#")[0] == CREDIT_CODE
    return stream["NewImage"]["text"]["S"] if is_code and "NewImage" in stream else None


class _Kind[T: Item](NamedTuple):
    """How items of a kind are read. If none of the `told` attributes has changed, the write is
    ignored; without `told`, no write is ignored.
    """

    item_class: type[T]
    value_of: Callable[[T], Any]
    told: tuple[str, ...] = ()


def _account_of(item: AccountItem) -> Any:
    return account_of(item.pk.partition("#")[2], item.sk, item)


def _member_of(item: MemberItem) -> Any:
    """The member; `None` for an item that is only another id of a member."""
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
    """A write from which events or mails may follow; `None` for all other writes. Raises
    `UnreadableItem`.

    Deletions, kinds that are not in `_KINDS` and writes that change no `told` attribute are left
    out. Most writes of accounts and orders change none, and their items are not even decoded.
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
    is_closed = MERGED in after
    return (
        is_closed or not kind.told or any(before.get(name) != after.get(name) for name in kind.told)
    )


def _value(kind: _Kind[Any], image: RawItem | None) -> Any:
    return None if image is None else kind.value_of(kind.item_class.from_raw_data(image))
