"""A system that another process runs: found by its folder, or started for the time of a block."""

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
    """None where the system is stopped."""

    engine: int | None
    functions: int | None


class SystemAccess(TypedDict):
    """Where a system is, and the keys to it."""

    base_url: str
    shop_url: str
    secret_key: str
    staff_key: str
    publishable_key: str
    webhook_secrets: dict[str, str]


class LocalSystem(SystemAccess):
    """What `local.json` in the data folder says."""

    processes: ProcessIds


@contextlib.contextmanager
def start_system(folder: Path, *options: str) -> Iterator[LocalSystem]:
    """Run `grapevine run` on a free port with the folder as its data; stop it after the block.

    Raises ChildFailed where it does not come up.
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
    """Wait for the line in which the system says that it is ready; False where it ends before."""
    return process.stdout is not None and process.stdout.readline().startswith("ready ")


def _read_local_json(folder: Path) -> LocalSystem:
    system: LocalSystem = json.loads((folder / "local.json").read_text())
    return system


def write_environment(folder: Path, environment: Mapping[str, str]) -> None:
    """Keep what functions find in their environment beside that of the process that runs them."""
    own = {name: text for name, text in environment.items() if os.environ.get(name) != text}
    write_private(folder / _ENVIRONMENT, own)


def use_running_environment(folder: Path) -> None:
    """Make this process find tables, bus and settings as the functions do that run on the folder."""
    os.environ.update(json.loads((folder / _ENVIRONMENT).read_text()))


def find_running_system(folder: Path) -> LocalSystem | None:
    """Return the system that runs on the folder; None where none answers.

    The address alone says nothing: once a system is stopped, its port may belong to another.
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
