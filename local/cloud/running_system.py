"""A system that runs in another process: find it by its data folder, or start one for a block."""

import contextlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypedDict

from local.cloud.child_process import ChildFailed
from local.cloud.credentials import write_private

ROOT = Path(__file__).resolve().parents[2]
_STOP_SECONDS = 60
_ENVIRONMENT = "functions.json"


class ProcessIds(TypedDict):
    """The process ids of the system; None if the system is stopped."""

    engine: int | None
    functions: int | None


class SystemAccess(TypedDict):
    """The addresses of a system and its API keys and webhook secrets."""

    base_url: str
    shop_url: str
    secret_key: str
    staff_key: str
    publishable_key: str
    webhook_secrets: dict[str, str]


class LocalSystem(SystemAccess):
    """The content of `local.json` in the data folder."""

    processes: ProcessIds


@contextlib.contextmanager
def start_system(folder: Path, *options: str) -> Iterator[LocalSystem]:
    """Runs `grapevine run` with the data folder on a free port during the block.

    Raises ChildFailed if the system does not start.
    """
    command = [sys.executable, "-m", "local.cli.main", "run", "--port", "0", "--data", str(folder)]
    with subprocess.Popen(
        [*command, *options], cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            if not _is_ready(process):
                raise ChildFailed(
                    f"grapevine run did not start (status {process.wait(_STOP_SECONDS)})"
                )
            yield _read_local_json(folder)
        finally:
            process.terminate()
            process.wait(_STOP_SECONDS)


def _is_ready(process: subprocess.Popen[str]) -> bool:
    """Waits for the line that says that the system is ready; returns False if the process ends
    without it.
    """
    return process.stdout is not None and process.stdout.readline().startswith("ready ")


def _read_local_json(folder: Path) -> LocalSystem:
    system: LocalSystem = json.loads((folder / "local.json").read_text())
    return system


def write_environment(folder: Path, environment: Mapping[str, str]) -> None:
    """Stores the environment variables of the functions in the folder; those that this process has
    with the same value are left out.
    """
    own = {name: text for name, text in environment.items() if os.environ.get(name) != text}
    write_private(folder / _ENVIRONMENT, own)


def use_running_environment(folder: Path) -> None:
    """Sets the stored environment variables in this process, so that it uses the tables, bus and
    settings of the running system.
    """
    os.environ.update(json.loads((folder / _ENVIRONMENT).read_text()))


def find_running_system(folder: Path) -> LocalSystem | None:
    """Returns the system that runs on the folder, or None.

    The system must answer `/_local/clock`: if it was stopped, another program may use its port now.
    """
    try:
        system = _read_local_json(folder)
        if system["processes"]["functions"] is None:
            return None
        url = f"{system['base_url']}/_local/clock"
        with urllib.request.urlopen(url, timeout=5) as response:
            return system if "now" in json.load(response) else None
    except (OSError, ValueError, KeyError, urllib.error.URLError):
        return None
