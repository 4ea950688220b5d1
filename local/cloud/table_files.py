"""The files in which the engine stores the tables: checkpoints, and logs of later changes.

Checkpoint 7 has the tables as they were when log 7 began. Checkpoint 6 and log 6, which lead to the
same tables, are kept until checkpoint 8 is complete. This module does not import MiniStack.
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
"""The file of releases up to 0.2, with the whole state in MiniStack's own format. It counts as
checkpoint 0.
"""
DAMAGED_STATUS = 65
"""The exit status of an engine process that found damaged files; its parent gets the details from
`TableFiles.check`.
"""

type Entry = list[Any]
"""A line of a file: the kind of the line, then its content."""


class TablesDamaged(Exception):
    """A file cannot be read; the message names the file and says what to do."""


@dataclass(frozen=True)
class LogEnd:
    """Where the next change is written.

    * `number`: the number of the last log.
    * `bytes`: the length of its valid part; 0 if the log does not exist yet.
    * `read_bytes`: the length of the valid parts of all logs that were read.
    """

    number: int
    bytes: int
    read_bytes: int


def first_line(kind: str, number: int) -> Entry:
    """Returns the first line of a `checkpoint` or a `log`."""
    return ["file", {"kind": kind, "number": number, "format": FORMAT}]


class TableFiles:
    """The files of one folder. The folder may be missing if nothing was stored yet.

    After `read` has yielded everything, `newest` is the number of the newest checkpoint and `end`
    says where to write the next change.
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
        """Returns the path under which a checkpoint is written until it is complete."""
        return self.folder / f"tables.{number}.unfinished"

    def read(self) -> Iterator[Entry]:
        """Yields the lines of the newest checkpoint and of the logs since then; raises
        TablesDamaged.

        If the last line of the last log is incomplete, it is left out: that change was never
        acknowledged.
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

    def count_bytes(self) -> int:
        """The size of the folder's files, of which `read` reads the greater part."""
        return sum(path.stat().st_size for path in self._listed())

    def check(self) -> None:
        """Raises TablesDamaged if `read` would raise it."""
        for _ in self.read():
            pass

    def forget_before(self, number: int) -> None:
        """Deletes the checkpoints and logs with lower numbers."""
        for kind in ("checkpoint", "log"):
            for lower in self._numbers(kind):
                if lower < number:
                    (self.folder / f"tables.{lower}.{kind}").unlink()
        if number > 0:
            self.checkpoint(0).unlink(missing_ok=True)

    def forget_unfinished(self) -> None:
        """Deletes incomplete checkpoints."""
        for number in self._numbers("unfinished"):
            self.unfinished_checkpoint(number).unlink()

    def _numbers(self, kind: str) -> list[int]:
        names = (re.fullmatch(rf"tables\.(\d+)\.{kind}", path.name) for path in self._listed())
        return sorted(int(name[1]) for name in names if name)

    def _listed(self) -> list[Path]:
        return list(self.folder.iterdir()) if self.folder.exists() else []

    def _logs_to_read(self) -> list[int]:
        """Returns the numbers of the logs since the newest checkpoint; raises TablesDamaged if one
        is missing.
        """
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
        """Returns the advice for a damaged checkpoint: what to do to start without it."""
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
    """Yields the lines after the first; raises LineCut or LineDamaged.

    The first line must name this kind of file and this number. A checkpoint must also have its last
    line.
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
