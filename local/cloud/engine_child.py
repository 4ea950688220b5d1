"""The supervisor's side of the engine: starts MiniStack and fills it with what the template declares."""

import asyncio
import os
import sys
import urllib.error
import urllib.request
from asyncio.subprocess import Process
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local.cloud.child_process import ChildProcess, ChildFailed
from local.cloud.provisioning import create_secret, create_tables
from local.cloud.template import REGION, Template

_START_SECONDS = 60
_LOOK_SECONDS = 0.03


class Engine:
    """`lock` is the folder's, which the process holds until it has written its state down."""

    def __init__(
        self,
        template: Template,
        port: int,
        folder: Path,
        secret: dict[str, str],
        dynamodb: str | None,
        lock: int,
        changed,
    ) -> None:
        self.template, self.port, self.folder, self.secret, self.dynamodb, self.lock = (
            template,
            port,
            folder,
            secret,
            dynamodb,
            lock,
        )
        self.url = f"http://127.0.0.1:{port}"
        self.child = ChildProcess("engine", self._spawn, changed)

    async def stop(self) -> None:
        await self.child.stop()

    async def _spawn(self, born: Callable[[Process], None]) -> None:
        command = [
            sys.executable,
            "-m",
            "local.cloud.engine_process",
            "--port",
            str(self.port),
            "--state",
            str(self.folder / "engine"),
        ]
        with (self.folder / "engine.log").open("ab") as log:
            streams = {"stdin": asyncio.subprocess.PIPE, "stdout": log, "stderr": log}
            process = await asyncio.create_subprocess_exec(
                *command,
                env=own_environment(),
                pass_fds=[self.lock],
                start_new_session=True,
                **streams,
            )
        born(process)
        await self._until_healthy(process)
        await asyncio.to_thread(self._provision)

    async def _until_healthy(self, process: Process) -> None:
        deadline = asyncio.get_running_loop().time() + _START_SECONDS
        while not await asyncio.to_thread(healthy, self.url):
            if process.returncode is not None or asyncio.get_running_loop().time() > deadline:
                if process.returncode is None:
                    process.kill()
                raise ChildFailed(
                    f"the engine did not start (status {await process.wait()}); see {self.folder / 'engine.log'}"
                )
            await asyncio.sleep(_LOOK_SECONDS)

    def _provision(self) -> None:
        """Raises ChildFailed where the engine of the tables, which may be somebody else's, does not take them."""
        from botocore.exceptions import BotoCoreError, ClientError

        tables = self.dynamodb or self.url
        try:
            create_tables(self.template, _client("dynamodb", tables))
        except (BotoCoreError, ClientError, ValueError) as problem:
            raise ChildFailed(
                f"the engine at {tables} does not take the tables ({problem}); see that it runs, or choose another"
            ) from None
        if self.template.resources("AWS::SecretsManager::Secret"):
            create_secret(self.template, _client("secretsmanager", self.url), self.secret)


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/_ministack/health", timeout=1):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def _client(service: str, url: str) -> Any:
    """It tries twice: DynamoDB's own ten times would let somebody wait for a minute before an address that is wrong is named."""
    import boto3  # takes a third of a second, spent while the engine starts
    from botocore.config import Config

    keys = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    return boto3.client(
        service,
        endpoint_url=url,
        region_name=REGION,
        config=Config(retries={"total_max_attempts": 2}),
        **keys,
    )


def own_environment() -> dict[str, str]:
    """This process's, without what the person who started it has set up for AWS proper."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}


def function_environment(engine: str, supervisor: str, dynamodb: str | None) -> dict[str, str]:
    """Where a function finds AWS: tables and secrets in the engine, bus, queues and mail with the supervisor."""
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
