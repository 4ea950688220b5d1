"""The life of the local cloud: starting, stopping, being killed, coming back."""

import json
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import boto3
import pytest

from local.cloud.credentials import LATER_PROVIDERS
from local.cloud.template import REGION
from tests.support.running_cloud import ROOT, RunningCloud, free_port, wait_until

STACK = Path(__file__).parent / "stack" / "template.yaml"


def test_local_json_tells_what_runs_and_is_for_its_owner_alone(cloud: RunningCloud):
    local = cloud.local
    assert local["base_url"] == cloud.base_url
    assert (local["secret_key"][:3], local["staff_key"][:3], local["publishable_key"][:3]) == (
        "sk_",
        "ak_",
        "pk_",
    )
    assert set(local["webhook_secrets"]) == {"stripe", "standard", *LATER_PROVIDERS}
    assert "PRIVATE KEY" in local["webhook_secrets"]["paddle_classic"]
    assert local["webhook_secrets"]["standard"].startswith("whsec_")
    assert stat.S_IMODE((cloud.folder / "local.json").stat().st_mode) == 0o600
    for pid in local["processes"].values():
        os.kill(pid, 0)


def test_killed_functions_serve_again_within_two_seconds(cloud: RunningCloud):
    busy = max(1, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert min(restart_functions(cloud) for _ in range(3)) < 2 * busy


def restart_functions(cloud: RunningCloud) -> float:
    """Kill the process of the functions; return after how many seconds they serve again."""
    began = time.monotonic()
    gone = cloud.kill("functions")
    wait_until(lambda: cloud.get("/items/1").status == 200)
    wait_until(lambda: cloud.local["processes"]["functions"] != gone)
    os.kill(cloud.local["processes"]["functions"], 0)
    return time.monotonic() - began


def ask_slowly(cloud: RunningCloud, key: str, seconds: float) -> tuple[threading.Thread, list]:
    """Send a request and return when its handler has begun; the answer comes into the list."""
    answers: list = []
    asking = threading.Thread(
        target=lambda: answers.append(cloud.post("/slow", {"id": key, "seconds": seconds}))
    )
    asking.start()
    wait_until(lambda: cloud.get(f"/counted/{key}").json == 1)
    return asking, answers


def test_a_request_that_is_cut_is_a_502_and_says_so(cloud: RunningCloud):
    asking, answers = ask_slowly(cloud, "cut", 15)
    cloud.kill("functions")
    asking.join()
    assert (answers[0].status, answers[0].json["code"]) == (502, "invocation_cut")


def test_a_killed_engine_comes_back_with_what_it_answered(cloud: RunningCloud):
    assert cloud.put("/stored/kept", "by the log").status == 200
    gone = cloud.kill("engine")
    wait_until(lambda: cloud.local["processes"]["engine"] != gone, 10)
    wait_until(lambda: cloud.get("/stored/kept").body == b'"by the log"', 10)


def test_a_clean_restart_keeps_everything(tmp_path: Path):
    first = RunningCloud(tmp_path / "data", STACK).start()
    first.put("/stored/one", "kept")
    first.post("/publish", {"details": [{"id": "seen"}], "time": "2026-03-01T10:00:00Z"})
    first.drain()
    known, events = first.local, first.bus()
    assert first.stop() == 0
    second = RunningCloud(tmp_path / "data", STACK, first.port).start()
    try:
        assert second.get("/stored/one").body == b'"kept"'
        assert second.get("/stored/seen").body == b"2026-03-01T10:00:00Z"
        assert second.bus() == events
        for name in ("secret_key", "staff_key", "publishable_key", "webhook_secrets", "base_url"):
            assert second.local[name] == known[name]
    finally:
        second.stop()


def test_what_waits_in_a_queue_at_the_stop_is_delivered_after_the_start(tmp_path: Path):
    first = RunningCloud(tmp_path / "data", STACK).start()
    details = [{"id": f"late-{number}", "seconds": 0.1} for number in range(100)]
    for start in range(0, 100, 10):
        first.post("/publish", {"details": details[start : start + 10]})
    assert first.stop() == 0
    second = RunningCloud(tmp_path / "data", STACK, first.port).start()
    try:
        second.drain()
        assert [second.get(f"/counted/late-{number}").json for number in range(100)] == [1] * 100
    finally:
        second.stop()


def test_a_request_under_way_ends_before_the_stop(tmp_path: Path):
    running = RunningCloud(tmp_path / "data", STACK).start()
    asking, answers = ask_slowly(running, "under-way", 1)
    assert running.stop() == 0
    asking.join()
    assert answers[0].json == {"slept": True}


def refusal(*options: str) -> subprocess.CompletedProcess:
    command = [
        sys.executable,
        "-m",
        "local.cli.main",
        "run",
        "--no-demo",
        "--template",
        str(STACK),
        *options,
    ]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_a_port_in_use_is_named(cloud: RunningCloud, tmp_path: Path):
    ended = refusal("--port", str(cloud.port), "--data", str(tmp_path / "other"))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert f"port {cloud.port} cannot be used" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("port", ["65536", "-1", "http", ""])
def test_what_is_no_port_is_named(port: str):
    ended = refusal("--port", port)
    assert (ended.returncode, "must be a whole number from 0 to 65535" in ended.stderr) == (2, True)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path):
    (tmp_path / "file").write_text("not a folder")
    for folder in ("file", "file/below"):
        ended = refusal("--port", "0", "--data", str(tmp_path / folder))
        assert (ended.returncode, ended.stdout, "Traceback" in ended.stderr) == (2, "", False)
        assert f"{tmp_path / folder} cannot be written" in ended.stderr


