"""How long each function takes until it could answer, in a fresh process, beside bare Python with botocore's client of DynamoDB."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

from benchmarks.report import Aim, Found
from local.cli.commands.run import TEMPLATE
from local.cloud.template import read_template

ROUNDS = 7
MOST_TIMES_THE_FLOOR = 1.5
BARE = "pass"
FLOOR_NAME = "floor: botocore's client"
FLOOR = "import botocore.session; botocore.session.get_session().create_client('dynamodb')"
READY = "import {module}; from shared.store import engine; engine.open_tables(); engine.connection().client"
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


class Taken(NamedTuple):
    """Of one process; other work on the machine prolongs the wait and hardly the work."""

    work_seconds: float
    wait_seconds: float


def measure() -> Found:
    """Every round runs each once, so that a busy moment falls on all alike; medians are compared."""
    programs = {"bare Python": BARE, FLOOR_NAME: FLOOR} | _functions()
    taken: dict[str, list[Taken]] = {name: [] for name in programs}
    with tempfile.TemporaryDirectory() as compiled:
        for program in programs.values():
            _run(program, compiled)
        for _ in range(ROUNDS):
            for name, program in programs.items():
                taken[name].append(_run(program, compiled))
    return _found(
        {
            name: Taken(*map(statistics.median, zip(*rows, strict=True)))
            for name, rows in taken.items()
        }
    )


def _functions() -> dict[str, str]:
    """What each function of the template imports, and the client that its first request would wait for."""
    template = read_template(TEMPLATE)
    handlers = {
        name: template.properties(name)["Handler"]
        for name in template.resources("AWS::Serverless::Function")
    }
    return {
        name: READY.format(module=handler.rpartition(".")[0]) for name, handler in handlers.items()
    }


def _run(program: str, compiled: str) -> Taken:
    """One process from start to end, whose modules were compiled by an earlier one."""
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
    return Taken(used.ru_utime + used.ru_stime, waited)


def _found(medians: dict[str, Taken]) -> Found:
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
        f"Medians of {ROUNDS} interleaved runs in fresh processes, with .pyc; each function with its client of DynamoDB built.",
    )
    return Found("imports", "Until a function could answer", rows, aims, notes)
