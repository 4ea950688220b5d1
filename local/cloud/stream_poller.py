"""Carries what the tables' streams tell to the functions that the template maps them to, as Lambda's poller of streams does.

Records are copied into the journal as soon as they are read, so that they outlive the engine's memory of them and a killed functions
process; from there each mapping gets them in order, a batch at a time, until its function has done them.
"""

import asyncio
import json
import sqlite3
import sys
from dataclasses import dataclass

from local.cloud.clock import Clock
from local.cloud.database import transaction
from local.cloud.functions import Functions, FunctionsUnavailable, InvocationCut, InvocationFailed
from local.cloud.event_patterns import matches
from local.cloud.resources import StreamMapping
from local.cloud.stream_reader import EngineUnreachable, StreamsUnsupported, StreamReader
from local.cloud.template import Template

_LOOK_SECONDS = 0.25
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0
_TABLES = """
create table if not exists stream_places (tab text not null, shard text not null, sequence text not null, primary key (tab, shard));
create table if not exists stream_records (number integer primary key, mapping text not null, record text not null);
create index if not exists stream_waiting on stream_records (mapping, number);
"""


@dataclass(frozen=True)
class StoredRecord:
    """A record in the journal."""

    number: int
    record: dict

    @property
    def sequence(self) -> str:
        return self.record["dynamodb"]["SequenceNumber"]


class StreamPoller:
    def __init__(
        self,
        template: Template,
        mappings: tuple[StreamMapping, ...],
        journal: sqlite3.Connection,
        functions: Functions,
    ) -> None:
        self.template, self.mappings, self.journal, self.functions = (
            template,
            mappings,
            journal,
            functions,
        )
        self.finished = 0
        self._shards: dict[str, StreamReader] = {}
        self._arrived = {mapping_name(mapping): asyncio.Event() for mapping in mappings}
        self._turn = asyncio.Lock()
        self._stopping = asyncio.Event()
        self._workers: list[asyncio.Task] = []
        journal.executescript(_TABLES)

    async def start(self, url: str, engine_serving: asyncio.Event, clock: Clock) -> None:
        """Raises NoStream where the engine at the address has none."""
        self.engine_serving, self.clock = engine_serving, clock
        self._shards = {
            mapping.table: StreamReader(url, self.template.name(mapping.table))
            for mapping in self.mappings
        }
        for shards in self._shards.values():
            await asyncio.to_thread(shards.check)
        self._workers = [
            asyncio.create_task(self._deliver_all(mapping)) for mapping in self.mappings
        ]
        self._workers.append(asyncio.create_task(self._look()))

    async def stop(self) -> None:
        """Lets batches in flight end and copies what the engine would forget; what waits is delivered after the next start."""
        self._stopping.set()
        for event in self._arrived.values():
            event.set()
        await asyncio.gather(*self._workers)
        await self.catch_up()

    def waiting(self) -> dict[str, int]:
        """Records that are not done, by mapping."""
        return dict(
            self.journal.execute("select mapping, count(*) from stream_records group by mapping")
        )

    async def catch_up(self) -> None:
        """Read all streams to their ends."""
        async with self._turn:
            for table, shards in self._shards.items():
                while self.engine_serving.is_set() and await self._copy(table, shards):
                    pass

    async def _look(self) -> None:
        while not self._stopping.is_set():
            await self.catch_up()
            try:
                await asyncio.wait_for(self._stopping.wait(), _LOOK_SECONDS)
            except TimeoutError:
                continue

    async def _copy(self, table: str, shards: StreamReader) -> bool:
        """Whether there was anything to copy. The engine's own time of a record gives way to a local clock that stands still."""
        places = dict(
            self.journal.execute(
                "select shard, sequence from stream_places where tab = ?", (table,)
            )
        )
        try:
            read = await asyncio.to_thread(shards.read, places)
        except (EngineUnreachable, StreamsUnsupported):
            return False
        with transaction(self.journal):
            for shard, record in read:
                if not self.clock.follows:
                    record["dynamodb"]["ApproximateCreationDateTime"] = self.clock.now().timestamp()
                self._keep(table, shard, record)
        return bool(read)

    def _keep(self, table: str, shard: str, record: dict) -> None:
        record["eventSourceARN"] = f"{self.template.arn(table)}/stream/local"
        for mapping in self.mappings:
            if mapping.table == table and (
                not mapping.patterns
                or any(matches(pattern, record) for pattern in mapping.patterns)
            ):
                row = (
                    mapping_name(mapping),
                    json.dumps(record, separators=(",", ":"), ensure_ascii=False),
                )
                self.journal.execute(
                    "insert into stream_records (mapping, record) values (?, ?)", row
                )
                self._arrived[mapping_name(mapping)].set()
        place = table, shard, record["dynamodb"]["SequenceNumber"]
        self.journal.execute(
            "insert or replace into stream_places (tab, shard, sequence) values (?, ?, ?)", place
        )

    async def _deliver_all(self, mapping: StreamMapping) -> None:
        failures = 0
        while not self._stopping.is_set():
            await self.functions.child.serving.wait()
            if batch := self._batch(mapping):
                failures = 0 if await self._deliver(mapping, batch) else failures + 1
                await self._pause(failures)
            else:
                self._arrived[mapping_name(mapping)].clear()
                await self._arrived[mapping_name(mapping)].wait()

    async def _pause(self, failures: int) -> None:
        if failures:
            try:
                pause = min(
                    _FIRST_PAUSE_SECONDS * 2 ** min(failures - 1, 8), _LONGEST_PAUSE_SECONDS
                )
                await asyncio.wait_for(self._stopping.wait(), pause)
            except TimeoutError:
                return

    def _batch(self, mapping: StreamMapping) -> list[StoredRecord]:
        rows = self.journal.execute(
            "select number, record from stream_records where mapping = ? order by number limit ?",
            (mapping_name(mapping), mapping.batch_size),
        )
        return [StoredRecord(number, json.loads(record)) for number, record in rows]

    async def _deliver(self, mapping: StreamMapping, batch: list[StoredRecord]) -> bool:
        """False where the function failed; an invocation that was cut short is nobody's failure and is repeated at once."""
        try:
            result = await self.functions.invoke(
                mapping.function, {"Records": [row.record for row in batch]}, wait_seconds=0
            )
        except (InvocationCut, FunctionsUnavailable):
            return True
        except InvocationFailed as failure:
            if sys.stderr.isatty():
                print(f"grapevine: {mapping.function} failed: {failure}", file=sys.stderr)
            return False
        done = _done(result, batch) if mapping.partial_failures else batch
        if done:
            self.journal.execute(
                "delete from stream_records where mapping = ? and number <= ?",
                (mapping_name(mapping), done[-1].number),
            )
            self.finished += len(done)
        return len(done) == len(batch)


def _done(result: object, batch: list[StoredRecord]) -> list[StoredRecord]:
    """As Lambda reads `batchItemFailures` of a stream: everything before the first one named; a malformed answer fails all of it."""
    if result is None or result == {}:
        return batch
    try:
        named = {item["itemIdentifier"] for item in result["batchItemFailures"] or ()}
    except (KeyError, TypeError):
        return []
    if not named <= {row.sequence for row in batch}:
        return []
    first = next((place for place, row in enumerate(batch) if row.sequence in named), len(batch))
    return batch[:first]


def mapping_name(mapping: StreamMapping) -> str:
    return f"{mapping.function}<{mapping.table}"
