"""Importing a shop's past: rows a second, compared with only reading the file, and memory for a
long file.

The client is measured with a stub server that accepts everything, the whole import with a running
system.
"""

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from benchmarks.report import Aim, Measurement
from local.cloud.running_system import start_system

ROWS, LONG, LIVE = 100_000, 1_000_000, 3_000
MOST_GROWTH = 1.2
"""Limit for the memory of a file that is ten times as long, as a multiple."""
ROOT = Path(__file__).parents[1]
HEAD = "id;customer;placed_at;completed_at;currency;items_total;tax_total;code\n"
READING = """
import sys
from pathlib import Path
from local.cli.table_file import TableFile
from shared.tables.formats import find_format
file = TableFile(Path(sys.argv[1]))
count = sum(1 for _ in file.rows(find_format("orders", file.columns())))
"""
IMPORTING = """
import sys
from local.cli.main import main
main(["import", *sys.argv[2:], "orders", sys.argv[1]])
"""
FIGURES = """
import resource
usage = resource.getrusage(resource.RUSAGE_SELF)
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(usage.ru_utime + usage.ru_stime, peak)
"""


class Costs(NamedTuple):
    """Rows a second by the clock, and peak memory in MiB."""

    rows_a_second: float
    peak_mib: float


class Taking(BaseHTTPRequestHandler):
    """Answers that every row has changed something."""

    def do_POST(self) -> None:
        rows = len(json.loads(self.rfile.read(int(self.headers["content-length"])))["rows"])
        run = {"id": "1", "state": "done", "changed": rows, "unchanged": 0, "refused": []}
        answer = json.dumps(run).encode()
        self.send_response(202)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Do not log: writing a line for each request would take most of the time."""


@contextmanager
def stub() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Taking)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def write_orders(path: Path, rows: int) -> Path:
    with path.open("w", encoding="cp1252") as table:
        table.write(HEAD)
        table.writelines(
            f"B{number};C{number % 1_000};{1 + number % 28:02}.01.2026 10:00;"
            f"{1 + number % 28:02}.02.2026 10:00;EUR;1.2{number % 10}4,50;19,00;ANNA-7K2Q\n"
            for number in range(rows)
        )
    return path


def measure() -> Measurement:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        table, longer = (write_orders(folder / f"{rows}.csv", rows) for rows in (ROWS, LONG))
        rows = [_row("reading alone", ROWS, _run(READING, table, ROWS))]
        with stub() as url:
            to_stub = ("--url", url, "--key", "sk_stub")
            short = _run(IMPORTING, table, ROWS, *to_stub)
            long = _run(IMPORTING, longer, LONG, *to_stub)
        rows += [_row("client", ROWS, short), _row("client", LONG, long)]
        with start_system(folder / "cloud", "--no-demo") as local:
            system = local["base_url"], local["secret_key"], write_orders(folder / "l.csv", LIVE)
            for what in ("into a system, by the clock", "the same again, by the clock"):
                rate = _live(*system)
                rows.append({"what": what, "rows": LIVE, "a second": rate, "MiB": ""})
    growth = long.peak_mib / short.peak_mib
    aims = [Aim("memory of ten times as many rows, times", growth, MOST_GROWTH)]
    return Measurement("moving", "A shop's past comes in", rows, aims)


def _row(what: str, rows: int, costs: Costs) -> dict:
    return {"what": what, "rows": rows, "a second": costs.rows_a_second, "MiB": costs.peak_mib}


def _run(program: str, table: Path, rows: int, *arguments: str) -> Costs:
    command = [sys.executable, "-c", program + FIGURES, str(table), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, peak_kib = done.stdout.split()[-2:]
    return Costs(rows / float(seconds), int(peak_kib) / 1024)


def _live(url: str, key: str, table: Path) -> float:
    """Rows a second by the clock, from the start of the command until the last row is imported."""
    began = perf_counter()
    _run(IMPORTING, table, LIVE, "--url", url, "--key", key)
    return LIVE / (perf_counter() - began)
