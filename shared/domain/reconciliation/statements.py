"""Statements against the entries that they cover: the chain from one to the next, the figures, the hash (design, section 6)."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from shared.domain.ledger.ledger import Account, Entry, LastStatement
from shared.domain.ledger.statement import Figures, Statement, figures_of, hash_of


class StatementFault(NamedTuple):
    """What is kept (`found`) and what it should be; `month` is the statement's."""

    what: str
    month: str
    expected: object
    found: object


def statement_faults(
    account: Account, entries: Sequence[Entry], statements: Sequence[Statement]
) -> Iterator[StatementFault]:
    """`entries` are the account's whole history in its order, `statements` all of its own by their months."""
    before = LastStatement()
    for statement in statements:
        lines = entries[statement.first - 1 : statement.last]
        follows = [before.sequence + 1, before.number + 1, before.closing]
        found = [statement.first, statement.number, statement.figures.opening]
        if follows != found:
            yield StatementFault(
                "first entry, number and opening of a statement", statement.month, follows, found
            )
        if (figures := figures_of(before.closing, lines)) != statement.figures:
            yield StatementFault(
                "figures of a statement", statement.month, _row(figures), _row(statement.figures)
            )
        if (expected := hash_of(statement, lines)) != statement.hash:
            yield StatementFault("hash of a statement", statement.month, expected, statement.hash)
        before = statement.settled
    if (account.settled or LastStatement()) != before:
        yield StatementFault(
            "last statement of an account",
            before.month,
            list(before),
            list(account.settled or LastStatement()),
        )


def _row(figures: Figures) -> list[int]:
    return [getattr(figures, name) for name in figures.__slots__]
