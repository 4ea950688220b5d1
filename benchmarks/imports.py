"""How long a new process of each function takes until it could answer.

The floor beside it is Python with botocore's client of DynamoDB.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

from benchmarks.report import Aim, Measurement
from local.cli.commands.run import TEMPLATE
from local.cloud.template import read_template

ROUNDS = 7
MOST_TIMES_THE_FLOOR = 1.5
BARE = "pass"
FLOOR_NAME = "floor: botocore's client"
FLOOR = "import botocore.session; botocore.session.get_session().create_client('dynamodb')"
READY = (
    "import {module}; from shared.store import engine; engine.open_tables();"
    " from shared.store.connection import connection; connection().client"
)
AIMED_AT = ("TrackClick", "RewardOrder", "ServeOrders")
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "ATTRIBUTIONS_TABLE": "attributions",
    "LEDGER_TABLE": "ledger",
    "PROGRAMS_TABLE": "programs",
}


class ProcessTimes(NamedTuple):
    """Processor and wall-clock seconds; other work on the machine adds to the second."""

    work_seconds: float
    wait_seconds: float


def measure() -> Measurement:
    """Compares medians; each round runs every program once, so a busy moment falls on all."""
    programs = {"bare Python": BARE, FLOOR_NAME: FLOOR} | _functions()
    times: dict[str, list[ProcessTimes]] = {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as compiled:
        for program in programs.values():
            _run(program, compiled)
        for _ in range(ROUNDS):
            for name, program in programs.items():
                times[name].append(_run(program, compiled))
    return _compare(
        {
            name: ProcessTimes(*map(statistics.median, zip(*rows, strict=True)))
            for name, rows in times.items()
        }
    )


def _functions() -> dict[str, str]:
    """By function of the template, a program that ends once its first request could be served."""
    template = read_template(TEMPLATE)
    handlers = {
        name: template.properties(name)["Handler"]
        for name in template.resources("AWS::Serverless::Function")
    }
    return {
        name: READY.format(module=handler.rpartition(".")[0]) for name, handler in handlers.items()
    }


def _run(program: str, compiled: str) -> ProcessTimes:
    """Runs a program; a first run has compiled the modules for it."""
    environment = {
        **os.environ,
        **_ENVIRONMENT,
        "PYTHONPYCACHEPREFIX": compiled,
        "PYTHONDONTWRITEBYTECODE": "",
    }
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-c", program], cwd=TEMPLATE.parent, env=environment
    )
    _, status, used = os.wait4(process.pid, 0)
    waited = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{program}: status {process.returncode}")
    return ProcessTimes(used.ru_utime + used.ru_stime, waited)


def _compare(medians: dict[str, ProcessTimes]) -> Measurement:
    times = {
        name: taken.work_seconds / medians[FLOOR_NAME].work_seconds
        for name, taken in medians.items()
    }
    rows = [
        {
            "what": name,
            "work ms": round(1000 * taken.work_seconds),
            "wait ms": round(1000 * taken.wait_seconds),
            "times the floor": times[name],
        }
        for name, taken in medians.items()
    ]
    aims = [Aim(f"{name}, times the floor", times[name], MOST_TIMES_THE_FLOOR) for name in AIMED_AT]
    notes = (
        f"Medians of {ROUNDS} interleaved runs in new processes, with .pyc; each function with its"
        " client of DynamoDB.",
    )
    return Measurement("imports", "Until a function could answer", rows, aims, notes)
