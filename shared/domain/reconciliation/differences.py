"""Recomputes the ledger from facts and entries, and compares it with what is stored (specification:
verify).
"""

from collections.abc import Iterator

from shared.domain.ledger.owner import Owner
from shared.domain.reconciliation.accounts import compare_account
from shared.domain.reconciliation.books import Difference, LedgerBooks
from shared.domain.reconciliation.credit import compare_credit
from shared.domain.reconciliation.orders import compare_friends, compare_orders, compare_reviews
from shared.domain.reconciliation.postings import compare_accounts_of_entries, compare_books
from shared.domain.reconciliation.settlements import compare_settlements
from shared.domain.reconciliation.statements import compare_statements


def list_differences(books: LedgerBooks) -> Iterator[Difference]:
    """All differences of the whole ledger. A correct ledger has none."""
    for owner in sorted({*books.accounts, *books.entries, *books.statements}):
        yield from list_account_differences(books, owner)
    yield from compare_orders(books)
    yield from compare_friends(books)
    yield from compare_reviews(books)
    yield from compare_credit(books)
    yield from compare_books(books)
    yield from compare_settlements(books)


def list_account_differences(books: LedgerBooks, owner: Owner) -> Iterator[Difference]:
    """The differences of one account, its entries and its statements."""
    account, history = books.account(owner), books.history(owner)
    yield from compare_account(owner, account, history)
    yield from compare_accounts_of_entries(owner, history, books.postings.get(owner, {}))
    statements = sorted(books.statements.get(owner, ()), key=lambda statement: statement.month)
    yield from compare_statements(owner, account, [entry for entry, _ in history], statements)
