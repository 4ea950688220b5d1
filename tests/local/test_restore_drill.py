"""The drill is a command that a person types once a quarter, and the proof that a restore works."""

import subprocess
import sys

from tests.support.running_cloud import ROOT


def test_the_drill_ends_with_books_that_add_up_and_events_that_go_on():
    done = subprocess.run(
        [sys.executable, "-m", "local.cli.main", "restore-drill"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [line.strip() for line in done.stdout.splitlines()]
    verified = [line for line in lines if "recomputed" in line]
    differ = [not line.endswith(": 0 differences") for line in verified]
    assert differ == [False, True, False, False]
    assert "After it, one more order: 1 entry on the new stream, which 2 read." in lines
    assert lines[-1] == "The drill is over: the restored books add up, and their events go on."
