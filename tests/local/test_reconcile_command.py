"""`grapevine reconcile` where there is nothing to reconcile with: it says so, and what to do."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.running_cloud import ROOT, RunningCloud


def reconcile(*options: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "local.cli.main", "reconcile", *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout + done.stderr


def test_nothing_runs_there(tmp_path: Path):
    status, text = reconcile("stripe", "--data", str(tmp_path))
    assert status == 2
    assert "grapevine run" in text


def test_a_processor_without_a_list_is_refused_and_one_without_a_key_says_what_to_add(
    grapevine: RunningCloud,
):
    status, text = reconcile("adyen", "--data", str(grapevine.folder))
    assert status == 2
    assert "no list of its orders" in text
    status, text = reconcile("stripe", "--data", str(grapevine.folder))
    assert status == 1
    assert "stripe_api" in text
    assert '{"level"' not in text


def test_what_functions_find_in_their_environment_is_for_its_owner_alone(grapevine: RunningCloud):
    assert (grapevine.folder / "functions.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "options", [["--since", "yesterday"], ["--since", "2026-13-01"], ["--pace", "0"]]
)
def test_options_that_mean_nothing_are_refused(options):
    status, text = reconcile("stripe", *options)
    assert status == 2
    assert options[0] in text
