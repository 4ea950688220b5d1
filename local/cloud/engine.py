"""Starts MiniStack's process, which stands in for DynamoDB and Secrets Manager, and creates the
template's tables and secret in it.

The supervisor uses `Engine`. Tests and tools that need only the tables use `standalone_engine`.
"""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from asyncio.subprocess import Process
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from local.cloud.child_process import ChildFailed, ChildProcess
from local.cloud.loopback import bind_loopback, port_of
from local.cloud.provisioning import create_secrets, create_tables
from local.cloud.table_files import DAMAGED_STATUS, TableFiles, TablesDamaged
from local.cloud.template import REGION, Template

_START_SECONDS, _SLOWEST_BYTES_A_SECOND = 60, 2_000_000
LARGE_BYTES = 100_000_000
"""Tables of so many bytes take longer to read than people expect, so they are told."""
_STOP_SECONDS = 20
_POLL_SECONDS = 0.03


class Engine:
    """The engine process of one data folder.

    * `lock`: the lock of the folder; the process holds it until it has written its state.
    * `dynamodb`: the address of another engine for the tables; None keeps them in this process.

    The process gets a socket that is already bound, so no other program can take the port before
    the process uses it.
    """

    def __init__(
        self,
        template: Template,
        folder: Path,
        secret: dict[str, str],
        dynamodb: str | None,
        lock: int,
        changed: Callable[[], None],
    ) -> None:
        self.template, self.folder, self.secret = template, folder, secret
        self.lock = lock
        self.gate = bind_loopback(0)
        self.port = port_of(self.gate)
        self.url = f"http://127.0.0.1:{self.port}"
        self.tables_url = dynamodb or self.url
        self.child = ChildProcess("engine", self._start, changed)

    async def _start(self, spawned: Callable[[Process], None]) -> None:
        size = TableFiles(self.folder / "engine").count_bytes()  # before the process changes them
        if size >= LARGE_BYTES:
            print(f"grapevine: reading {size // 1_000_000} MB of tables …", file=sys.stderr)
        with self._bound_gate() as gate, (self.folder / "engine.log").open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *_command(gate, self.folder / "engine"),
                env=own_environment(),
                pass_fds=[gate.fileno(), self.lock],
                start_new_session=True,
                stdin=asyncio.subprocess.PIPE,
                stdout=log,
                stderr=log,
            )
        spawned(process)
        await self._wait_until_healthy(process, start_seconds(size))
        await asyncio.to_thread(self._provision)

    def _bound_gate(self) -> socket.socket:
        """Returns the bound socket for the next process; a restart binds the same port again.

        After the process has received the socket, the caller closes it in this process. So while no
        engine runs, a request is refused at once and does not wait. Raises ChildFailed if the port
        is taken.
        """
        if self.gate.fileno() == -1:
            try:
                self.gate = bind_loopback(self.port)
            except OSError as problem:
                raise ChildFailed(
                    f"the engine's port {self.port} cannot be used ({problem.strerror})"
                ) from None
        return self.gate

    async def _wait_until_healthy(self, process: Process, patience: float) -> None:
        deadline = asyncio.get_running_loop().time() + patience
        while not await asyncio.to_thread(is_healthy, self.url):
            if process.returncode is not None or asyncio.get_running_loop().time() > deadline:
                if process.returncode is None:
                    process.kill()
                status = await process.wait()
                _refuse_damaged(self.folder / "engine", status)
                raise ChildFailed(
                    f"the engine did not start (status {status}); see {self.folder / 'engine.log'}"
                )
            await asyncio.sleep(_POLL_SECONDS)

    def _provision(self) -> None:
        """Creates the tables and the secret.

        Raises ChildFailed if the engine that holds the tables (it may be another one) refuses them.
        """
        import boto3  # takes a third of a second, spent while the engine starts
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError

        # By default boto3 tries ten times: a wrong address would be reported only after a minute.
        config = Config(retries={"total_max_attempts": 2})
        session = boto3.Session("local", "local", region_name=REGION)
        try:
            dynamodb = session.client("dynamodb", endpoint_url=self.tables_url, config=config)
            create_tables(self.template, dynamodb)
        except (BotoCoreError, ClientError, ValueError) as problem:
            raise ChildFailed(
                f"the engine at {self.tables_url} does not take the tables ({problem});"
                " see that it runs, or choose another"
            ) from None
        if self.template.resources("AWS::SecretsManager::Secret"):
            secrets = session.client("secretsmanager", endpoint_url=self.url, config=config)
            create_secrets(self.template, secrets, self.secret)


