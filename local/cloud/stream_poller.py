"""Delivers records of the tables' streams to functions, like Lambda's poller for streams.

A record is copied into the database as soon as it is read, because the engine deletes it then. From
there each mapping gets its records in order, in batches; a batch is repeated until its function
succeeds.
"""

import asyncio
import json
import sqlite3
import sys
from dataclasses import dataclass

from local.cloud.clock import Clock
from local.cloud.database import transaction
from local.cloud.event_patterns import matches
from local.cloud.functions import (
    Functions,
    FunctionsUnavailable,
    InvocationCut,
    InvocationFailed,
    failed_identifiers,
)
from local.cloud.resources import StreamMapping
from local.cloud.stream_reader import (
    EngineUnreachable,
    RawStreamRecord,
    StreamReader,
    StreamsUnsupported,
)
from local.cloud.template import Template

_POLL_SECONDS = 0.25
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0


@dataclass(frozen=True)
class StoredRecord:
    """A record in the database that its function has not processed yet."""

    number: int
    record: RawStreamRecord

    @property
    def sequence(self) -> str:
        return self.record["dynamodb"]["SequenceNumber"]


class StreamPoller:
    """Reads the streams of the engine at `url` and delivers their records.

    `finished` counts processed records. No stream is read while `engine_serving` is not set.
    """

    def __init__(
        self,
        template: Template,
        mappings: tuple[StreamMapping, ...],
        database: sqlite3.Connection,
        functions: Functions,
        url: str,
        engine_serving: asyncio.Event,
        clock: Clock,
    ) -> None:
        self.template, self.mappings, self.database = template, mappings, database
        self.functions, self.engine_serving, self.clock = functions, engine_serving, clock
        self.finished = 0
        self._readers = {
            mapping.table: StreamReader(url, template.name(mapping.table)) for mapping in mappings
        }
        self._arrived = {mapping_name(mapping): asyncio.Event() for mapping in mappings}
        self._reading = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._workers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Starts to read and deliver; raises StreamsUnsupported or EngineUnreachable."""
        for reader in self._readers.values():
            await asyncio.to_thread(reader.check)
        self._workers = [asyncio.create_task(self._work(mapping)) for mapping in self.mappings]
        self._workers.append(asyncio.create_task(self._poll()))

    async def stop(self) -> None:
        """Waits until the batches in flight are processed, then reads all streams to their ends.

        Records that are not delivered stay in the database for the next start.
        """
        self._stopping.set()
        for event in self._arrived.values():
            event.set()
        await asyncio.gather(*self._workers)
        await self.catch_up()

    def count_waiting(self) -> dict[str, int]:
        """Returns how many records each mapping has still to process, by the name of the mapping."""
        return dict(
            self.database.execute("select mapping, count(*) from stream_records group by mapping")
        )

    async def catch_up(self) -> None:
        """Copies all records that the streams have now into the database."""
        async with self._reading:
            for table, reader in self._readers.items():
                while self.engine_serving.is_set() and await self._copy(table, reader):
                    pass

    async def _poll(self) -> None:
        while not self._stopping.is_set():
            await self.catch_up()
            try:
                await asyncio.wait_for(self._stopping.wait(), _POLL_SECONDS)
            except TimeoutError:
                continue

    async def _copy(self, table: str, reader: StreamReader) -> bool:
        """Copies the next records into the database; returns False if there were none or copying
        failed.

        If the local clock is fixed, its time replaces the engine's in each record.
        """
        places = dict(
            self.database.execute(
                "select shard, sequence from stream_places where tab = ?", (table,)
            )
        )
        try:
            records = await asyncio.to_thread(reader.read, places)
        except (EngineUnreachable, StreamsUnsupported):
            return False
        try:
            with transaction(self.database):
                for shard, record in records:
                    self._store(table, shard, record)
        except sqlite3.OperationalError:  # the disk is full
            reader.rewind()
            return False
        return bool(records)

    def _store(self, table: str, shard: str, record: RawStreamRecord) -> None:
        """Stores the record for each mapping whose patterns match, and how far the shard was read."""
        if not self.clock.follows:
            record["dynamodb"]["ApproximateCreationDateTime"] = self.clock.now().timestamp()
        record["eventSourceARN"] = f"{self.template.arn(table)}/stream/local"
        text = json.dumps(record, separators=(",", ":"), ensure_ascii=False)
        for mapping in self.mappings:
            if mapping.table == table and _takes(mapping, record):
                name = mapping_name(mapping)
                self.database.execute(
                    "insert into stream_records (mapping, record) values (?, ?)", (name, text)
                )
                self._arrived[name].set()
        self.database.execute(
            "insert or replace into stream_places (tab, shard, sequence) values (?, ?, ?)",
            (table, shard, record["dynamodb"]["SequenceNumber"]),
        )

    async def _work(self, mapping: StreamMapping) -> None:
        failures = 0
        arrived = self._arrived[mapping_name(mapping)]
        while not self._stopping.is_set():
            await self.functions.child.serving.wait()
            if batch := self._next_batch(mapping):
                failures = 0 if await self._deliver(mapping, batch) else failures + 1
                await self._pause(failures)
            else:
                arrived.clear()
                await arrived.wait()

    async def _pause(self, failures: int) -> None:
        """Waits if the last delivery failed, longer after each failure in a row."""
        if failures:
            pause = _FIRST_PAUSE_SECONDS * 2.0 ** min(failures - 1, 8)
            try:
                await asyncio.wait_for(self._stopping.wait(), min(pause, _LONGEST_PAUSE_SECONDS))
            except TimeoutError:
                return

    def _next_batch(self, mapping: StreamMapping) -> list[StoredRecord]:
        rows = self.database.execute(
            "select number, record from stream_records where mapping = ? order by number limit ?",
            (mapping_name(mapping), mapping.batch_size),
        )
        return [StoredRecord(number, json.loads(record)) for number, record in rows]

    async def _deliver(self, mapping: StreamMapping, batch: list[StoredRecord]) -> bool:
        """Invoke the function with the batch; return False if any record failed.

        An invocation that was cut short is not a failure: the batch is delivered again at once.
        """
        event = {"Records": [stored.record for stored in batch]}
        try:
            result = await self.functions.invoke(mapping.function, event, wait_seconds=0)
        except (InvocationCut, FunctionsUnavailable):
            return True
        except InvocationFailed as failure:
            if sys.stderr.isatty():
                print(f"grapevine: {mapping.function} failed: {failure}", file=sys.stderr)
            return False
        finished = _finished_records(result, batch) if mapping.partial_failures else batch
        if finished:
            try:
                self._forget(mapping, finished[-1])
            except sqlite3.OperationalError:  # the disk is full; the batch is delivered again
                return False
            self.finished += len(finished)
        return len(finished) == len(batch)

    def _forget(self, mapping: StreamMapping, last: StoredRecord) -> None:
        self.database.execute(
            "delete from stream_records where mapping = ? and number <= ?",
            (mapping_name(mapping), last.number),
        )


def _takes(mapping: StreamMapping, record: RawStreamRecord) -> bool:
    return not mapping.patterns or any(matches(pattern, record) for pattern in mapping.patterns)


def _finished_records(result: object, batch: list[StoredRecord]) -> list[StoredRecord]:
    """Returns the records before the first one that the function's result reports as failed.

    As in Lambda, all records have failed if the report is malformed or names an unknown record.
    """
    failed = failed_identifiers(result)
    if failed is None or not failed <= {stored.sequence for stored in batch}:
        return []
    places = (place for place, stored in enumerate(batch) if stored.sequence in failed)
    return batch[: next(places, len(batch))]


def mapping_name(mapping: StreamMapping) -> str:
    return f"{mapping.function}<{mapping.table}"
