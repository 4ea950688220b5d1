"""The whole ledger read into books, and audited."""

from functools import cache

from pynamodb.models import Model

from shared.domain.audit import Books, Difference, differences
from shared.domain.moment import parse_instant
from shared.domain.program import Program
from shared.store import programs
from shared.store.accounts import AccountItem, EntryItem, account_of, entry_of
from shared.store.engine import LedgerItem, connection
from shared.store.orders import OrderItem, known_of
from shared.store.purchases import PurchasesItem, purchases_of

KINDS: dict[str, type[Model]] = {"ACCOUNT": AccountItem, "ENTRIES": EntryItem, "ORDER": OrderItem, "PURCHASES": PurchasesItem}
LOOKS = 3
"""A ledger is written while it is read: only what differs each time it is looked at is a difference."""


def verify() -> dict:
    """How many entries and orders were recomputed, and every difference."""
    lasting: list[Difference] | None = None
    for _ in range(LOOKS):
        books = read_books()
        found = list(differences(books))
        lasting = found if lasting is None else [difference for difference in lasting if difference in found]
        if not lasting:
            break
    entries = sum(len(rows) for rows in books.entries.values())
    return {"entries": entries, "orders": len(books.orders), "differences": [difference._asdict() for difference in lasting]}


def read_books() -> Books:
    """Every item of the ledger as a value; what lies under another key is none of the books' business."""
    books = Books(_program_of())
    for raw in _scan():
        kind, _, name = raw["pk"]["S"].partition("#")
        if kind in KINDS:
            _enter(books, KINDS[kind].from_raw_data(raw), name)
    return books


def _scan():
    wanted = {"TableName": LedgerItem.Meta.table_name, "ConsistentRead": True}
    while True:
        page = connection().dispatch("Scan", dict(wanted))
        yield from page["Items"]
        if not page.get("LastEvaluatedKey"):
            return
        wanted["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _enter(books: Books, item: Model, name: str) -> None:
    if isinstance(item, AccountItem):
        books.accounts[name, item.sk] = account_of(name, item.sk, item)
    elif isinstance(item, EntryItem):
        entry = entry_of(item)
        books.entries[name, entry.currency].append((entry, parse_instant(item.earned_at) if item.earned_at else None))
    elif isinstance(item, OrderItem):
        known = known_of(name, item)
        merged = known.merged_into is not None
        books.orders[name] = (known.order._replace(cancelled=True) if merged else known.order, known.posted)
    elif isinstance(item, PurchasesItem):
        books.purchases[name] = purchases_of(name, item)


def _program_of():
    @cache
    def program_of(version: int) -> Program:
        current = programs.active_from(programs.active_item(programs.DEFAULT))
        return programs.version(current, version)

    return program_of
