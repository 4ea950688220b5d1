"""Reads the ledger into books and reports the differences in them."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain

from shared.domain.ledger.owner import Owner
from shared.domain.programs.program import Program
from shared.domain.reconciliation.books import (
    BookedEntry,
    BookedOrder,
    Difference,
    LedgerBooks,
    VerifyResult,
)
from shared.domain.reconciliation.differences import list_account_differences, list_differences
from shared.store import keys
from shared.store.connection import connection
from shared.store.engine import read
from shared.store.items import Item, LedgerItem, RawItem
from shared.store.ledger import settlements
from shared.store.ledger.accounts import AccountItem, EntryItem, account_of, entry_of, posting_of
from shared.store.ledger.holds import OrderCreditItem, order_credit_of
from shared.store.ledger.orders import OrderItem, known_of
from shared.store.ledger.purchases import PurchasesItem, purchases_of
from shared.store.ledger.statements import StatementItem, statement_from
from shared.store.programs import programs, reviews

KINDS: dict[str, type[Item]] = {
    "ACCOUNT": AccountItem,
    "ENTRIES": EntryItem,
    "ORDER": OrderItem,
    "PURCHASES": PurchasesItem,
    "STATEMENT": StatementItem,
    "SPENT": OrderCreditItem,
}
LOOKS = 3
"""How many times the books are read. The ledger may be written while it is read, so a difference
counts only if every reading finds it.
"""


def verify() -> VerifyResult:
    """The number of entries and orders in the ledger, and all differences."""
    books = read_books()
    lasting = _lasting(list(list_differences(books)), lambda: list(list_differences(read_books())))
    return {
        "entries": sum(len(history) for history in books.entries.values()),
        "orders": len(books.orders),
        "differences": [difference._asdict() for difference in lasting],
    }


def reconcile_account(owner: Owner) -> list[Difference]:
    """The differences of one account, including its entries and its statements."""
    return _lasting(_account_differences(owner), lambda: _account_differences(owner))


def _lasting(
    first: list[Difference], look_again: Callable[[], list[Difference]]
) -> list[Difference]:
    lasting = first
    for _ in range(LOOKS - 1):
        if lasting:
            again = look_again()
            lasting = [difference for difference in lasting if difference in again]
    return lasting


def _account_differences(owner: Owner) -> list[Difference]:
    books = LedgerBooks(_cached_program_versions())
    items = chain(
        read([(AccountItem, keys.account(*owner))]).of(AccountItem),
        EntryItem.query(keys.entries(owner.member), consistent_read=True),
        StatementItem.query(keys.statements(owner.member), consistent_read=True),
    )
    for item in items:
        _enter(books, item, owner.member)
    return list(list_account_differences(books, owner))


def read_books() -> LedgerBooks:
    """The whole ledger as books. Kinds of items that books do not need are left out."""
    books = LedgerBooks(_cached_program_versions())
    books.settlements.update(settlements.list_closed_months())
    for raw in _scan_consistently():
        kind, _, name = raw["pk"]["S"].partition("#")
        if kind in KINDS:
            _enter(books, KINDS[kind].from_raw_data(raw), name)
    books.reviews.update(reviews.list_orders_in_review())
    return books


def _scan_consistently() -> Iterator[RawItem]:
    request = {"TableName": LedgerItem.Meta.table_name, "ConsistentRead": True}
    while True:
        page = connection().dispatch("Scan", dict(request))
        yield from page["Items"]
        if not page.get("LastEvaluatedKey"):
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _enter(books: LedgerBooks, item: Item, name: str) -> None:
    """Adds an item to the books. `name` is the part of its partition key after the kind."""
    match item:
        case AccountItem():
            books.accounts[Owner(name, item.sk)] = account_of(name, item.sk, item)
        case EntryItem():
            entry = entry_of(item)
            owner, earned_at = Owner(name, entry.currency), item.earned_at
            books.entries[owner].append(BookedEntry(entry, earned_at))
            books.postings[owner][entry.sequence] = posting_of(item)
        case StatementItem():
            statement = statement_from(item)
            books.statements[Owner(name, statement.currency)].append(statement)
        case OrderItem():
            _enter_order(books, item, name)
        case PurchasesItem():
            books.purchases[name] = purchases_of(name, item)
        case OrderCreditItem():
            books.credits[name] = order_credit_of(name, item)


def _enter_order(books: LedgerBooks, item: OrderItem, name: str) -> None:
    """Adds an order to the books. An order that was merged into another is added as cancelled, so
    nothing is due for it.
    """
    known = known_of(name, item)
    if known is None:
        return
    order = known.order.as_cancelled() if known.merged_into is not None else known.order
    books.orders[name] = BookedOrder(order, known.posted)


def _cached_program_versions() -> Callable[[int], Program]:
    @cache
    def program_of(version: int) -> Program:
        current = programs.active_program_of(programs.load_active_item(programs.DEFAULT))
        return programs.load_version(current, version)

    return program_of
