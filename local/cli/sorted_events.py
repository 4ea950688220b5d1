"""Sorts the events of an export by time, in memory that does not grow with the export."""

import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from heapq import merge
from itertools import batched
from operator import itemgetter
from typing import IO

from local.cli.export_rows import ExportEvent

EVENTS_IN_MEMORY = 50_000
"""About 40 MiB. Every full part is sorted by itself and kept in a temporary file."""


def sort_by_time(events: Iterable[ExportEvent]) -> Iterator[ExportEvent]:
    """The events by their `at`; those of one instant keep their order. All events are read before
    the first one is returned.
    """
    by_time = itemgetter("at")
    with ExitStack() as files:
        parts: list[Iterable[ExportEvent]] = []
        for some in batched(events, EVENTS_IN_MEMORY, strict=False):
            part = sorted(some, key=by_time)
            is_full = len(part) == EVENTS_IN_MEMORY
            parts.append(_kept(part, files) if is_full else part)
        yield from merge(*parts, key=by_time)


def _kept(part: Sequence[ExportEvent], files: ExitStack) -> Iterator[ExportEvent]:
    """The same events, from a temporary file."""
    file: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115  (`files` closes it)
    files.callback(file.close)
    file.writelines(json.dumps(event) + "\n" for event in part)
    file.seek(0)
    return map(json.loads, file)