@pytest.mark.parametrize("engine", ["nowhere", "http://127.0.0.1:1"])
def test_an_engine_that_does_not_answer_is_named(tmp_path: Path, engine: str):
    ended = refusal("--port", "0", "--data", str(tmp_path / "data"), "--dynamodb", engine)
    assert (ended.returncode, ended.stdout, "Traceback" in ended.stderr) == (2, "", False)
    assert f"the engine at {engine} does not take the tables" in ended.stderr


def test_a_folder_in_use_is_named(cloud: RunningCloud):
    ended = refusal("--port", str(free_port()), "--data", str(cloud.folder))
    assert ended.returncode == 2
    assert f"in use by another grapevine (process {cloud.process.pid})" in ended.stderr
    assert cloud.get("/items/1").status == 200


@pytest.mark.parametrize(
    ("parameter", "message"),
    [
        ("Unknown=1", "has no parameter Unknown"),
        ("ShopOrigins=x", "ShopOrigins cannot be chosen"),
        ("A", "must be NAME=VALUE"),
    ],
)
def test_a_parameter_that_cannot_be_given_is_named(tmp_path: Path, parameter: str, message: str):
    ended = refusal("--port", str(free_port()), "--data", str(tmp_path), "--parameter", parameter)
    assert (ended.returncode, message in ended.stderr, "Traceback" in ended.stderr) == (
        2,
        True,
        False,
    )


@pytest.mark.parametrize("content", ["{", "[]", '{"webhook_secrets": 1}'])
def test_keys_that_cannot_be_read_are_named_and_left_alone(tmp_path: Path, content: str):
    (tmp_path / "keys.json").write_text(content)
    ended = refusal("--port", str(free_port()), "--data", str(tmp_path))
    assert ended.returncode == 2
    assert str(tmp_path / "keys.json") in ended.stderr
    assert (tmp_path / "keys.json").read_text() == content


def test_a_broken_local_json_is_written_anew(tmp_path: Path):
    (tmp_path / "local.json").write_text("{")
    running = RunningCloud(tmp_path, STACK).start()
    assert running.local["base_url"] == running.base_url
    assert running.stop() == 0
    assert json.loads((tmp_path / "local.json").read_text())["processes"] == {
        "engine": None,
        "functions": None,
    }


def test_a_killed_supervisor_leaves_no_orphans(tmp_path: Path):
    running = RunningCloud(tmp_path / "data", STACK).start()
    pids = running.local["processes"].values()
    running.process.kill()
    running.process.wait()
    running.process.stdout.close()
    wait_until(lambda: not any(alive(pid) for pid in pids))


def test_a_start_right_after_a_killed_supervisor_finds_everything(tmp_path: Path):
    first = RunningCloud(tmp_path / "data", STACK).start()
    first.post("/publish", {"details": [{"id": f"put-{number}"} for number in range(10)]})
    first.drain()
    first.process.kill()
    first.process.wait()
    first.process.stdout.close()
    second = RunningCloud(tmp_path / "data", STACK).start()
    try:
        assert [second.get(f"/counted/put-{number}").json for number in range(10)] == [1] * 10
        assert len(second.bus()) == 10
    finally:
        second.stop()


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie, which has ended, does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/status")
    return not status.exists() or "State:\tZ" not in status.read_text()


def test_another_engine_may_keep_the_tables(engine: str, tmp_path: Path):
    running = RunningCloud(tmp_path / "data", STACK).start("--dynamodb", engine)
    try:
        running.put("/stored/there", "kept elsewhere")
        tables = boto3.client(
            "dynamodb",
            endpoint_url=engine,
            region_name=REGION,
            aws_access_key_id="local",
            aws_secret_access_key="local",
        )
        item = tables.get_item(TableName="grapevine-Table", Key={"pk": {"S": "there"}})["Item"]
        assert item["body"]["S"] == '"kept elsewhere"'
    finally:
        running.stop()
