"""`grapevine backtest` on a generated history: orders a second, memory a member, and whether time grows with the orders alone."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.history import write_history
from benchmarks.report import Aim, Found

PROGRAM = Path(__file__).parents[1] / "shared" / "presets" / "level_based.json"
SIZES = ((10_000, 100_000), (100_000, 1_000_000))
LEAST_ORDERS_A_SECOND, MOST_BYTES_A_MEMBER, MOST_TIMES_AS_LONG = 50_000, 1_024, 11


class Ran(NamedTuple):
    seconds: float
    peak_bytes: int


RUN = """
import json, resource, sys
from local.cli.main import main
code = main(sys.argv[1:])
usage = resource.getrusage(resource.RUSAGE_SELF)
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([usage.ru_utime + usage.ru_stime, 1024 * int(peak)]), file=sys.stderr)
"""
"""A run that tells its own processor seconds and peak memory; those of a child begin with its parent's."""


def run_backtest(history: Path) -> Ran:
    """One run in a process of its own: processor seconds, so that what else the machine does counts less, and peak memory."""
    command = [sys.executable, "-c", RUN, "backtest", str(PROGRAM), str(history)]
    done = subprocess.run(
        command,
        cwd=PROGRAM.parents[2],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=True,
    )
    return Ran(*json.loads(done.stderr))


def measure() -> Found:
    with tempfile.TemporaryDirectory() as folder:
        history = Path(folder) / "history.jsonl"
        history.write_text("")
        empty = run_backtest(history)
        ran = []
        for members, orders in SIZES:
            write_history(history, members, orders)
            began = time.monotonic()
            ran.append((members, orders, run_backtest(history), time.monotonic() - began))
    rows = [
        {
            "orders": orders,
            "members": members,
            "seconds": run.seconds,
            "wall seconds": wall,
            "orders a second": round(orders / (run.seconds - empty.seconds)),
            "peak MB": run.peak_bytes / 1e6,
            "bytes a member": round((run.peak_bytes - empty.peak_bytes) / members),
        }
        for members, orders, run, wall in ran
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
            ran[1][2].seconds / ran[0][2].seconds,
            MOST_TIMES_AS_LONG,
        ),
    )
    return Found("backtest", "Backtest: level_based preset, generated history", rows, aims)
