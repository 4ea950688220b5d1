"""The whole rehearsal: deployed over another release, played through, and back; and what refuses one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from local.rehearsal.cloud import RehearsalFailed, build_release
from tests.support.running_cloud import ROOT

LONGEST_SECONDS = 1500


@pytest.mark.skipif(
    "GRAPEVINE_REHEARSE" not in os.environ,
    reason="takes minutes: make rehearse, or GRAPEVINE_REHEARSE=1 in the environment",
)
def test_what_was_built_is_deployed_and_played_through(built: Path):
    """It takes about two minutes and leaves nothing running, which would keep the pipe open."""
    rehearsed = subprocess.run(
        [sys.executable, "-m", "local.rehearsal", "--build", str(built)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        stdin=subprocess.DEVNULL,
    )
    assert rehearsed.returncode == 0, rehearsed.stdout + rehearsed.stderr
    assert rehearsed.stdout.count(" 0 differences") == 3
    assert rehearsed.stdout.splitlines()[-1].startswith("rehearsed in ")


def test_a_release_that_git_does_not_know_is_refused_by_name(tmp_path: Path):
    with pytest.raises(RehearsalFailed, match="git has no release none"):
        build_release("none", tmp_path / "before")
