"""Stores every change of the tables in a file before the engine answers the request.

Changes are appended to a log, as the items after the change (decision 126). When the log is long, a
new log begins, and the tables as they are at this moment are written to a checkpoint, between
requests. Data that was passed to the kernel survives if the process is killed, but not a power
failure.
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
"""A checkpoint is written when the logs since the last one are longer than this and than a quarter
of that checkpoint.
"""
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
    """Loads the tables of a folder, and stores each change from then on.

    `handle` replaces MiniStack's own request handler. If the files are damaged, raises
    TablesDamaged and changes no file.
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
        """Handle a DynamoDB request; returns when its changes are in the log.

        If the disk is full or the engine fails, the request changes nothing.
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
        """Appends the recorded changes to the log. `described` says that the request may have
        changed tables themselves, not only items.
        """
        if described:
            self._append(self.tables.describe_tables())
        if self.tables.changes.items:
            self._append(self.tables.describe_changes(self.tables.changes))

    def _append(self, entry: Entry) -> None:
        """Appends one line. If it cannot be written completely, remove the part and raise OSError."""
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
        """Removes an incomplete last line. If that fails, end the process; the next start removes
        the line.
        """
        try:
            os.ftruncate(self._log, self._size)
        except OSError:
            os._exit(_BROKEN_STATUS)

    def _open_log(self, number: int) -> int:
        return os.open(self.files.log(number), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    async def run(self) -> None:
        """Writes a checkpoint whenever the logs are long enough; never returns."""
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
        """Writes a last checkpoint if anything has changed. If that fails nothing is lost, because
        the log has all changes.
        """
        if self._number != self.files.newest or self._size > len(
            encode_line(first_line("log", self._number))
        ):
            with contextlib.suppress(OSError):
                for _ in self._write_checkpoint():
                    pass

    def _write_checkpoint(self) -> Generator[None]:
        """Writes a checkpoint. Yields every few milliseconds, so that the caller can let requests
        be answered.
        """
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
        """Starts a new log for the following changes and returns its number."""
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
    """Returns DynamoDB's error response, with a status after which no client retries by itself."""
    body = json.dumps({"__type": STORAGE_FULL, "message": STORAGE_FULL_MESSAGE}).encode()
    return 400, {"Content-Type": "application/x-amz-json-1.0"}, body
