"""The end of a month in which a fifth of the members are active: time, capacity units, memory.

The notes estimate the costs of larger shops.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import batched, chain
from pathlib import Path
from types import SimpleNamespace

import boto3

from benchmarks.costs import set_up
from benchmarks.counting import Meter, counting
from benchmarks.report import Aim, Measurement
from benchmarks.settlement_costs import RunFigures, format_costs
from functions import settle_month
from local.cloud.engine import standalone_engine
from shared import queue
from shared.domain.evaluation.reasons import adjustment_reason
from shared.domain.instants import instant_text
from shared.domain.ledger.entry import ADJUSTMENT
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.settlement import ClosedRun, SettlementCounts, SettlementShard
from shared.domain.ledger.statement import MonthEnd, close_month
from shared.store import engine
from shared.store.connection import connection
from shared.store.ledger.accounts import put_account, put_entry
from shared.store.ledger.settlements import RunItem, put_run, put_shard
from shared.store.ledger.statements import put_statement

SIZES = (1_000, 10_000, 50_000)
ACTIVE_ONE_IN = 5
ENTRIES = 3
"""Entries of an active member in the month. Every member also has one entry in the month before."""
JANUARY, FEBRUARY = datetime(2026, 1, 15, tzinfo=UTC), datetime(2026, 2, 15, tzinfo=UTC)
NIGHTS = {
    "2026-02": datetime(2026, 3, 1, 4, tzinfo=UTC),
    "2026-03": datetime(2026, 4, 1, 4, tzinfo=UTC),
}
"""When the runs begin, by month: February, with active members, and March, without entries."""
ITEMS_A_BATCH = 25
MOST_OFF_LINE = 0.15
MOST_UNITS_ACTIVE, MOST_UNITS_IDLE = 6, 0.01
MOST_GROWTH_BYTES = 16 * 1024 * 1024
"""Limit for the memory above that of the smallest run. Memory should depend only on the size of a
page.
"""


def measure() -> Measurement:
    measured = [_measure_size(size) for size in SIZES]
    rows = [row for row, _ in measured]
    aims = [
        Aim(
            "time per member, off that of the middle size",
            _deviation(rows, "µs a member"),
            MOST_OFF_LINE,
        ),
        Aim(
            "requests per member, off those of the middle size",
            _deviation(rows, "requests a member"),
            MOST_OFF_LINE,
        ),
        Aim(
            "write units per active member",
            max(row["WU active"] for row in rows),
            MOST_UNITS_ACTIVE,
        ),
        Aim(
            "write units per idle member", max(row["WU idle"] for row in rows[1:]), MOST_UNITS_IDLE
        ),
        Aim(
            "growth of peak memory, MiB",
            max(row["peak MiB"] for row in rows) - rows[0]["peak MiB"],
            MOST_GROWTH_BYTES / 2**20,
        ),
    ]
    notes = [
        "An idle member costs no write; the rest are two units for each page of 2,000 items.",
        "Scans stand apart: the local engine sorts its whole table for each page, which DynamoDB"
        " does not.",
        "",
        format_costs(measured[1][1]),
    ]
    return Measurement("settlement", "A month's end: one member in five active", rows, aims, notes)


def _deviation(rows: list[dict], column: str) -> float:
    return max(abs(row[column] / rows[1][column] - 1) for row in rows)


def _measure_size(size: int) -> tuple[dict, RunFigures]:
    """Settles two months in a new engine, each in a process whose memory is measured; returns a row
    and the figures for the estimate.
    """
    with (
        tempfile.TemporaryDirectory() as folder,
        standalone_engine(Path(folder), forget=True) as url,
    ):
        set_up(url)
        engine.open_tables()
        populate(size)
        moving, idle = [json.loads(_settle_in_a_process(month)) for month in NIGHTS]
    active = size // ACTIVE_ONE_IN
    row = {
        "members": size,
        "members/s": size / moving["seconds"],
        "µs a member": (moving["seconds"] - moving["scans"]) / size * 1e6,
        "µs in scans": moving["scans"] / size * 1e6,
        "WU active": moving["write_units"] / active,
        "WU idle": idle["write_units"] / size,
        "RU active": (moving["read_units"] - idle["read_units"]) / active,
        "RU idle": idle["read_units"] / size,
        "requests a member": moving["requests"] / size,
        "peak MiB": moving["peak_bytes"] / 2**20,
    }
    return row, RunFigures(
        write_units_active=row["WU active"],
        read_units_active=row["RU active"],
        seconds_active=(moving["seconds"] - moving["scans"]) / active,
    )


def _settle_in_a_process(month: str) -> str:
    process = subprocess.run(
        [sys.executable, "-m", "benchmarks.settlement", month],
        capture_output=True,
        text=True,
        check=True,
        timeout=3_600,
    )
    return process.stdout


def populate(size: int) -> None:
    """Writes members with credit from January, a closed month; a fifth of them have entries in
    February too.
    """
    members = (
        (f"M{number:06d}", 0 if number % ACTIVE_ONE_IN else ENTRIES) for number in range(size)
    )
    closed = [
        put_run(ClosedRun("2026-01", "UTC", 1, size, JANUARY, closed_at=JANUARY)),
        put_shard(SettlementShard("2026-01", 0, SettlementCounts(members=size), None, True)),
    ]
    writes = chain((write for member in members for write in _put_member(*member)), closed)
    client, table = boto3.client("dynamodb"), RunItem.Meta.table_name
    for batch in batched(writes, ITEMS_A_BATCH, strict=False):
        puts = [{"PutRequest": {"Item": write.item.serialize()}} for write in batch]
        client.batch_write_item(RequestItems={table: puts})


def _put_member(name: str, entries: int) -> Iterator[engine.Write]:
    """The writes of the items of a member that the run reads; other entries and statements are left
    out.
    """
    reason = adjustment_reason(500)
    account, entry = Account(name, "EUR").post(ADJUSTMENT, 500, JANUARY, JANUARY, None, reason)
    statement = close_month(account, MonthEnd("2026-01", "UTC", JANUARY), None, [entry])
    account = replace(account, settled=statement.settled)
    if entries:
        yield put_statement(statement)
    for number in range(entries):
        at = FEBRUARY + timedelta(hours=number)
        account, entry = account.post(ADJUSTMENT, 500, at, at, None, reason)
        yield put_entry(entry, None)
    yield put_account(account)


class MemoryQueue:
    """Keeps the messages of a queue in memory, so that no time for a queue is measured."""

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def receive(self, params: dict, **_: object) -> tuple:
        entries = json.loads(params["body"])["Entries"]
        self.waiting += [entry["MessageBody"] for entry in entries]
        return SimpleNamespace(status_code=200, headers={}), {
            "Successful": [],
            "ResponseMetadata": {},
        }


def settle(month: str) -> dict:
    """Runs the nightly schedule that closes the month, and every job that follows; returns the
    costs.
    """
    os.environ["SETTLEMENT_QUEUE"] = "http://127.0.0.1/nobody-is-asked"
    messages = MemoryQueue()
    queue.client().meta.events.register("before-call.sqs.SendMessageBatch", messages.receive)
    engine.open_tables()
    with counting(connection().client) as meter:
        began = time.perf_counter()
        settle_month.handler({"time": instant_text(NIGHTS[month])})
        while messages.waiting:
            record = {"messageId": "m", "body": messages.waiting.pop(0)}
            if settle_month.handler({"Records": [record]})["batchItemFailures"]:
                raise RuntimeError(f"a page failed: {record['body']}")
    return _summarize(meter, time.perf_counter() - began)


def _summarize(meter: Meter, seconds: float) -> dict:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    totals = {name: getattr(meter, name) for name in ("write_units", "read_units", "requests")}
    scans = [call for call in meter.calls if call.operation == "Scan"]
    return {
        "seconds": seconds,
        "scans": sum(call.ended - call.began for call in scans),
        "peak_bytes": peak,
    } | totals


if __name__ == "__main__":
    print(json.dumps(settle(sys.argv[1])))
