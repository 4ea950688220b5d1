"""Compares the closed months of the whole shop with the statements and with one another
(specification: verify).
"""

from collections import Counter
from collections.abc import Iterator, Mapping

from shared.domain.ledger.statement import Figures, Statement
from shared.domain.reconciliation.books import Difference

type MonthMovements = Counter[tuple[str, str]]
"""By month and currency, closing less opening of all statements, in minor units."""


def add_statement(moved: MonthMovements, statement: Statement) -> None:
    figures = statement.figures
    moved[statement.month, statement.currency] += figures.closing - figures.opening


def compare_settlements(
    settlements: Mapping[str, Mapping[str, Figures]], moved: MonthMovements
) -> Iterator[Difference]:
    """Compares each closed month of the whole shop: it must open with what the statements of
    the months before add up to, and close with that and its own statements.
    """
    owed: Counter[str] = Counter()
    for month, shop in sorted(settlements.items()):
        yield from _compare(month, "opening", shop, owed)
        for (of, currency), amount in moved.items():
            if of == month:
                owed[currency] += amount
        yield from _compare(month, "closing", shop, owed)


def _compare(
    month: str, end: str, shop: Mapping[str, Figures], owed: Mapping[str, int]
) -> Iterator[Difference]:
    for currency in sorted({*shop, *owed}):
        expected = owed.get(currency, 0)
        found = getattr(shop.get(currency, Figures()), end)
        if found != expected:
            yield Difference(f"{end} of a month", f"{month}/{currency}", expected, found)
