"""AWS's own runtime starts every built function once: its emulator and its client for Python, as on Lambda."""

import platform
import subprocess
import sys
import venv
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from local.packaging.artifacts import search_path
from tests.support.built_calls import BuiltShop
from tests.support.console_visitor import open_console
from tests.support.function_permissions import SAM
from tests.support.running_cloud import free_port, reachable, request, wait_until

PACKAGES = (
    SAM.parent
    / "lib"
    / f"python{sys.version_info.major}.{sys.version_info.minor}"
    / "site-packages"
)
EMULATOR = (
    PACKAGES
    / "samcli"
    / "local"
    / "rapid"
    / ("aws-lambda-rie-arm64" if platform.machine() == "aarch64" else "aws-lambda-rie-x86_64")
)
RUNTIME = ("awslambdaric", "simplejson", "snapshot_restore_py", "runtime_client*.so")
"""What Lambda has beside a function's own code and layers, as far as the runtime needs it."""

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not (PACKAGES / "awslambdaric").exists(),
    reason="`make test` sets up .venv-sam on Linux, which has AWS's runtime",
)


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An interpreter that has nothing installed, beside the folder `packages` with Lambda's runtime."""
    folder = tmp_path_factory.mktemp("runtime")
    venv.create(folder / "python", with_pip=False)
    (folder / "packages").mkdir()
    for pattern in RUNTIME:
        for found in PACKAGES.glob(pattern):
            (folder / "packages" / found.name).symlink_to(found)
    return folder


@contextmanager
def started(shop: BuiltShop, build: Path, runtime: Path, function: str) -> Iterator[str]:
    """The address at which the emulator takes calls of a function."""
    port = free_port()
    listening = f"127.0.0.1:{port}"
    path = [*search_path(build, function), str(runtime / "packages")]
    command = [str(EMULATOR), "--log-level", "error"]
    command += ["--runtime-interface-emulator-address", listening]
    command += ["--runtime-api-address", f"127.0.0.1:{port + 1}"]
    command += [str(runtime / "python" / "bin" / "python"), "-B", "-m", "awslambdaric"]
    with subprocess.Popen(
        [*command, shop.functions[function].handler],
        cwd=build / function,
        env=shop.environment(function) | {"PYTHONPATH": ":".join(path), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as emulator:
        try:
            wait_until(lambda: reachable(f"http://{listening}/"))
            yield f"http://{listening}/2015-03-31/functions/function/invocations"
        finally:
            emulator.kill()


def test_every_built_function_starts_in_the_runtime_of_aws(tables, monkeypatch, loadable, runtime):
    open_console(monkeypatch)
    shop = BuiltShop(tables)
    calls = shop.calls()

    def fault_of(function: str) -> str:
        event, is_right = calls[function]
        with started(shop, loadable, runtime, function) as address:
            answer = request(address, "POST", event)
        return "" if is_right(answer.json) else answer.body.decode()[:500]

    with ThreadPoolExecutor(2) as hands:
        faults = dict(zip(calls, hands.map(fault_of, calls), strict=True))
    assert {function: fault for function, fault in faults.items() if fault} == {}