@contextlib.contextmanager
def standalone_engine(
    folder: Path,
    *,
    forget: bool = False,
    lambda_python: Path | None = None,
    log: TextIO | None = None,
) -> Iterator[str]:
    """Runs an engine on the state in `folder` during the block, and yields its address.

    * `forget`: the engine stores no state.
    * `lambda_python`: the interpreter for functions that are deployed to the engine.

    Raises ChildFailed if the engine does not start.
    """
    options = ["--forget"] if forget else []
    options += ["--lambda-python", str(lambda_python)] if lambda_python else []
    patience = start_seconds(TableFiles(folder).count_bytes())
    with bind_loopback(0) as gate:
        url = f"http://127.0.0.1:{port_of(gate)}"
        started = subprocess.Popen(
            [*_command(gate, folder), *options],
            env=own_environment(),
            pass_fds=[gate.fileno()],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
        )
    with started as process:
        try:
            _wait_until_healthy(process, url, folder, patience)
            yield url
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()


def _refuse_damaged(folder: Path, status: int | None) -> None:
    """Raises ChildFailed with a description of the damage if the engine ended because its files are
    damaged.
    """
    if status == DAMAGED_STATUS:
        try:
            TableFiles(folder).check()
        except TablesDamaged as damage:
            raise ChildFailed(str(damage)) from None


def start_seconds(state_bytes: int) -> float:
    """How long an engine may take to start, by the size of the files that it reads first."""
    return _START_SECONDS + state_bytes / _SLOWEST_BYTES_A_SECOND


def _wait_until_healthy(
    process: subprocess.Popen[bytes], url: str, folder: Path, patience: float
) -> None:
    deadline = time.monotonic() + patience
    while not is_healthy(url):
        if process.poll() is not None or time.monotonic() > deadline:
            _refuse_damaged(folder, process.poll())
            raise ChildFailed(f"the engine did not start (status {process.poll()})")
        time.sleep(_POLL_SECONDS)


def _command(gate: socket.socket, state: Path) -> list[str]:
    module = "local.cloud.engine_process"
    return [sys.executable, "-m", module, "--gate", str(gate.fileno()), "--state", str(state)]


def is_healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_ministack/health", timeout=1):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def own_environment() -> dict[str, str]:
    """Returns the environment of this process without the variables that begin with `AWS_`, which
    could lead to the real AWS.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def function_environment(engine: str, supervisor: str, dynamodb: str | None) -> dict[str, str]:
    """Returns environment variables that make a function use the local AWS.

    Tables and secrets are at the address `engine` (tables at `dynamodb` if it is given); the bus,
    queues and mail are at `supervisor`.
    """
    return own_environment() | {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": engine,
        "AWS_ENDPOINT_URL_DYNAMODB": dynamodb or engine,
        "AWS_ENDPOINT_URL_EVENTBRIDGE": supervisor,
        "AWS_ENDPOINT_URL_SESV2": supervisor,
        "AWS_ENDPOINT_URL_SQS": supervisor,
        "PYTHONUNBUFFERED": "1",
    }


def use_function_environment(template: Template, engine: str, dynamodb: str | None = None) -> None:
    """Gives this process the environment variables of a function, with every AWS service at the
    address `engine` (tables at `dynamodb` if it is given).
    """
    variables = template.resolve(
        template.document["Globals"]["Function"]["Environment"]["Variables"]
    )
    os.environ.update(
        function_environment(engine, engine, dynamodb)
        | {name: str(value) for name, value in variables.items()}
    )
