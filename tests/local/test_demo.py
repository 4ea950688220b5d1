"""`grapevine demo` tells and checks the README's story; `grapevine verify` recomputes its folder."""

import json
import subprocess
import sys
from pathlib import Path

import boto3
import pytest

from local.cloud.engine import standalone_engine
from local.cloud.running_system import find_running_system
from local.cloud.template import REGION, read_template
from tests.support.running_cloud import ROOT, TEMPLATE, RunningCloud


def run_command(*words: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "local.cli.main", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )


def test_the_story_is_told_twice_on_a_running_system(grapevine: RunningCloud):
    for _ in range(2):
        command = run_command("demo", "--data", str(grapevine.folder))
        assert (command.returncode, command.stderr) == (0, "")
        assert f"BASE={grapevine.base_url}" in command.stdout
        assert "\n8. " in command.stdout


def test_without_a_running_system_the_story_starts_one(tmp_path: Path):
    command = run_command("demo", "--data", str(tmp_path))
    assert (command.returncode, command.stderr) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_a_program_of_ones_own_is_left_alone(tmp_path: Path):
    running = RunningCloud(tmp_path / "data").start()
    try:
        program = {
            "id": "default",
            "name": "Mine",
            "currency": "EUR",
            "credit": {"system": "recursive", "percent": "10"},
        }
        published = running.post(
            "/v1/programs/default/versions",
            program,
            running.local["staff_key"],
            **{"if-match": "1"},
        )
        assert published.status in (200, 201), published.body
        command = run_command("demo", "--data", str(running.folder))
        assert command.returncode == 0, command.stderr
        assert "has terms of its own" in command.stdout
        assert (
            run_command("verify", "--data", str(running.folder)).stdout
            == "0 orders and 0 entries recomputed: 0 differences\n"
        )
    finally:
        running.stop()


def test_verify_asks_the_running_system(grapevine: RunningCloud):
    assert run_command("demo", "--data", str(grapevine.folder)).returncode == 0
    command = run_command("verify", "--data", str(grapevine.folder))
    assert (command.returncode, command.stderr) == (0, "")
    assert command.stdout.endswith(": 0 differences\n")


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a system in which the story was told, and which was stopped."""
    running = RunningCloud(tmp_path_factory.mktemp("stopped")).start()
    try:
        assert run_command("demo", "--data", str(running.folder)).returncode == 0
    finally:
        assert running.stop() == 0
    return running.folder


def test_verify_looks_into_the_folder_of_a_stopped_system(stopped: Path):
    command = run_command("verify", "--data", str(stopped))
    assert (command.returncode, command.stdout) == (
        0,
        "1 order and 2 entries recomputed: 0 differences\n",
    )


def test_a_stopped_system_is_not_taken_for_the_one_that_has_its_port_now(
    grapevine: RunningCloud, tmp_path: Path
):
    (tmp_path / "local.json").write_text(json.dumps(grapevine.local))
    assert find_running_system(tmp_path) == grapevine.local
    (tmp_path / "local.json").write_text(
        json.dumps(grapevine.local | {"processes": {"engine": None, "functions": None}})
    )
    assert find_running_system(tmp_path) is None


def test_verify_names_what_was_tampered_with(stopped: Path):
    with standalone_engine(stopped / "engine") as url:
        dynamodb = boto3.client(
            "dynamodb",
            endpoint_url=url,
            region_name=REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        ledger = read_template(TEMPLATE).name("LedgerTable")
        accounts = [
            row
            for row in dynamodb.scan(TableName=ledger)["Items"]
            if row["pk"]["S"].startswith("ACCOUNT#anna")
        ]
        dynamodb.put_item(TableName=ledger, Item=accounts[0] | {"balance": {"N": "751"}})
    command = run_command("verify", "--data", str(stopped))
    assert command.returncode == 1
    assert "[750, 2] expected, [751, 2] found" in command.stdout


def test_verify_cannot_look_where_nothing_has_run(tmp_path: Path):
    command = run_command("verify", "--data", str(tmp_path / "nowhere"))
    assert (command.returncode, command.stdout) == (2, "")
    assert "no system has run" in command.stderr
    assert not (tmp_path / "nowhere").exists()
