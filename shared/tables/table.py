"""A format of table: how it is recognised, and how its lines become rows of an import."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, NamedTuple

from shared.tables.amounts import read_amount
from shared.tables.cells import check_name, unguarded
from shared.tables.dates import DayOrder, find_day_order, read_instant_text
from shared.tables.text import Line

MEMBERS, ORDERS, BALANCES = "members", "orders", "balances"

type ImportRow = dict[str, Any]
"""A row as `POST /v1/imports` takes it."""
type Columns = frozenset[str]


class TableTerms(NamedTuple):
    """What is known of a whole table and does not stand in its lines.

    * `currency`: the currency of amounts that have none in their line.
    * `is_minor`: whether whole numbers are minor units.
    * `day_order`: returns what comes first in dates of three numbers.
    """

    currency: str | None = None
    is_minor: bool = False
    day_order: Callable[[], DayOrder] = lambda: None


NO_TERMS = TableTerms()


class Cells:
    """The cells of a line. An empty cell counts as missing.

    All methods raise `ValueError` for a column that the table has twice, if the line has different
    cells in it.
    """

    def __init__(
        self,
        cells: Mapping[str, str],
        terms: TableTerms = NO_TERMS,
        unclear: frozenset[str] = frozenset(),
    ) -> None:
        self._cells, self._terms, self._unclear = cells, terms, unclear

    def first(self, *columns: str) -> str:
        """The text of the first of these columns that is not empty; empty if all are."""
        for name in columns:
            if text := self._cells.get(name):
                if name in self._unclear:
                    raise ValueError(
                        f"the table has {name} twice, and the line differs there; rename one"
                    )
                return unguarded(text)
        return ""

    def need(self, *columns: str) -> str:
        """As `first`, but raises `ValueError` if all these columns are empty."""
        text = self.first(*columns)
        if not text:
            raise ValueError(f"the line has no {columns[0]}")
        return text

    def name(self, *columns: str) -> str:
        """An id or a code. Raises `ValueError` if the columns are empty, or if a spreadsheet has
        changed the text.
        """
        return check_name(self.need(*columns))

    def name_if_any(self, *columns: str) -> str:
        """As `name`, but empty if the columns are empty."""
        text = self.first(*columns)
        return check_name(text) if text else ""

    def currency(self, *columns: str) -> str:
        """The currency in these columns, or else that of the whole table. Raises `ValueError` if
        there is neither.
        """
        told = self.first(*columns).upper() or self._terms.currency
        if not told:
            raise ValueError("the line has no currency; choose the currency of the file")
        return told

    def amount(self, currency: str, *columns: str) -> int:
        """An amount in minor units; 0 if the columns are empty. Raises `ValueError` if the text is
        not an amount in this currency, or could mean two amounts.
        """
        text = self.first(*columns)
        if self._terms.is_minor and text.removeprefix("-").isdecimal():
            return int(text)
        return read_amount(text, currency) if text else 0

    def instant(self, *columns: str) -> str | None:
        text = self.first(*columns)
        if not text:
            return None
        try:
            return read_instant_text(text)
        except ValueError:
            return read_instant_text(text, self._terms.day_order())

    def filled(self, row: Mapping[str, object | None]) -> ImportRow:
        """The row without fields that have no value."""
        return {name: value for name, value in row.items() if value not in (None, "", [], {})}


class Sums:
    """Sums of amounts by name, for rows that are made from several lines. A sum is unknown if one
    of its amounts cannot be read.
    """

    def __init__(self) -> None:
        self._sums: dict[str, int] = defaultdict(int)
        self._spoilt: set[str] = set()

    def add(self, name: str, read: Callable[[], int]) -> None:
        """Adds the amount that `read` returns to a sum. If `read` raises `ValueError`, the sum is
        unknown.
        """
        try:
            self._sums[name] += read()
        except ValueError:
            self._spoilt.add(name)

    def take(self, name: str) -> int:
        """The sum at the first call, 0 at every later one. Raises `ValueError` if the sum is
        unknown.
        """
        if name in self._spoilt:
            raise ValueError(f"another line of {name} cannot be read; correct it first")
        return self._sums.pop(name, 0)


class ReadRow(NamedTuple):
    """The row that was read from the line with this `number`. If the line cannot be used, `refused`
    says why.
    """

    number: int
    row: ImportRow
    refused: str | None = None


type ReadLine = Callable[[Cells], ImportRow | None]
"""Returns the row of a line; `None` for a line that makes no row. Raises `ValueError`."""
type Lines = Callable[[], Iterable[Line]]
"""Returns the lines of a table from the first on. It can be called several times."""


class TableFormat(NamedTuple):
    """How a table is recognised and read.

    * `needed`: the columns, in lower case, by which a table is recognised. If several formats fit,
      the one with the most such columns is used.
    * `read`: makes the row of an import from one line.
    * `gather`: for a table in which several lines make one row. It returns two functions. The first
      is called with every line and collects what later lines need; the second then replaces `read`.
    * `is_ours`: whether the columns have the names of our own fields.
    """

    name: str
    kind: str
    needed: Columns
    read: ReadLine
    gather: Callable[[], tuple[Callable[[Cells], None], ReadLine]] | None = None
    is_ours: bool = False


def read_with(table: TableFormat, lines: Lines, terms: TableTerms = NO_TERMS) -> Iterator[ReadRow]:
    """The rows of a table in this format.

    `terms` need no `day_order`. If a date could be two days, all lines are read once more to find
    what comes first in the dates of this table.
    """
    terms = terms._replace(day_order=cache(lambda: _day_order(lines)))
    read = table.read
    if table.gather:
        note, read = table.gather()
        for line in lines():
            with suppress(ValueError):  # the reading below says what is wrong
                note(Cells(line.cells, terms, line.unclear))
    for line in lines():
        try:
            if line.is_torn:
                raise ValueError(
                    "the line has more cells than the table has columns; a cell with a"
                    " delimiter in it needs quotes"
                )
            row = read(Cells(line.cells, terms, line.unclear))
        except ValueError as fault:
            yield ReadRow(line.number, {}, str(fault))
        else:
            if row is not None:
                yield ReadRow(line.number, row)


def _day_order(lines: Lines) -> DayOrder:
    return find_day_order(text for line in lines() for text in line.cells.values())


def status_of(times: Mapping[str, str | None]) -> str:
    """The status of an order, from the instants that are known of it."""
    if times.get("completed_at"):
        return "completed"
    return "paid" if times.get("paid_at") else "placed"
