"""The whole ledger read into books, and audited."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from itertools import chain

from pynamodb.models import Model

from shared.domain.instants import instant_text, parse_instant
from shared.domain.programs.program import Program
from shared.domain.reconciliation.books import (
    Difference,
    LedgerBooks,
    Owner,
    account_differences,
    differences,
)
from shared.store import keys
from shared.store.engine import LedgerItem, connection, read
from shared.store.ledger.accounts import AccountItem, EntryItem, account_of, entry_of
from shared.store.ledger.orders import OrderItem, known_of
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.ledger.scan import Place, scan_ledger
from shared.store.ledger.statements import StatementItem, statement_from
from shared.store.programs import programs, reviews

KINDS: dict[str, type[Model]] = {
    "ACCOUNT": AccountItem,
    "ENTRIES": EntryItem,
    "ORDER": OrderItem,
    "PURCHASES": PurchasesItem,
    "STATEMENT": StatementItem,
}
LOOKS = 3
"""A ledger is written while it is read: only what differs each time it is looked at is a difference."""


def verify() -> dict:
    """How many entries and orders were recomputed, and every difference."""
    books = read_books()
    lasting = _lasting(list(differences(books)), lambda: list(differences(read_books())))
    entries = sum(len(rows) for rows in books.entries.values())
    return {
        "entries": entries,
        "orders": len(books.orders),
        "differences": [difference._asdict() for difference in lasting],
    }


def account_audit(owner: Owner) -> list[Difference]:
    """What of one account, its entries and its statements does not add up."""
    return _lasting(_account_differences(owner), lambda: _account_differences(owner))


def _lasting(
    found: list[Difference], look_again: Callable[[], list[Difference]]
) -> list[Difference]:
    for _ in range(LOOKS - 1):
        if found:
            again = look_again()
            found = [difference for difference in found if difference in again]
    return found


def _account_differences(owner: Owner) -> list[Difference]:
    books, (member, currency) = LedgerBooks(_program_of()), owner
    key = keys.account(member, currency)
    parts = [
        read([(AccountItem, key)]).values(),
        EntryItem.query(keys.entries(member), consistent_read=True),
    ]
    parts.append(StatementItem.query(keys.statements(member), consistent_read=True))
    for item in chain(*parts):
        _enter(books, item, member)
    return list(account_differences(books, owner))


def accounts_in_part(
    part: int, parts: int, since: datetime | None, most: int, after: Place | None
) -> tuple[list[Owner], Place | None]:
    """The accounts among the next `most` items of one part of the ledger, those posted to since then, and where the rest begins."""
    asked: dict = {
        "Segment": part,
        "TotalSegments": parts,
        "FilterExpression": "begins_with(pk, :kind)",
        "ProjectionExpression": "pk, sk",
        "ExpressionAttributeValues": {":kind": {"S": keys.accounts("")}},
    }
    if since:
        asked["FilterExpression"] += " AND matured_to >= :since"
        asked["ExpressionAttributeValues"][":since"] = {"S": instant_text(since)[:10]}
    raws, rest = scan_ledger(asked, most, after)
    return [(raw["pk"]["S"].partition("#")[2], raw["sk"]["S"]) for raw in raws], rest


def read_books() -> LedgerBooks:
    """Every item of the ledger as a value; what lies under another key is none of the books' business."""
    books = LedgerBooks(_program_of())
    for raw in _scan():
        kind, _, name = raw["pk"]["S"].partition("#")
        if kind in KINDS:
            _enter(books, KINDS[kind].from_raw_data(raw), name)
    books.reviews.update(reviews.orders())
    return books


def _scan():
    wanted = {"TableName": LedgerItem.Meta.table_name, "ConsistentRead": True}
    while True:
        page = connection().dispatch("Scan", dict(wanted))
        yield from page["Items"]
        if not page.get("LastEvaluatedKey"):
            return
        wanted["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _enter(books: LedgerBooks, item: Model, name: str) -> None:
    if isinstance(item, AccountItem):
        books.accounts[name, item.sk] = account_of(name, item.sk, item)
    elif isinstance(item, EntryItem):
        entry = entry_of(item)
        books.entries[name, entry.currency].append(
            (entry, parse_instant(item.earned_at) if item.earned_at else None)
        )
    elif isinstance(item, StatementItem):
        statement = statement_from(item)
        books.statements[name, statement.currency].append(statement)
    elif isinstance(item, OrderItem):
        known = known_of(name, item)
        merged = known.merged_into is not None
        books.orders[name] = (
            known.order._replace(cancelled=True) if merged else known.order,
            known.posted,
        )
    elif isinstance(item, PurchasesItem):
        books.purchases[name] = purchases_of(name, item)


def _program_of():
    @cache
    def program_of(version: int) -> Program:
        current = programs.active_from(programs.active_item(programs.DEFAULT))
        return programs.version(current, version)

    return program_of
