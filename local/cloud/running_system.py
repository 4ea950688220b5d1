"""A running system as others find it: by the local.json of its folder, or started for as long as a block lasts."""

import contextlib
import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from local.cloud.child_process import ChildFailed

ROOT = Path(__file__).resolve().parents[2]
_STOP_SECONDS = 60


@contextlib.contextmanager
def start_system(folder: Path, *options: str) -> Iterator[dict]:
    """What the local.json of a new `grapevine run` on a free port tells; raises ChildFailed when it does not come up."""
    command = [
        sys.executable,
        "-m",
        "local.cli.main",
        "run",
        "--port",
        "0",
        "--data",
        str(folder),
        *options,
    ]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    try:
        if not process.stdout.readline().startswith("ready "):
            raise ChildFailed(f"grapevine run did not start (status {process.wait(_STOP_SECONDS)})")
        yield json.loads((folder / "local.json").read_text())
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(_STOP_SECONDS)
        process.stdout.close()


def find_running_system(folder: Path) -> dict | None:
    """What the folder's local.json tells, where the system that it describes answers; once it is stopped, its port may be another's."""
    try:
        told = json.loads((folder / "local.json").read_text())
        if told["processes"]["functions"] is None:
            return None
        with urllib.request.urlopen(f"{told['base_url']}/_local/clock", timeout=5) as answer:
            return told if "now" in json.load(answer) else None
    except (OSError, ValueError, KeyError, urllib.error.URLError):
        return None
