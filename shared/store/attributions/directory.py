"""The directory: rows in the attributions table that list members, orders and statements in each
sort order that the lists offer. So a page of a list costs only its own size (decision 192).
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pynamodb.attributes import UnicodeAttribute

from shared.domain.members.member import Member
from shared.domain.members.search_words import fold_login, search_words
from shared.store import cursors, keys
from shared.store.attributions.members import put_member
from shared.store.connection import connection
from shared.store.engine import Delete, Write
from shared.store.items import AttributionsItem
from shared.store.keys import Key

JOINED, LOGIN, BALANCE, VOLUME = "joined", "login", "balance", "volume"
SORTS = (JOINED, LOGIN, BALANCE, VOLUME)
MONEY_SORTS = (BALANCE, VOLUME)
EVERYBODY, GUEST, ERASED = "members", "guest", "erased"
ORDERS, STATEMENTS = "orders", "statements"
MARK = "\t"
"""Separates the sort value of a row from its id. It sorts before all printable characters."""
LAST = "\U0010ffff"
"""Sorts after every sort key of a list."""
LONGEST_ID_BYTES = 256
MOST_COUNTED = 1000
MOST_COUNT_REQUESTS = 3
LEAST_AMOUNT = 10**17
"""Added to amounts in minor units, so that they sort as text, negative amounts too."""


class DirectoryItem(AttributionsItem):
    """A row of a list. The sort key orders the list; `member` or `order` is the id that it
    lists.
    """

    PRIVATE_KEY = True
    member = UnicodeAttribute(null=True)
    order = UnicodeAttribute(null=True)


class RowRange(NamedTuple):
    """The rows of a list with sort keys from `least` to `most`, both included."""

    partition: str
    least: str = ""
    most: str = LAST
    descending: bool = False


class Count(NamedTuple):
    """A number of rows. If `all` is false, there are more than `number`."""

    number: int
    all: bool


class DirectoryPage(NamedTuple):
    """Rows of a list.

    * `last`: the sort key after which the next page begins; `None` if there is none.
    * `total`: the number of rows in the range; only on the first page.
    """

    rows: Sequence[DirectoryItem]
    last: str | None
    total: Count | None


def list_rows(wanted: RowRange, limit: int, after: str = "") -> list[DirectoryItem]:
    """At most `limit` rows after a sort key. Raises `InvalidCursor` if it is outside the range."""
    least, most = wanted.least or MARK, wanted.most
    found = DirectoryItem.query(
        wanted.partition,
        DirectoryItem.sk.between(least, most),
        limit=limit,
        last_evaluated_key=cursors.start(wanted.partition, after, least, most),
        scan_index_forward=not wanted.descending,
    )
    return list(found)


def read_page(wanted: RowRange, limit: int, after: str = "") -> DirectoryPage:
    """A page of rows. The first page also counts the rows of the range, up to `MOST_COUNTED` (or
    `limit`, if that is more).
    """
    most = limit + 1 if after else max(limit, MOST_COUNTED) + 1
    rows = list_rows(wanted, most, after)
    total = None if after else Count(min(len(rows), most - 1), len(rows) < most)
    last = rows[limit - 1].sk if len(rows) > limit else None
    return DirectoryPage(rows[:limit], last, total)


def count_rows(wanted: RowRange) -> Count:
    """How many rows a range has, in at most `MOST_COUNT_REQUESTS` requests of a megabyte each."""
    request: dict[str, Any] = {
        "TableName": DirectoryItem.Meta.table_name,
        "Select": "COUNT",
        "KeyConditionExpression": "pk = :pk AND sk BETWEEN :least AND :most",
        "ExpressionAttributeValues": {
            ":pk": {"S": wanted.partition},
            ":least": {"S": wanted.least or MARK},
            ":most": {"S": wanted.most},
        },
    }
    number = 0
    for _ in range(MOST_COUNT_REQUESTS):
        page = connection().dispatch("Query", dict(request))
        number += page["Count"]
        if not page.get("LastEvaluatedKey"):
            return Count(number, True)
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
    return Count(number, False)


def begins_with(partition: str, beginning: str) -> RowRange:
    return RowRange(partition, beginning, beginning + LAST)


def member_rows(member: Member) -> frozenset[Key]:
    """The rows of a member that depend only on the member.

    A guest has one row. It is put once the ledger's stream shows the guest's first order. An erased
    member has one row without a name. A closed member is in the list of closed ones only, and is
    still found by their words.
    """
    if member.erased:
        return frozenset({_row(ERASED, JOINED, joined_sort_key(member))})
    if not member.registered and not member.merged_into:
        return frozenset({guest_row(member.id)})
    group = [group_list(member.group)] if member.group else []
    lists = (member.status,) if member.merged_into else (EVERYBODY, member.status, *group)
    sort_keys = {JOINED: joined_sort_key(member), LOGIN: login_sort_key(member)}
    sorted_rows = {
        _row(name, sort, sort_key) for name in lists for sort, sort_key in sort_keys.items()
    }
    return frozenset(sorted_rows | {word_row(word, member.id) for word in search_words(member)})


def change_member(before: Member | None, after: Member) -> list[Write]:
    """The writes that store a member and update its rows. They fail if the member has changed since
    it was read. `before` is `None` for a new member.
    """
    gone = member_rows(before) if before else frozenset()
    kept = member_rows(after)
    return [
        put_member(after),
        *(Delete(DirectoryItem(*key)) for key in sorted(gone - kept)),
        *(put_row(key, after.id) for key in sorted(kept - gone)),
    ]


def put_row(key: Key, member_id: str) -> Write:
    return Write(DirectoryItem(*key, member=member_id))


def account_rows(member_id: str, currency: str, balance: int, volume: int) -> frozenset[Key]:
    """The rows that list a member by the balance and by the volume of an account. A member without
    an account has the rows of an empty one.
    """
    amounts = {BALANCE: balance, VOLUME: volume}
    return frozenset(
        _row(EVERYBODY, money_order(sort, currency), amount_sort_key(amount, member_id))
        for sort, amount in amounts.items()
    )


def guest_row(member_id: str) -> Key:
    return _row(GUEST, JOINED, _of(member_id))


def order_rows(order_id: str, at: datetime | None, state: str, buyer: str | None) -> frozenset[Key]:
    """The rows of an order, sorted by its earliest known time. If the buyer is known, one of them
    lists the order under the buyer.
    """
    sort_key = f"{_sortable(at)}{MARK}{_of(order_id)}"
    rows = {_row(ORDERS, "all", sort_key), _row(ORDERS, state, sort_key)}
    return frozenset(rows | ({_row(ORDERS, bought_by(buyer), sort_key)} if buyer else set()))


def bought_by(member_id: str) -> str:
    """The name of the list of a member's own orders. `member_id` is the internal id."""
    return f"of:{member_id}"


