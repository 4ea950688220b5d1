"""The files in which the engine keeps the tables: checkpoints, and logs of what came after them.

Checkpoint 7 has the tables as they were when log 7 began. Checkpoint 6 and log 6, which lead to the
same tables, stay beside it until checkpoint 8 is there. Nothing here needs MiniStack.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.cloud.checked_lines import LineCut, LineDamaged, read_lines

FORMAT = 1
FIRST_STATE = "dynamodb.json"
"""The whole state in MiniStack's own format, as releases up to 0.2 kept it: checkpoint 0."""
DAMAGED_STATUS = 65
"""How a process ends that found damage; who started it learns by `check` what it is."""

type Entry = list[Any]
"""A line of a file: a word that says what it is, then what belongs to it."""


class TablesDamaged(Exception):
    """A file cannot be read; the message names it and the way out."""


@dataclass(frozen=True)
class LogEnd:
    """Where to write on: the number of the last log, its good bytes, and those of all that were
    read. A log of 0 bytes is still to be begun.
    """

    number: int
    bytes: int
    read_bytes: int


def first_line(kind: str, number: int) -> Entry:
    """Return the first line of a `checkpoint` or a `log`."""
    return ["file", {"kind": kind, "number": number, "format": FORMAT}]


class TableFiles:
    """The files of one folder, which may be missing where nothing was kept yet.

    `newest` is the number of the newest checkpoint and `end` the place to write on, once all is
    read.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.newest = 0
        self.end = LogEnd(0, 0, 0)

    def checkpoint(self, number: int) -> Path:
        return self.folder / (f"tables.{number}.checkpoint" if number else FIRST_STATE)

    def log(self, number: int) -> Path:
        return self.folder / f"tables.{number}.log"

    def unfinished_checkpoint(self, number: int) -> Path:
        """Return the file that becomes the checkpoint once it is whole."""
        return self.folder / f"tables.{number}.unfinished"

    def read(self) -> Iterator[Entry]:
        """Yield the lines of the newest checkpoint and of the logs since then.

        A last line of the last log that was never finished was not acknowledged, and is left out.
        Raises TablesDamaged.
        """
        self.newest = max(self._numbers("checkpoint"), default=0)
        self.end = LogEnd(self.newest, 0, 0)
        logs = self._logs_to_read()
        if self.newest:
            yield from self._read_checkpoint(self.newest)
        elif self.checkpoint(0).exists():
            yield self._read_first_state()
        for number in logs:
            yield from self._read_log(number, logs[-1])

    def check(self) -> None:
        """Raise TablesDamaged where `read` would."""
        for _ in self.read():
            pass

    def forget_before(self, number: int) -> None:
        """Delete the checkpoints and logs with lower numbers."""
        for kind in ("checkpoint", "log"):
            for lower in self._numbers(kind):
                if lower < number:
                    (self.folder / f"tables.{lower}.{kind}").unlink()
        if number > 0:
            self.checkpoint(0).unlink(missing_ok=True)

    def forget_unfinished(self) -> None:
        """Delete checkpoints that were never finished."""
        for number in self._numbers("unfinished"):
            self.unfinished_checkpoint(number).unlink()

    def _numbers(self, kind: str) -> list[int]:
        names = (re.fullmatch(rf"tables\.(\d+)\.{kind}", path.name) for path in self._listed())
        return sorted(int(name[1]) for name in names if name)

    def _listed(self) -> list[Path]:
        return list(self.folder.iterdir()) if self.folder.exists() else []

    def _logs_to_read(self) -> list[int]:
        """Return the logs since the newest checkpoint; raises TablesDamaged where one misses."""
        logs = [number for number in self._numbers("log") if number >= self.newest]
        for expected, number in enumerate(logs, self.newest):
            if number != expected:
                missing = self.log(expected) if expected else self.checkpoint(number)
                raise TablesDamaged(
                    f"{missing} is missing, and {self.log(number)} continues it; put it back, or"
                    f" move {self.folder} away to begin with an empty shop"
                )
        return logs

    def _read_checkpoint(self, number: int) -> Iterator[Entry]:
        path = self.checkpoint(number)
        try:
            yield from _read_whole(path, "checkpoint", number)
        except (LineCut, LineDamaged, OSError) as problem:
            raise TablesDamaged(
                f"{path} is damaged ({problem}); {self._without_checkpoint(number)}"
            ) from None

    def _without_checkpoint(self, number: int) -> str:
        """Say how to go on without this checkpoint."""
        if self.log(number - 1).exists() and (number == 1 or self.checkpoint(number - 1).exists()):
            before = self.checkpoint(number - 1) if number > 1 else self.log(0)
            return f"move it away: the next start has the same from {before.name} and the logs"
        return f"put a copy back, or move {self.folder} away to begin with an empty shop"

    def _read_first_state(self) -> Entry:
        path = self.checkpoint(0)
        try:
            text = path.read_text()
            if isinstance(json.loads(text), dict):
                return ["state", text]
        except (OSError, ValueError):
            pass
        raise TablesDamaged(
            f"{path} is damaged; put a copy back, or move it away to begin with an empty shop"
        )

    def _read_log(self, number: int, last: int) -> Iterator[Entry]:
        path = self.log(number)
        good_bytes = path.stat().st_size
        try:
            yield from _read_whole(path, "log", number)
        except (LineCut, LineDamaged, OSError) as problem:
            if not isinstance(problem, LineCut) or number != last:
                logs = "it" if number == last else "it and the logs after it"
                raise TablesDamaged(
                    f"{path} is damaged ({problem}); put a copy back, or move {logs} away, which"
                    f" loses what was written since {path.name} began"
                ) from None
            good_bytes = problem.offset
        self.end = LogEnd(number, good_bytes, self.end.read_bytes + good_bytes)


def _read_whole(path: Path, kind: str, number: int) -> Iterator[Entry]:
    """Yield the lines after the first one, which has to belong to this file.

    A checkpoint has to end with its last line. Raises LineCut or LineDamaged.
    """
    ended = kind == "log"
    lines = read_lines(path)
    if next(lines, first_line(kind, number)) != first_line(kind, number):
        raise LineDamaged(0)
    for line in lines:
        ended = ended or line[0] == "end"
        yield line
    if not ended:
        raise LineCut(path.stat().st_size)
