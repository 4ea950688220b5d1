"""Compares the closed months of the whole shop with the statements and with one another
(specification: verify).
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from shared.domain.ledger.statement import Figures
from shared.domain.reconciliation.books import Difference, LedgerBooks


def compare_settlements(books: LedgerBooks) -> Iterator[Difference]:
    """Compares each closed month: it must open with the closing of the month before, and close with
    what the statements say is owed.
    """
    owed: Counter[str] = Counter()
    for month, shop in sorted(books.settlements.items()):
        yield from _compare(month, "opening", shop, owed)
        for statements in books.statements.values():
            for statement in statements:
                if statement.month == month:
                    owed[statement.currency] += (
                        statement.figures.closing - statement.figures.opening
                    )
        yield from _compare(month, "closing", shop, owed)


def _compare(
    month: str, end: str, shop: Mapping[str, Figures], owed: Mapping[str, int]
) -> Iterator[Difference]:
    for currency in sorted({*shop, *owed}):
        expected = owed.get(currency, 0)
        found = getattr(shop.get(currency, Figures()), end)
        if found != expected:
            yield Difference(f"{end} of a month", f"{month}/{currency}", expected, found)
