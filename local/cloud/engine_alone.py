"""The engine without the rest of the local cloud, for whoever only wants to look at the tables or to measure them."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from local.cloud.child_process import ChildFailed
from local.cloud.engine_child import function_environment, healthy, own_environment
from local.cloud.supervisor import free_port
from local.cloud.template import Template

_START_SECONDS = 60
_STOP_SECONDS = 20
_LOOK_SECONDS = 0.03


@contextlib.contextmanager
def standalone_engine(folder: Path, *, forget: bool = False) -> Iterator[str]:
    """The address of an engine on the state in `folder`, until the block ends; raises ChildFailed when it does not come up."""
    command = [
        sys.executable,
        "-m",
        "local.cloud.engine_process",
        "--port",
        str(port := free_port()),
        "--state",
        str(folder),
    ]
    process = subprocess.Popen(
        [*command, *(["--forget"] if forget else [])], env=own_environment(), stdin=subprocess.PIPE
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _until_healthy(process, url)
        yield url
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdin.close()


def _until_healthy(process: subprocess.Popen, url: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not healthy(url):
        if process.poll() is not None or time.monotonic() > deadline:
            raise ChildFailed(f"the engine did not start (status {process.poll()})")
        time.sleep(_LOOK_SECONDS)


def use_function_environment(template: Template, engine: str, dynamodb: str | None = None) -> None:
    """Give this process the environment that the template gives to functions, with AWS in the engine."""
    variables = template.resolve(
        template.document["Globals"]["Function"]["Environment"]["Variables"]
    )
    os.environ.update(
        function_environment(engine, engine, dynamodb)
        | {name: str(value) for name, value in variables.items()}
    )
