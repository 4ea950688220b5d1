"""Imports a file of any size in parts, shows progress, and can continue after an interruption.

Rows of members whose advocate is not registered yet are put aside in a temporary file. They are
imported again after the other rows, in rounds, until a round registers none of them.
"""

import hashlib
import json
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, NamedTuple

from local.cli.import_calls import ImportCalls
from shared.tables.table import ReadRow

MOST_ROWS = 1_000
MOST_BYTES = 200 * 1024
"""Limit for one part; a request may have 256 KiB."""
WAITS = "referrer_login "
"""How the reason begins if a row is refused because its advocate is not registered."""

type Told = Callable[[int, str], None]
"""Called for each refused line, with its number and the reason."""
type Progress = Callable[[Counter[str]], None]


class Bookmark(NamedTuple):
    """Stores how many rows of a file are done; `path` is another file beside it.

    If the file or the options of the import have changed, the import starts from the beginning.
    """

    path: Path
    fingerprint: str

    def read(self) -> int:
        with suppress(OSError, ValueError, KeyError, TypeError):
            saved = json.loads(self.path.read_text())
            if saved["file"] == self.fingerprint:
                return int(saved["rows"])
        return 0

    def write(self, rows: int) -> None:
        self.path.write_text(json.dumps({"file": self.fingerprint, "rows": rows}))

    def drop(self) -> None:
        self.path.unlink(missing_ok=True)


def fingerprint_of(path: Path, *what: str) -> str:
    """A hash of the file's content and of the options in `what`."""
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256")
    digest.update("\0".join(what).encode())
    return digest.hexdigest()


def import_rows(
    rows: Iterable[ReadRow], calls: ImportCalls, bookmark: Bookmark, told: Told, progress: Progress
) -> Counter[str]:
    """Imports all rows that are not done yet and returns the counts.

    * `read`: rows that this run has handled.
    * `changed`, `unchanged`, `refused`: what became of them.
    * `passed`: rows that an earlier run had done.

    Raises `ImportStopped`; called again, the import continues where it stopped.
    """
    counts: Counter[str] = Counter(passed=bookmark.read())
    with tempfile.TemporaryFile("w+", encoding="utf-8") as aside:
        for part in _parts(_unpassed(rows, counts["passed"])):
            _apply(part, calls, counts, told, aside)
            if not counts["waiting"]:
                bookmark.write(counts["passed"] + counts["read"])
            progress(counts)
        _apply_waiting(aside, calls, counts, told, progress)
    bookmark.drop()
    return counts


def _unpassed(rows: Iterable[ReadRow], passed: int) -> Iterator[ReadRow]:
    for place, row in enumerate(rows):
        if place >= passed:
            yield row


def _parts(rows: Iterable[ReadRow]) -> Iterator[list[ReadRow]]:
    part: list[ReadRow] = []
    size = 0
    for row in rows:
        length = len(json.dumps(row.row, ensure_ascii=False).encode()) + 2
        if part and (len(part) == MOST_ROWS or size + length > MOST_BYTES):
            yield part
            part, size = [], 0
        part.append(row)
        size += length
    if part:
        yield part


def _apply(
    part: list[ReadRow], calls: ImportCalls, counts: Counter[str], told: Told, aside: IO[str] | None
) -> None:
    """Imports one part and counts the outcomes.

    Rows whose advocate is not registered yet are written to `aside`; if that is None, they are
    refused.
    """
    counts["read"] += len(part)
    usable = []
    for row in part:
        if row.refused:
            counts["refused"] += 1
            told(row.number, row.refused)
        else:
            usable.append(row)
    if not usable:
        return
    run = calls.apply(usable)
    counts.update(changed=run["changed"], unchanged=run["unchanged"])
    for refused in run["refused"]:
        row = usable[refused["row"] - 1]
        if aside is not None and refused["reason"].startswith(WAITS):
            aside.write(json.dumps([row.number, row.row]) + "\n")
            counts["waiting"] += 1
        else:
            counts["refused"] += 1
            told(row.number, refused["reason"])


def _apply_waiting(
    aside: IO[str], calls: ImportCalls, counts: Counter[str], told: Told, progress: Progress
) -> None:
    """Imports the rows that were put aside, in rounds. If a round helps none of them, they are
    refused.
    """
    while counts["waiting"]:
        before, counts["waiting"] = counts["waiting"], 0
        aside.seek(0)
        with tempfile.TemporaryFile("w+", encoding="utf-8") as still:
            for part in _parts(ReadRow(*json.loads(line)) for line in aside):
                counts["read"] -= len(part)
                _apply(part, calls, counts, told, still)
                progress(counts)
            still.seek(0)
            aside.seek(0)
            aside.truncate()
            aside.writelines(still)
        if counts["waiting"] == before:
            aside.seek(0)
            counts["waiting"] = 0
            for part in _parts(ReadRow(*json.loads(line)) for line in aside):
                counts["read"] -= len(part)
                _apply(part, calls, counts, told, None)


class ProgressLine:
    """A line on the terminal that is overwritten: how many rows are done, and how many a second."""

    def __init__(self, out: IO[str], clock: Callable[[], float] = time.monotonic) -> None:
        self._out, self._clock, self._begun = out, clock, clock()

    def show(self, counts: Counter[str]) -> None:
        rate = counts["read"] / max(self._clock() - self._begun, 0.001)
        self._out.write(
            f"\r{counts['read']} rows, {counts['changed']} changed, {counts['unchanged']} unchanged,"
            f" {counts['refused']} refused, {rate:.0f} a second "
        )
        self._out.flush()
