"""Reads a history file.

A file above `SHORT_FILE_BYTES` is read twice. The first pass counts how often each order is named,
so that a backtest keeps an order in memory only as long as a later line may name it.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from local.cli.history_line import order_id_of, read_line, read_order_id
from local.cli.input_files import UnreadableFile
from shared.backtest.history import HistoryEvent
from shared.backtest.mentions import MentionFilter
from shared.domain.document import InvalidDocument

SHORT_FILE_BYTES = 4_000_000
LINE_BYTES = 300
"""The approximate size of an order line. If lines are shorter, orders may be kept in memory longer
than needed.
"""
LINES_BETWEEN_PROGRESS = 4_096

type Progress = Callable[[int, int], None]
"""Called with the number of bytes read so far and the size of the file."""


def read_history(path: Path, progress: Progress) -> Iterator[tuple[HistoryEvent, bool]]:
    """Each event, and whether a later line may name the same order; raises `UnreadableFile`."""
    size = size_of(path)
    mentions = count_mentions(path, size) if size > SHORT_FILE_BYTES else None
    bytes_read = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            bytes_read += len(line)
            if number % LINES_BETWEEN_PROGRESS == 0:
                progress(bytes_read, size)
            try:
                event = read_line(line)
            except InvalidDocument as invalid:
                if not line.strip():
                    continue
                raise UnreadableFile(f"{path}: line {number}: {invalid}") from None
            order_id = order_id_of(event)
            yield event, mentions is None or order_id is None or mentions.remove(order_id)
    progress(size, size)


def size_of(path: Path) -> int:
    """The size of the file in bytes; raises `UnreadableFile` if the file cannot be opened."""
    try:
        with path.open("rb"):
            return path.stat().st_size
    except OSError as error:
        raise UnreadableFile(f"{path}: {error.strerror or error}") from None


def count_mentions(path: Path, size: int) -> MentionFilter:
    """How often the lines of the file name each order, or more often (see `MentionFilter`)."""
    mentions = MentionFilter(size // LINE_BYTES)
    with path.open("rb") as lines:
        for line in lines:
            order_id = read_order_id(line)
            if order_id is not None:
                mentions.add(order_id)
    return mentions
