"""Reads the text of a table as rows of an import."""

from typing import NamedTuple

from shared.domain.document import FieldError, InvalidDocument
from shared.tables.formats import find_format
from shared.tables.formats.generic import AMOUNT_COLUMNS
from shared.tables.table import ReadRow, TableFormat, TableTerms, read_with
from shared.tables.text import Line, UnreadableTable, read_table_text


class ImportTable(NamedTuple):
    """The rows of a table.

    * `format`: the format in which the table was read.
    * `columns`: the names of its columns.
    * `is_minor`: whether its amounts are in minor units.
    """

    rows: list[ReadRow]
    format: TableFormat
    columns: tuple[str, ...]
    is_minor: bool


def read_table(kind: str, text: str, currency: str, is_major: bool = False) -> ImportTable:
    """The table in a text. `currency` is used for amounts without a currency of their own.

    In a table with our own columns, amounts are in minor units, as everywhere in the API, if all of
    them are whole numbers and `is_major` is false. Raises `InvalidDocument` if the table cannot be
    read.
    """
    try:
        columns, some = read_table_text(text)
        table, lines = find_format(kind, columns), list(some)
    except UnreadableTable as fault:
        raise InvalidDocument([FieldError("csv", str(fault))]) from None
    is_minor = table.is_ours and not is_major and not any(map(_has_decimals, lines))
    terms = TableTerms(currency, is_minor)
    rows = [without_advocate(row) for row in read_with(table, lambda: lines, terms)]
    return ImportTable(rows, table, columns, is_minor)


def without_advocate(row: ReadRow) -> ReadRow:
    """The row without the column `advocate` (an advocate's id). Only histories use that column."""
    return row._replace(row={name: cell for name, cell in row.row.items() if name != "advocate"})


def _has_decimals(line: Line) -> bool:
    """Whether an amount of a line contains a mark or a currency sign."""
    amounts = (line.cells.get(name, "").strip() for name in AMOUNT_COLUMNS)
    return any(text and not text.removeprefix("-").isdecimal() for text in amounts)
