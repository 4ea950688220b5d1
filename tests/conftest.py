"""Fixtures with real parts: one DynamoDB engine for the session, fresh tables for each test, a whole system where HTTP is the subject."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest

from local.provision import create_secret, create_tables
from local.template import REGION, Template, read_template

ROOT = Path(__file__).parent.parent
TEMPLATE = ROOT / "template.yaml"
SECRETS = {
    "pepper": "a pepper of the tests, long enough to be one",
    "stripe": "whsec_c3RyaXBlIHNlY3JldCBvZiB0aGUgdGVzdHM",
    "shopify": "shopify secret of the tests",
    "woocommerce": "woocommerce secret of the tests",
    "standard": "whsec_c3RhbmRhcmQgc2VjcmV0IG9mIHRoZSB0ZXN0cyE=",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(question: Callable[[], object], seconds: float = 10, every: float = 0.02) -> object:
    """The first true answer; the only place in the tests that waits."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > deadline:
            raise AssertionError(f"{getattr(question, '__name__', question)} was not true within {seconds} s")
        time.sleep(every)
    return answer


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of one DynamoDB engine (MiniStack) on loopback, for all tests of the session."""
    port = free_port()
    folder = tmp_path_factory.mktemp("engine")
    command = [sys.executable, "-m", "local.engine", "--port", str(port), "--state", str(folder), "--forget"]
    with (folder / "log").open("w") as log:
        running = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: answers(f"{url}/_ministack/health"), 20)
        yield url
    finally:
        running.send_signal(signal.SIGTERM)
        running.wait(10)


@pytest.fixture
def tables(engine: str, monkeypatch: pytest.MonkeyPatch) -> Template:
    """Fresh tables and a fresh secret, made from the template; the environment is that of a function."""
    mark = uuid.uuid4().hex[:12]
    document = read_template(TEMPLATE).document["Resources"]
    names = {logical: f"{logical}-{mark}" for logical in document}
    template = read_template(TEMPLATE, names=names)
    monkeypatch.setenv("AWS_ENDPOINT_URL", engine)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "local")
    for name in ("AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.setenv(name, REGION)
    for name, value in template.resolve(template.document["Globals"]["Function"]["Environment"]["Variables"]).items():
        monkeypatch.setenv(name, value)
    create_tables(template, boto3.client("dynamodb"))
    create_secret(template, boto3.client("secretsmanager"), SECRETS)
    boto3.client("events").create_event_bus(Name=os.environ["BUS_NAME"])
    return template
