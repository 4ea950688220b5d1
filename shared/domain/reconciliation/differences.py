"""Recomputes the ledger from facts and entries, and compares it with what is stored (specification:
verify).
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache

from shared.domain.ledger.lots import Lots, lots_of
from shared.domain.ledger.owner import Owner
from shared.domain.members.one_person import list_others
from shared.domain.reconciliation.accounts import compare_account
from shared.domain.reconciliation.books import Difference, LedgerBooks
from shared.domain.reconciliation.claims import Tally, claims_of_books
from shared.domain.reconciliation.credit import compare_credit
from shared.domain.reconciliation.orders import compare_order, compare_review
from shared.domain.reconciliation.postings import compare_accounts_of_entries
from shared.domain.reconciliation.settlements import (
    MonthMovements,
    add_statement,
    compare_settlements,
)
from shared.domain.reconciliation.statements import compare_statements


def list_differences(books: LedgerBooks) -> Iterator[Difference]:
    """All differences of the whole ledger. A correct ledger has none."""
    for owner in sorted({*books.accounts, *books.entries, *books.statements}):
        yield from list_account_differences(books, owner)
    yield from _list_order_differences(books)
    tally = Tally()
    tally.add(claims_of_books(books, books.purchases))
    yield from tally.list_differences()
    yield from compare_settlements(books.settlements, movements_of(books))


def list_account_differences(books: LedgerBooks, owner: Owner) -> Iterator[Difference]:
    """The differences of one account, its entries and its statements."""
    account, history = books.account(owner), books.history(owner)
    yield from compare_account(owner, account, history)
    yield from compare_accounts_of_entries(owner, history, books.postings.get(owner, {}))
    statements = sorted(books.statements.get(owner, ()), key=lambda statement: statement.month)
    yield from compare_statements(owner, account, [entry for entry, _ in history], statements)


def _list_order_differences(books: LedgerBooks) -> Iterator[Difference]:
    """The differences of each order from what it should earn, and of the credit that pays it."""

    @cache
    def lots(owner: Owner) -> Lots:
        found = lots_of(entry for entry, _ in books.history(owner))
        others = list_others(owner.member, books.merged)
        found.add_lapses(
            lots_of(entry for entry, _ in books.history(Owner(other, owner.currency)))
            for other in others
        )
        return found

    for order in books.orders.values():
        yield from compare_order(order, books.program_of, lots)
        yield from compare_review(order, books.reviews)
    for name, credit in sorted(books.credits.items()):
        yield from compare_credit(credit, books.orders.get(name))


def movements_of(books: LedgerBooks) -> MonthMovements:
    """By how much the statements of each month changed what is owed, by month and currency."""
    moved: MonthMovements = Counter()
    for statements in books.statements.values():
        for statement in statements:
            add_statement(moved, statement)
    return moved
