"""A table in a file. It is read line by line, again for each call."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from io import TextIOWrapper
from pathlib import Path

from local.cli.input_files import UnreadableFile
from shared.tables.table import ReadRow, TableFormat, TableTerms, read_with
from shared.tables.text import (
    Line,
    UnreadableTable,
    find_encoding,
    read_lines,
    read_table_text,
    undecodable,
)

PART_BYTES = 1 << 20


class TableFile:
    """A table in a file. `currency` is for amounts for which the table names no currency."""

    def __init__(self, path: Path, currency: str | None = None) -> None:
        self.path, self._currency = path, currency

    def columns(self) -> tuple[str, ...]:
        """The names of the columns; raises `UnreadableFile` if the file is not a table."""
        with self._text() as text:
            return read_table_text(text).columns

    def rows(self, table: TableFormat) -> Iterator[ReadRow]:
        """The rows in the given format; raises `UnreadableFile` if the file is not a table."""
        yield from read_with(table, self.lines, TableTerms(self._currency))

    def lines(self) -> Iterator[Line]:
        with self._text() as text:
            yield from read_lines(text)

    def unreadable(self, number: int, reason: str) -> UnreadableFile:
        return UnreadableFile(f"{self.path}: line {number}: {reason}")

    @contextmanager
    def _text(self) -> Iterator[TextIOWrapper]:
        try:
            with self.path.open(newline="", encoding=self._encoding) as text:
                yield text
        except OSError as error:
            raise UnreadableFile(f"{self.path}: {error.strerror or error}") from None
        except UnicodeDecodeError:
            raise UnreadableFile(f"{self.path}: {undecodable()}") from None
        except UnreadableTable as fault:
            raise UnreadableFile(f"{self.path}: {fault}") from None

    @cached_property
    def _encoding(self) -> str:
        with self.path.open("rb") as source:
            return find_encoding(iter(lambda: source.read(PART_BYTES), b""))
