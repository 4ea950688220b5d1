"""A format of table: what it is recognised by, and how its lines become rows of an import."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple

from shared.tables.cells import check_unspoilt, read_amount, read_instant_text
from shared.tables.text import Line

MEMBERS, ORDERS, BALANCES = "members", "orders", "balances"

type ImportRow = dict[str, Any]
"""A row as `POST /v1/imports` takes it."""
type Columns = frozenset[str]


class Cells:
    """The cells of a line; a cell that is empty is not there."""

    def __init__(
        self, cells: Mapping[str, str], currency: str | None = None, is_minor: bool = False
    ) -> None:
        """`currency` is that of amounts beside which the table names none; `is_minor` says that
        amounts are whole numbers of minor units.
        """
        self._cells, self._currency, self._is_minor = cells, currency, is_minor

    def first(self, *columns: str) -> str:
        """The first of these columns that is filled; empty where none is."""
        return next((self._cells[name] for name in columns if self._cells.get(name)), "")

    def need(self, *columns: str) -> str:
        """As `first`; raises `ValueError` where none is filled."""
        text = self.first(*columns)
        if not text:
            raise ValueError(f"the line has no {columns[0]}")
        return text

    def name(self, *columns: str) -> str:
        """An id or a code that is needed, and that no spreadsheet has ruined."""
        return check_unspoilt(self.need(*columns))

    def currency(self, *columns: str) -> str:
        """The line's currency, else the table's; raises `ValueError` where there is none."""
        told = self.first(*columns).upper() or self._currency
        if not told:
            raise ValueError("the line has no currency; choose the currency of the file")
        return told

    def amount(self, currency: str, *columns: str) -> int:
        """An amount in minor units, 0 where there is none."""
        text = self.first(*columns)
        if self._is_minor and text.removeprefix("-").isdecimal():
            return int(text)
        return read_amount(text, currency) if text else 0

    def instant(self, *columns: str) -> str | None:
        text = self.first(*columns)
        return read_instant_text(text) if text else None

    def filled(self, row: Mapping[str, object | None]) -> ImportRow:
        """A row without what is not told."""
        return {name: value for name, value in row.items() if value not in (None, "", [], {})}


class ReadRow(NamedTuple):
    """A row of an import from the line of this number, or why the line cannot be used."""

    number: int
    row: ImportRow
    refused: str | None = None


type ReadLine = Callable[[Cells], ImportRow | None]
"""The row of a line, `None` for a line that tells nothing; raises `ValueError`."""
type Lines = Callable[[], Iterable[Line]]
"""The lines of a table from the first on, as often as they are asked for."""


class TableFormat(NamedTuple):
    """`needed` are the columns by which a table is known, in lower case; of several formats that
    know it the one with the most is taken. `is_ours` says that they are named like our own fields.

    Of a table whose rows are told in several lines, `gather` gives what notes each line first, and
    what then reads one.
    """

    name: str
    kind: str
    needed: Columns
    read: ReadLine
    gather: Callable[[], tuple[Callable[[Cells], None], ReadLine]] | None = None
    is_ours: bool = False


def read_with(
    table: TableFormat, lines: Lines, currency: str | None = None, is_minor: bool = False
) -> Iterator[ReadRow]:
    """The rows of a table in this format; `currency` and `is_minor` are those of `Cells`."""
    read = table.read
    if table.gather:
        note, read = table.gather()
        for line in lines():
            with suppress(ValueError):  # the reading below says what is wrong
                note(Cells(line.cells, currency))
    for number, cells in lines():
        try:
            row = read(Cells(cells, currency, is_minor))
        except ValueError as fault:
            yield ReadRow(number, {}, str(fault))
        else:
            if row is not None:
                yield ReadRow(number, row)


def status_of(times: Mapping[str, str | None]) -> str:
    """The status of an order of which these instants are known."""
    if times.get("completed_at"):
        return "completed"
    return "paid" if times.get("paid_at") else "placed"
