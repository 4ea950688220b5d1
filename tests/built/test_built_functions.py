"""Every built function is called with one real event, with only its own code and layers on the path."""

import json
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from local.packaging.artifacts import search_path
from tests.support.built_calls import BuiltShop
from tests.support.console_visitor import open_console
from tests.support.running_cloud import PATIENCE_SECONDS

MAIN = Path(__file__).with_name("lambda_main.py")


@pytest.fixture
def shop(tables, monkeypatch) -> BuiltShop:
    open_console(monkeypatch)
    return BuiltShop(tables)


def call(shop: BuiltShop, build: Path, function: str, event: dict) -> object:
    told = {
        "path": search_path(build, function),
        "handler": shop.functions[function].handler,
        "event": event,
    }
    called = subprocess.run(
        [sys.executable, "-I", "-S", "-B", str(MAIN)],
        input=json.dumps(told),
        cwd=build / function,
        env=shop.environment(function),
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    )
    assert called.returncode == 0, called.stderr[-2000:]
    return json.loads(called.stdout)


def test_every_built_function_answers_a_real_event_from_its_own_code_and_layers(shop, loadable):
    calls = shop.calls()
    assert set(calls) == set(shop.functions), "every function has an event in built_calls.py"

    def fault_of(function: str) -> str:
        event, is_right = calls[function]
        try:
            answer = call(shop, loadable, function, event)
        except AssertionError as failure:
            return str(failure)
        return "" if is_right(answer) else json.dumps(answer)[:500]

    with ThreadPoolExecutor(2) as hands:
        faults = dict(zip(calls, hands.map(fault_of, calls), strict=True))
    assert {function: fault for function, fault in faults.items() if fault} == {}


def test_a_function_without_a_layer_is_found_out(shop, loadable, tmp_path):
    """Pages read styles from a layer; a console without it answers 502 on AWS, and here nothing else would tell."""
    event, _ = shop.calls()["ServeConsole"]
    (tmp_path / "ServeConsole").symlink_to(loadable / "ServeConsole")
    (tmp_path / "SharedLayer").symlink_to(loadable / "SharedLayer")
    text = (loadable / "template.yaml").read_text()
    without, layers = re.subn(r"\n *- Ref: WebLayer\b", "", text)
    assert layers
    (tmp_path / "template.yaml").write_text(without)
    with pytest.raises(AssertionError, match="No module named 'web'"):
        call(shop, tmp_path, "ServeConsole", event)
