"""A HISTORY.jsonl on disk: read twice where it is long, so that an order is remembered only while a later line may tell of it again."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from local.cli.history_line import order_id_of, read_line, read_order_id
from shared.backtest.history import HistoryEvent
from shared.backtest.mentions import MentionFilter
from shared.domain.document import InvalidDocument

SHORT_FILE_BYTES = 4_000_000
LINE_BYTES = 300
"""About the size of an order line; a shorter one costs the filter some precision, nothing else."""

type Progress = Callable[[int, int], None]


class UnreadableHistory(Exception):
    """A file that cannot be used, with the reason for people."""


class BrokenLine(UnreadableHistory):
    def __init__(self, path: Path, number: int, reason: object):
        super().__init__(f"{path}: line {number}: {reason}")


def read_history(path: Path, progress: Progress) -> Iterator[tuple[HistoryEvent, bool]]:
    """Each event, and whether the order it tells of may come again; raises `UnreadableHistory`. `progress` hears bytes read of all."""
    size = _size(path)
    sendings = _count_sendings(path, size) if size > SHORT_FILE_BYTES else None
    read = 0
    with path.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            read += len(line)
            if number & 0xFFF == 0:
                progress(read, size)
            try:
                event = read_line(line)
            except InvalidDocument as invalid:
                if not line.strip():
                    continue
                raise BrokenLine(path, number, invalid) from None
            named = order_id_of(event)
            yield event, sendings is None or named is None or sendings.remove(named)
    progress(size, size)


def _size(path: Path) -> int:
    try:
        with path.open("rb"):
            return path.stat().st_size
    except OSError as error:
        raise UnreadableHistory(f"{path}: {error.strerror or error}") from None


def _count_sendings(path: Path, size: int) -> MentionFilter:
    sendings = MentionFilter(size // LINE_BYTES)
    with path.open("rb") as lines:
        for line in lines:
            order_id = read_order_id(line)
            if order_id is not None:
                sendings.add(order_id)
    return sendings


def read_document(path: Path) -> object:
    """A JSON file; raises `UnreadableHistory`."""
    try:
        return json.loads(path.read_bytes())
    except OSError as error:
        raise UnreadableHistory(f"{path}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise UnreadableHistory(f"{path}: is not JSON: {error}") from None
