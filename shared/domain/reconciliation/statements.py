"""Compares statements with their entries: first and last entry, figures and hash (specification:
verify).
"""

from collections.abc import Iterator, Sequence

from shared.domain.ledger.entry import Entry
from shared.domain.ledger.ledger import Account, LastStatement
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.statement import Figures, Statement, figures_of, hash_of
from shared.domain.reconciliation.books import Difference


def compare_statements(
    owner: Owner, account: Account, entries: Sequence[Entry], statements: Sequence[Statement]
) -> Iterator[Difference]:
    """The differences of an account's statements. `entries` is the whole history sorted by sequence
    number, `statements` are all statements sorted by month.
    """
    before = LastStatement()
    for statement in statements:
        covered = entries[statement.first - 1 : statement.last]
        yield from _compare_statement(f"{owner}/{statement.month}", statement, before, covered)
        before = statement.settled
    settled = account.settled or LastStatement()
    if settled != before:
        yield Difference(
            "last statement of an account", f"{owner}/{before.month}", list(before), list(settled)
        )


def _compare_statement(
    where: str, statement: Statement, before: LastStatement, covered: Sequence[Entry]
) -> Iterator[Difference]:
    """Compares one statement with the statement before it and with the entries that it covers."""
    expected = [before.sequence + 1, before.number + 1, before.closing]
    found = [statement.first, statement.number, statement.figures.opening]
    if expected != found:
        yield Difference("first entry, number and opening of a statement", where, expected, found)
    figures = figures_of(before.closing, covered)
    if figures != statement.figures:
        yield Difference(
            "figures of a statement", where, _amounts(figures), _amounts(statement.figures)
        )
    digest = hash_of(statement, covered)
    if digest != statement.hash:
        yield Difference("hash of a statement", where, digest, statement.hash)


def _amounts(figures: Figures) -> list[int]:
    return [getattr(figures, name) for name in figures.__slots__]
