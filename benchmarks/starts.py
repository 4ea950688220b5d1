"""How long a built function takes to start, compared with an empty function and with botocore's
client.

A function is started as in Lambda: a new interpreter with only its own code and layers, with
compiled bytecode, until its handler can be called. The code is the output of `make build`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from benchmarks.report import Aim, Measurement
from local.cloud.template import read_template
from local.packaging.artifacts import search_path
from local.packaging.this_machine import copy_build

ROUNDS = 7
MOST_TIMES_THE_FLOOR = 1.5
AIMED_AT = ("TrackClick", "ReceiveWebhook", "RewardOrder", "ServeOrders")
BUILD = Path(__file__).parents[1] / ".aws-sam" / "build"
EMPTY, FLOOR = "an empty handler", "floor: botocore's client"
_EMPTY = "def handler(event, context): pass"
_FLOOR = "import botocore.session; botocore.session.get_session().create_client('dynamodb')"
_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "AWS_LAMBDA_FUNCTION_NAME": "measured",
    "POWERTOOLS_SERVICE_NAME": "grapevine",
}


class StartTimes(NamedTuple):
    """Processor seconds, and elapsed seconds, which other work on the machine makes longer."""

    work_seconds: float
    wait_seconds: float


class NoBuild(Exception):
    """There is no build; the message says what to do."""


def measure() -> Measurement:
    """Compares medians. Each round starts every function once, so other work on the machine affects
    all of them.
    """
    if not (BUILD / "template.yaml").exists():
        raise NoBuild(f"nothing is built in {BUILD}; run make build")
    with tempfile.TemporaryDirectory() as temporary:
        programs = _programs(copy_build(BUILD, Path(temporary) / "build"))
        times: dict[str, list[StartTimes]] = {name: [] for name in programs}
        for _ in range(ROUNDS):
            for name, program in programs.items():
                times[name].append(_start(program))
    return _compare(
        {
            name: StartTimes(*map(statistics.median, zip(*rows, strict=True)))
            for name, rows in times.items()
        }
    )


def _programs(build: Path) -> dict[str, str]:
    """For each subject a program that ends when its handler could be called."""
    template = read_template(build / "template.yaml")
    handlers = {
        name: template.document["Resources"][name]["Properties"]["Handler"]
        for name in template.resources("AWS::Serverless::Function")
    }
    paths = {name: search_path(build, name) for name in handlers}
    floor_path = next(iter(paths.values()))
    functions = {
        name: _program(paths[name], f"import {handler.rpartition('.')[0]}")
        for name, handler in handlers.items()
    }
    return {EMPTY: _program([], _EMPTY), FLOOR: _program(floor_path, _FLOOR)} | functions


def _program(path: list[str], deed: str) -> str:
    return f"import sys; sys.path[:0] = {path!r}\n{deed}"


def _start(program: str) -> StartTimes:
    """Runs a program without installed packages and without writing bytecode; returns its times."""
    began = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-I", "-S", "-B", "-c", program], env=_ENVIRONMENT)
    _, status, used = os.wait4(process.pid, 0)
    waited = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{program}: status {process.returncode}")
    return StartTimes(used.ru_utime + used.ru_stime, waited)


def _compare(medians: dict[str, StartTimes]) -> Measurement:
    times = {
        name: taken.work_seconds / medians[FLOOR].work_seconds for name, taken in medians.items()
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
        f"Medians of {ROUNDS} interleaved starts from the built code and layers; each function makes"
        " its client of DynamoDB, as it does while Lambda starts it. The floor has the same layer.",
    )
    return Measurement("starts", "Until a built function could answer", rows, aims, notes)
