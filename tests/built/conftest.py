"""What `make build` makes, once for a whole run of the tests."""

import fcntl
import os
from pathlib import Path

import pytest

from local.packaging.artifacts import finish_artifacts
from local.packaging.this_machine import copy_build
from tests.support.function_permissions import SAM
from tests.support.sam_commands import sam


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The finished build as it would be uploaded; workers of one run share it."""
    if not SAM.exists():
        pytest.skip("`make test` sets up .venv-sam, which this needs")
    folder = tmp_path_factory.getbasetemp()
    shared = (folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder) / "built"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            unfinished = shared.with_suffix(".unfinished")
            done = sam("build", "--build-dir", str(unfinished))
            assert done.returncode == 0, done.stdout + done.stderr
            finish_artifacts(unfinished)
            unfinished.rename(shared)
    return shared


@pytest.fixture(scope="session")
def loadable(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same build, as this machine can load it."""
    return copy_build(built, tmp_path_factory.mktemp("built") / "here")
