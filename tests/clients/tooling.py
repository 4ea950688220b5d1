"""Programs of others that `make client-tools` sets up; a test that needs one is skipped without it."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.running_cloud import ROOT

TOOLS = ROOT / ".venv-clients"
NODE_MODULES = TOOLS / "node_modules"
OLDEST_NODE = 20


def node_program(name: str) -> Path:
    """A program of an npm package."""
    if not _is_node_new_enough() or not NODE_MODULES.exists():
        pytest.skip(
            f"{name} is tried where node {OLDEST_NODE} is installed and `make client-tools` was called"
        )
    return NODE_MODULES / ".bin" / name


def _is_node_new_enough() -> bool:
    node = shutil.which("node")
    if node is None:
        return False
    version = subprocess.check_output([node, "--version"], text=True)
    return int(version.removeprefix("v").partition(".")[0]) >= OLDEST_NODE


def python_program(name: str) -> Path:
    if not (TOOLS / "installed").exists():
        pytest.skip(f"{name} is tried where `make client-tools` was called")
    return TOOLS / "bin" / name


def run(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a program in a folder; what it printed is in the failure, too."""
    ended = subprocess.run(
        command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert ended.returncode == 0, ended.stdout
    return ended
