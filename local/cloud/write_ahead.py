"""Keeps what the engine answers: each change is in a file before its request is answered.

The changes go to a log, as the items that they left (decision 126). Once the log is long, another
is begun and the tables, as they are at this moment, are written to a checkpoint between requests.
What was handed to the kernel survives the end of any process.
"""

import asyncio
import contextlib
import json
import os
import time
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import IO

from local.cloud.checked_lines import encode_line
from local.cloud.engine_tables import EngineTables
from local.cloud.storage_full import STORAGE_FULL, STORAGE_FULL_MESSAGE, is_storage_full
from local.cloud.table_files import Entry, TableFiles, first_line

LOG_BYTES = 4 * 1024 * 1024
"""A log at least this long, and a quarter of the checkpoint, is followed by a checkpoint."""
_CHECK_SECONDS = 0.25
_SLICE_SECONDS = 0.002
_BROKEN_STATUS = 74
_READS = ("Get", "Query", "Scan", "BatchGet", "Describe", "List", "TransactGet", "SearchVectors")
_ITEM_WRITES = {
    "PutItem",
    "UpdateItem",
    "DeleteItem",
    "BatchWriteItem",
    "TransactWriteItems",
    "ExecuteStatement",
    "BatchExecuteStatement",
    "ExecuteTransaction",
}

type EngineAnswer = tuple[int, dict[str, str], bytes]
type EngineHandler = Callable[[str, str, dict[str, str], bytes, object], Awaitable[EngineAnswer]]


class WriteAhead:
    """Loads the tables of a folder and keeps them; raises TablesDamaged and changes nothing there.

    `handle` takes the place of the engine's own handler of requests.
    """

    def __init__(
        self, tables: EngineTables, folder: Path, handler: EngineHandler, log_bytes: int = LOG_BYTES
    ) -> None:
        self.tables, self.files = tables, TableFiles(folder)
        self._handler, self._least_log_bytes = handler, log_bytes
        for entry in self.files.read():
            tables.apply(entry)
        end = self.files.end
        folder.mkdir(exist_ok=True)
        self.files.forget_unfinished()
        self._number, self._size, self._unkept_bytes = end.number, end.bytes, end.read_bytes
        self._log = self._open_log(end.number)
        os.ftruncate(self._log, end.bytes)
        if not end.bytes:
            self._append(first_line("log", end.number))
        newest = self.files.checkpoint(self.files.newest)
        self._checkpoint_bytes = newest.stat().st_size if newest.exists() else 0

    async def handle(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: object
    ) -> EngineAnswer:
        """Answer a request of DynamoDB once its changes are in the log.

        Where they do not fit on the disk, or the engine fails, nothing has changed.
        """
        action = headers.get("x-amz-target", "").rpartition(".")[2]
        describes = not (action in _ITEM_WRITES or action.startswith(_READS))
        tables = self.tables.copy_tables() if describes else None
        try:
            answer = await self._handler(method, path, headers, body, query)
            self._keep(described=describes and answer[0] == 200)
        except BaseException as problem:
            self.tables.undo(self.tables.take_changes())
            if tables is not None:
                self.tables.put_tables_back(tables)
            if is_storage_full(problem):
                return _storage_full()
            raise
        self.tables.take_changes()
        return answer

    def _keep(self, *, described: bool) -> None:
        """Append what changed to the log; `described`, where tables themselves may have."""
        if described:
            self._append(self.tables.describe_tables())
        if self.tables.changes.items:
            self._append(self.tables.describe_changes(self.tables.changes))

    def _append(self, entry: Entry) -> None:
        """Write a whole line, or none and raise OSError."""
        line = memoryview(encode_line(entry))
        try:
            written = 0
            while written < len(line):
                written += os.write(self._log, line[written:])
        except OSError:
            self._cut_log()
            raise
        self._size += len(line)
        self._unkept_bytes += len(line)

    def _cut_log(self) -> None:
        """Take half a line off; a process that cannot ends here, and the next start does it."""
        try:
            os.ftruncate(self._log, self._size)
        except OSError:
            os._exit(_BROKEN_STATUS)

    def _open_log(self, number: int) -> int:
        return os.open(self.files.log(number), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    async def run(self) -> None:
        """Write checkpoints for ever, each when the log is long enough."""
        while True:
            await asyncio.sleep(_CHECK_SECONDS)
            if self._unkept_bytes > max(self._least_log_bytes, self._checkpoint_bytes // 4):
                try:
                    with contextlib.closing(self._write_checkpoint()) as slices:
                        for _ in slices:
                            await asyncio.sleep(_SLICE_SECONDS)
                except OSError:
                    await asyncio.sleep(_CHECK_SECONDS * 20)

    def close(self) -> None:
        """Write a last checkpoint where something changed; without one the log has everything."""
        if self._number != self.files.newest or self._size > len(
            encode_line(first_line("log", self._number))
        ):
            with contextlib.suppress(OSError):
                for _ in self._write_checkpoint():
                    pass

    def _write_checkpoint(self) -> Generator[None]:
        """Write one, and yield after each slice of time, for requests to be answered."""
        number = self._begin_log()
        unfinished = self.files.unfinished_checkpoint(number)
        try:
            with unfinished.open("wb") as file:
                yield from self._write_lines(file, number)
            unfinished.replace(self.files.checkpoint(number))
        finally:
            unfinished.unlink(missing_ok=True)
        self.files.forget_before(self.files.newest)
        self.files.newest = number

    def _write_lines(self, file: IO[bytes], number: int) -> Generator[None]:
        file.write(encode_line(first_line("checkpoint", number)))
        sliced_at = time.monotonic()
        for line in self.tables.describe_all():
            file.write(encode_line(line))
            if time.monotonic() - sliced_at > _SLICE_SECONDS:
                yield
                sliced_at = time.monotonic()
        self._checkpoint_bytes = file.tell()

    def _begin_log(self) -> int:
        """Let the changes from now on go to another log; return its number."""
        log, size = self._log, self._size
        self._log, self._size = self._open_log(self._number + 1), 0
        try:
            self._append(first_line("log", self._number + 1))
        except OSError:
            os.close(self._log)
            self.files.log(self._number + 1).unlink()
            self._log, self._size = log, size
            raise
        os.close(log)
        self._number += 1
        self._unkept_bytes = self._size
        return self._number


def _storage_full() -> EngineAnswer:
    """Answer as DynamoDB does, with a status that no client repeats by itself."""
    body = json.dumps({"__type": STORAGE_FULL, "message": STORAGE_FULL_MESSAGE}).encode()
    return 400, {"Content-Type": "application/x-amz-json-1.0"}, body
