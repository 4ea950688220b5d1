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
from shared.store.ledger.merges import list_merged
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


class LedgerTooLarge(Exception):
    """The ledger has more items than one call may hold in memory."""


def verify(most_items: int | None = None) -> VerifyResult:
    """The number of entries and orders in the ledger, and the differences that each of `LOOKS`
    readings finds. Raises `LedgerTooLarge` if it has more than `most_items` items.
    """
    books = read_books(most_items)
    found = lasting(list(list_differences(books)), lambda: list(list_differences(read_books())))
    return {
        "entries": sum(len(history) for history in books.entries.values()),
        "orders": len(books.orders),
        "differences": [difference._asdict() for difference in found],
    }


def reconcile_account(owner: Owner) -> list[Difference]:
    """The differences of one account, including its entries and its statements."""
    return lasting(_account_differences(owner), lambda: _account_differences(owner))


def lasting(
    first: list[Difference], look_again: Callable[[], list[Difference]]
) -> list[Difference]:
    """The differences in `first` that are found again at every further look."""
    left = first
    for _ in range(LOOKS - 1):
        if left:
            again = look_again()
            left = [difference for difference in left if difference in again]
    return left


def _account_differences(owner: Owner) -> list[Difference]:
    books = LedgerBooks(cached_program_versions())
    items = chain(
        read([(AccountItem, keys.account(*owner))]).of(AccountItem),
        EntryItem.query(keys.entries(owner.member), consistent_read=True),
        StatementItem.query(keys.statements(owner.member), consistent_read=True),
    )
    for item in items:
        enter_item(books, item, owner.member)
    return list(list_account_differences(books, owner))


def read_books(most_items: int | None = None) -> LedgerBooks:
    """The whole ledger as books. Kinds of items that books do not need are left out. Raises
    `LedgerTooLarge` if it has more than `most_items` items.
    """
    books = LedgerBooks(cached_program_versions(), merged=list_merged())
    books.settlements.update(settlements.list_closed_months())
    for number, raw in enumerate(_scan_consistently(), 1):
        if most_items is not None and number > most_items:
            raise LedgerTooLarge
        enter_raw(books, raw)
    books.reviews.update(reviews.list_orders_in_review())
    return books


def enter_raw(books: LedgerBooks, raw: RawItem) -> None:
    """Adds an item of the ledger to the books, unless books do not need its kind."""
    kind, _, name = raw["pk"]["S"].partition("#")
    if kind in KINDS:
        enter_item(books, KINDS[kind].from_raw_data(raw), name)


def _scan_consistently() -> Iterator[RawItem]:
    request = {"TableName": LedgerItem.Meta.table_name, "ConsistentRead": True}
    while True:
        page = connection().dispatch("Scan", dict(request))
        yield from page["Items"]
        if not page.get("LastEvaluatedKey"):
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def enter_item(books: LedgerBooks, item: Item, name: str) -> None:
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


def cached_program_versions() -> Callable[[int], Program]:
    """A function that loads each version of the program once."""

    @cache
    def program_of(version: int) -> Program:
        current = programs.active_program_of(programs.load_active_item(programs.DEFAULT))
        return programs.load_version(current, version)

    return program_of
