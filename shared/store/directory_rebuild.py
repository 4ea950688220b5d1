"""Rebuilds the directory from the stored items, page by page. Needed for tables of an earlier
release and after rows were lost (decision 194).
"""

from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

from shared.domain.members.member import Member
from shared.store import cursors, keys
from shared.store.attributions import directory
from shared.store.attributions.directory import DirectoryItem, member_rows, put_row
from shared.store.attributions.members import MemberItem, member_of
from shared.store.connection import connection
from shared.store.cursors import InvalidCursor
from shared.store.directory_changes import rows_of
from shared.store.engine import Check, FoundItems, ItemRequest, find, read, retrying, write
from shared.store.items import AttributionsItem, Item, LedgerItem, RawItem, unchanged
from shared.store.keys import Key
from shared.store.ledger.accounts import AccountItem

ITEMS_A_PAGE = 1000
TABLES: tuple[tuple[type[Item], tuple[str, ...]], ...] = (
    (AttributionsItem, ("MEMBER#",)),
    (LedgerItem, ("ACCOUNT#", "ORDER#", "STATEMENT#")),
)
"""The tables to scan, and how the partition keys of listed items begin."""


class RebuiltPage(NamedTuple):
    """The number of items that were listed, and the cursor of the next page; `None` after the last
    page.
    """

    listed: int
    last: str | None


def rebuild_page(currency: str, after: str = "") -> RebuiltPage:
    """Puts the next items of the tables into the directory. Repeating a page changes nothing.

    A member without an account gets the rows of an empty account in `currency`. Raises
    `InvalidCursor`.
    """
    table, start = _parse(after) if after else (0, None)
    items, last = _scan(table, start)
    if TABLES[table][0] is AttributionsItem:
        _list_members(items, currency)
    else:
        with AttributionsItem.batch_write() as batch:
            for raw in items:
                for row in rows_of(raw).values():
                    batch.save(row)
    if last is None:
        table += 1
    return RebuiltPage(
        len(items), cursors.write_document([table, last]) if table < len(TABLES) else None
    )


def _parse(after: str) -> tuple[int, Key | None]:
    match cursors.parse_document(after):
        case [int(table), start] if 0 <= table < len(TABLES):
            return table, None if start is None else cursors.parse_key(start)
    raise InvalidCursor


def _scan(table: int, start: Key | None) -> tuple[list[RawItem], Key | None]:
    kind, beginnings = TABLES[table]
    values = {f":b{number}": {"S": text} for number, text in enumerate(beginnings)}
    request: dict[str, Any] = {
        "TableName": kind.Meta.table_name,
        "Limit": ITEMS_A_PAGE,
        "ConsistentRead": True,
        "FilterExpression": " OR ".join(f"begins_with(pk, {name})" for name in values),
        "ExpressionAttributeValues": values,
    }
    if start:
        request["ExclusiveStartKey"] = {"pk": {"S": start.pk}, "sk": {"S": start.sk}}
    page = connection().dispatch("Scan", request)
    last = page.get("LastEvaluatedKey")
    return page["Items"], Key(last["pk"]["S"], last["sk"]["S"]) if last else None


def _list_members(items: Iterable[RawItem], currency: str) -> None:
    found = [MemberItem.from_raw_data(raw) for raw in items]
    members = [member_of(item) for item in found if not item.same_as]
    requests: list[ItemRequest] = [
        (AccountItem, keys.account(member.id, currency)) for member in members
    ]
    accounts = read(requests)
    for member in members:
        retrying(partial(_list_member, member.id))
        _list_empty_account(member, currency, accounts)


def _list_member(member_id: str) -> None:
    """Puts the rows of a member, if the member has not changed since it was read. So a member who
    is erased at the same time gets no row with a name.
    """
    item = find(MemberItem, keys.member(member_id))
    if item is None:
        return
    rows = sorted(member_rows(member_of(item)))
    if rows:
        as_read = Check(MemberItem(*item.key), unchanged(item.revision))
        write([as_read, *(put_row(row, member_id) for row in rows)])


def _list_empty_account(member: Member, currency: str, accounts: FoundItems) -> None:
    has_account = accounts.get(AccountItem, keys.account(member.id, currency))
    if member.registered and not has_account:
        with AttributionsItem.batch_write() as batch:
            for row in directory.account_rows(member.id, currency, 0, 0):
                batch.save(DirectoryItem(*row, member=member.id))
