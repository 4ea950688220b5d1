"""`grapevine backtest` on a generated history: orders a second, and memory for each member.

It also checks that the time grows only in proportion to the number of orders.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.history import write_history
from benchmarks.report import Aim, Measurement

PROGRAM = Path(__file__).parents[1] / "shared" / "presets" / "level_based.json"
SIZES = ((10_000, 100_000), (100_000, 1_000_000))
"""Pairs of a number of members and a number of orders."""
LEAST_ORDERS_A_SECOND, MOST_BYTES_A_MEMBER, MOST_TIMES_AS_LONG = 50_000, 1_024, 11


class ProcessCosts(NamedTuple):
    """Processor seconds and peak memory of one process."""

    seconds: float
    peak_bytes: int


PROGRAM_TEXT = """
import json, resource, sys
from local.cli.main import main
code = main(sys.argv[1:])
usage = resource.getrusage(resource.RUSAGE_SELF)
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([usage.ru_utime + usage.ru_stime, 1024 * int(peak)]), file=sys.stderr)
"""
"""The program of the measured process. It prints its own memory, because the figure that its parent
could read includes the parent's memory.
"""


def run_backtest(history: Path) -> ProcessCosts:
    """Runs the command in another process and returns its costs."""
    command = [sys.executable, "-c", PROGRAM_TEXT, "backtest", str(PROGRAM), str(history)]
    process = subprocess.run(
        command,
        cwd=PROGRAM.parents[2],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return ProcessCosts(*json.loads(process.stderr))


def measure() -> Measurement:
    with tempfile.TemporaryDirectory() as folder:
        history = Path(folder) / "history.jsonl"
        history.write_text("")
        empty = run_backtest(history)
        runs = []
        for members, orders in SIZES:
            write_history(history, members, orders)
            began = time.monotonic()
            costs = run_backtest(history)
            runs.append((members, orders, costs, time.monotonic() - began))
    rows = [
        {
            "orders": orders,
            "members": members,
            "seconds": costs.seconds,
            "wall seconds": wall,
            "orders a second": round(orders / (costs.seconds - empty.seconds)),
            "peak MB": costs.peak_bytes / 1e6,
            "bytes a member": round((costs.peak_bytes - empty.peak_bytes) / members),
        }
        for members, orders, costs, wall in runs
    ]
    aims = (
        Aim(
            "orders a second on one core",
            rows[-1]["orders a second"],
            LEAST_ORDERS_A_SECOND,
            at_least=True,
        ),
        Aim("bytes a member above an empty run", rows[-1]["bytes a member"], MOST_BYTES_A_MEMBER),
        Aim(
            "ten times the orders take so many times as long",
            runs[1][2].seconds / runs[0][2].seconds,
            MOST_TIMES_AS_LONG,
        ),
    )
    return Measurement("backtest", "Backtest: level_based preset, generated history", rows, aims)