def orders_since(at: datetime) -> RowRange:
    """The range of orders whose earliest known time is `at` or later, newest first."""
    return since(keys.directory(ORDERS, "all"), at)


def since(partition: str, at: datetime) -> RowRange:
    """The range of rows whose time is `at` or later, newest first. `partition` must be a list that
    is ordered by time.
    """
    return RowRange(partition, least=_sortable(at), descending=True)


def statement_row(member_id: str, currency: str, month: str) -> Key:
    return _row(STATEMENTS, "month", f"{month}{MARK}{currency}{MARK}{_of(member_id)}")


def statement_key(row: DirectoryItem) -> Key:
    """The key of the statement that a row lists."""
    month, currency, _ = row.sk.split(MARK, 2)
    return keys.statement(row.member or "", currency, month)


def word_row(word: str, member_id: str) -> Key:
    return keys.directory_row(keys.directory_words(word), f"{word}{MARK}{_of(member_id)}")


def word_of(row: DirectoryItem) -> str:
    return row.sk.partition(MARK)[0]


def group_list(group: str) -> str:
    """The name of the list of members whom staff put into a group."""
    return f"group:{group}"


def money_order(sort: str, currency: str) -> str:
    return f"{sort}:{currency}"


def joined_sort_key(member: Member) -> str:
    return f"{_sortable(member.signed_up_at)}{MARK}{_of(member.id)}"


def login_sort_key(member: Member) -> str:
    return f"{fold_login(member.login or '')}{MARK}{_of(member.id)}"


def amount_sort_key(amount: int, member_id: str) -> str:
    return f"{amount + LEAST_AMOUNT:018d}{MARK}{_of(member_id)}"


def least_amount(amount: int) -> str:
    """A sort key before all rows with this amount or a greater one, and after all rows with a smaller
    one.
    """
    return f"{amount + LEAST_AMOUNT:018d}"


def _row(listed: str, order: str, sort_key: str) -> Key:
    return keys.directory_row(keys.directory(listed, order), sort_key)


def _sortable(at: datetime | None) -> str:
    """An instant as text of fixed width, so that texts sort like instants."""
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else ""


def _of(name: str) -> str:
    """An id as the end of a sort key. A very long id is replaced by its hash, because the
    length of a sort key is limited.
    """
    raw = name.encode()
    return name if len(raw) <= LONGEST_ID_BYTES else hashlib.sha256(raw).hexdigest()


def members_of(rows: Sequence[DirectoryItem]) -> list[str]:
    return [row.member for row in rows if row.member]
