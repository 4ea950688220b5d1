"""The text of a table: its encoding, what parts its cells, its lines."""

import codecs
import csv
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

DELIMITERS = ",;\t|"
MOST_COLUMNS = 400
LONGEST_CELL = 131_072
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SEPARATOR_LINE = "sep="
"""A line that spreadsheets write before the columns, such as `sep=;`."""


class UnreadableTable(ValueError):
    """The text is no table that can be read; the message says what to do."""


class Line(NamedTuple):
    """A line by its number in the file, and its cells by the names of their columns."""

    number: int
    cells: Mapping[str, str]


def find_encoding(parts: Iterable[bytes]) -> str:
    """The encoding of a file: by the mark at its beginning, else UTF-8 where it is that from its
    beginning to its end, else Windows' western one.
    """
    decoder, is_first = codecs.getincrementaldecoder("utf-8")(), True
    try:
        for part in parts:
            if is_first and (marked := _marked(part)):
                return marked
            is_first = False
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def decode_table(raw: bytes) -> str:
    """A whole file as its text; raises `UnreadableTable`."""
    try:
        return raw.decode(find_encoding([raw]))
    except UnicodeDecodeError:
        raise UnreadableTable("save the file as CSV in UTF-8; its letters cannot be read") from None


def _marked(beginning: bytes) -> str | None:
    for mark, encoding in BYTE_ORDER_MARKS:
        if beginning.startswith(mark):
            return encoding
    if beginning[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if beginning[:1] == b"\0" else None


def read_lines(text: Iterable[str]) -> Iterator[Line]:
    """The lines below the names of the columns, empty ones left out.

    Names are lower case and without blanks around them; raises `UnreadableTable`.
    """
    source = iter(text)
    first = next(source, "").lstrip("\ufeff")
    skipped = 0
    if first.lower().startswith(SEPARATOR_LINE):
        first, skipped = next(source, ""), 1
    if not first.strip():
        raise UnreadableTable("begin with a line that names the columns")
    rows = csv.reader(_after(first, source), delimiter=find_delimiter(first))
    try:
        columns = [name.strip().lower() for name in next(rows)]
        if len(columns) > MOST_COLUMNS:
            raise UnreadableTable(f"has more than {MOST_COLUMNS} columns")
        for cells in rows:
            if any(cell.strip() for cell in cells):
                filled = zip(columns, map(str.strip, cells), strict=False)
                yield Line(rows.line_num + skipped, dict.fromkeys(columns, "") | dict(filled))
    except csv.Error as fault:
        raise UnreadableTable(f"line {rows.line_num + skipped} cannot be read: {fault}") from None


def _after(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def find_delimiter(heading: str) -> str:
    """What parts the names of the columns most often, outside quotes."""
    bare = "".join(heading.split('"')[::2])
    return max(DELIMITERS, key=bare.count)
