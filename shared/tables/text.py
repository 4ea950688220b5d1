"""The text of a table: its encoding, its lines, and the character that separates its cells."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import NamedTuple

DELIMITERS = ",;\t|"
MOST_COLUMNS = 400
MOST_TITLE_LINES = 20
"""Lines above the names of the columns, such as a title and a period."""
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of spreadsheets begin, and archives."""
OTHER_FILES = (b"\x1f\x8b", b"%PDF", b"<", b"{", b"[{")
"""How a compressed file, a PDF, a page and JSON begin."""
_END = "\0end of the table\0"
"""A line that is added after the last one. If it ends up inside a cell, a quote was not closed."""


class UnreadableTable(ValueError):
    """The text cannot be read as a table; the message says what to do."""


class Line(NamedTuple):
    """A line of a table.

    * `number`: its number in the file.
    * `cells`: its cells by the names of their columns.
    * `unclear`: columns that the table has twice, and in which the line has different cells.
    * `is_torn`: whether the line has more cells than the table has columns.
    """

    number: int
    cells: Mapping[str, str]
    unclear: frozenset[str] = frozenset()
    is_torn: bool = False


class TableText(NamedTuple):
    """The names of the columns and the lines below them. The names are in lower case and without
    blanks around them; empty lines are left out.
    """

    columns: tuple[str, ...]
    lines: Iterator[Line]


def find_encoding(parts: Iterable[bytes]) -> str:
    """The encoding of a file. A byte order mark at its beginning decides. Without one it is UTF-8
    if the whole file can be read as that; else that of old Macintoshes if its lines end with CR
    alone; else that of Windows (western). Raises `UnreadableTable` for a file of another kind.
    """
    decoder, is_first, is_utf8 = codecs.getincrementaldecoder("utf-8")(), True, True
    has_cr = has_lf = False
    for part in parts:
        if is_first and (marked := _marked(part)):
            return marked
        is_first = False
        has_cr, has_lf = has_cr or b"\r" in part, has_lf or b"\n" in part
        is_utf8 = is_utf8 and _is_decodable(decoder, part)
    if is_utf8 and _is_decodable(decoder, b"", final=True):
        return "utf-8"
    return "mac_roman" if has_cr and not has_lf else "cp1252"


def _is_decodable(decoder: codecs.IncrementalDecoder, part: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(part, final)
    except UnicodeDecodeError:
        return False
    return True


def decode_table(raw: bytes) -> str:
    """The text of a whole file. Raises `UnreadableTable`."""
    try:
        return raw.decode(find_encoding([raw]))
    except UnicodeDecodeError:
        raise undecodable() from None


def undecodable() -> UnreadableTable:
    return UnreadableTable("save the file as CSV in UTF-8; its letters cannot be read")


def _marked(beginning: bytes) -> str | None:
    """The encoding by the file's first bytes, if they tell it. Raises `UnreadableTable`."""
    if beginning.startswith(WORKBOOKS):
        raise UnreadableTable(
            "is a spreadsheet's own file or an archive; save it as CSV in UTF-8, or unpack it"
        )
    if beginning.lstrip().startswith(OTHER_FILES):
        raise UnreadableTable("is no table; export it as CSV")
    for mark, encoding in BYTE_ORDER_MARKS:
        if beginning.startswith(mark):
            return encoding
    if beginning[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if beginning[:1] == b"\0" else None


def read_table_text(text: str | Iterable[str]) -> TableText:
    """The table in a text, or in the lines of a file that was opened with `newline=""`.

    Raises `UnreadableTable`. A quote that nothing closes is found only when the lines are read.
    """
    source = iter(io.StringIO(text, newline="") if isinstance(text, str) else text)
    heading, above = _find_heading(source)
    rows = _numbered_rows(chain([heading], source), find_delimiter(heading), above)
    columns = [name.strip().lower() for name in next(rows)[1]]
    if len(columns) > MOST_COLUMNS:
        raise UnreadableTable(f"has more than {MOST_COLUMNS} columns")
    return TableText(tuple(dict.fromkeys(columns)), _lines(rows, columns))


def read_lines(text: str | Iterable[str]) -> Iterator[Line]:
    """The lines of a table below the names of its columns. Raises `UnreadableTable`."""
    yield from read_table_text(text).lines


def _find_heading(source: Iterator[str]) -> tuple[str, int]:
    """The line with the names of the columns, and how many lines stand above it.

    A line that fills only one cell is a title, is empty, or names the delimiter (`sep=;`).
    """
    for above, line in enumerate(islice(source, MOST_TITLE_LINES + 1)):
        heading = line.lstrip("\ufeff")
        cells = heading.split(find_delimiter(heading))
        if sum(bool(cell.strip(' "\t\r\n')) for cell in cells) > 1:
            return heading, above
    raise UnreadableTable("begin with a line that names the columns")


def _numbered_rows(
    text: Iterable[str], delimiter: str, above: int
) -> Iterator[tuple[int, list[str]]]:
    """The rows with the number of their last line in the file; raises `UnreadableTable`."""
    rows = csv.reader(chain(text, [_END]), delimiter=delimiter)
    line = above + 1
    try:
        for cells in rows:
            if cells[-1:] == [_END]:
                return
            if cells and cells[-1].endswith(_END):
                raise UnreadableTable(f"line {line} has a quote that nothing closes")
            yield rows.line_num + above, cells
            line = rows.line_num + above + 1
    except csv.Error as fault:
        line = rows.line_num + above
        raise UnreadableTable(f"line {line} cannot be read: {fault}") from None


def _lines(rows: Iterable[tuple[int, list[str]]], columns: Sequence[str]) -> Iterator[Line]:
    doubled = {name for name, count in Counter(columns).items() if name and count > 1}
    width = len(columns)
    for number, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        filled = list(zip(columns, map(str.strip, cells), strict=False))
        named = dict.fromkeys(columns, "") | dict(filled)
        unclear = frozenset(_settle(named, filled, doubled)) if doubled else frozenset()
        is_torn = len(cells) > width and any(cell.strip() for cell in cells[width:])
        yield Line(number, named, unclear, is_torn)


def _settle(
    named: dict[str, str], filled: Sequence[tuple[str, str]], doubled: Iterable[str]
) -> Iterator[str]:
    """Fills the columns that the table has twice. Yields those in which the cells differ."""
    for name in doubled:
        texts = {cell for column, cell in filled if column == name and cell}
        named[name] = next(iter(texts), "")
        if len(texts) > 1:
            yield name


def find_delimiter(heading: str) -> str:
    """The character that separates the columns: the one of `DELIMITERS` that is most often in the
    heading, outside quotes.
    """
    bare = "".join(heading.split('"')[::2])
    return max(DELIMITERS, key=bare.count)
