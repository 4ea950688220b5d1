"""The supervisor's side of the functions process: starts it and sends it invocations.

A spare that has imported everything waits behind it, so that a killed one is replaced at once and not after a second of imports.
"""

import asyncio
import itertools
import json
import socket
import struct
import sys
from asyncio.subprocess import Process
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from local.cloud.child_process import ChildProcess, ChildFailed
from local.cloud.resources import Function
from local.cloud.template import TemplateError

_LENGTH = struct.Struct(">I")
_START_SECONDS = 60


class InvocationFailed(Exception):
    """The handler raised, or ran out of time; `kind` names the error."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class InvocationCut(Exception):
    """The functions process ended before it answered."""


class FunctionsUnavailable(Exception):
    """The functions process is not there and did not come back in time; nothing was sent."""


@dataclass(frozen=True)
class FunctionsProcess:
    """A functions process; `ready` ends when it has imported every handler."""

    process: Process
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    ready: asyncio.Task

    @property
    def lives(self) -> bool:
        return self.process.returncode is None


def shared_environment(functions: dict[str, Function], path: str) -> dict[str, str]:
    """One process hosts all functions, so a variable must mean the same to each that has it."""
    merged: dict[str, str] = {}
    for function in functions.values():
        for name, value in function.environment.items():
            if merged.setdefault(name, value) != value:
                raise TemplateError(
                    f"{path}: {name} differs between functions; the local cloud hosts them in one process"
                )
    return merged


class Functions:
    def __init__(
        self,
        functions: dict[str, Function],
        environment: dict[str, str],
        root: Path,
        log: Path,
        changed,
    ) -> None:
        self.functions, self.environment, self.root, self.log = functions, environment, root, log
        self.child = ChildProcess("functions", self._activate, changed)
        self._spare: FunctionsProcess | None = None
        self._preparing: asyncio.Task | None = None
        self._pending: dict[int, asyncio.Future] = {}
        self._numbers = itertools.count()
        self._writer: asyncio.StreamWriter | None = None
        self._reading: asyncio.Task | None = None

    async def invoke(self, function: str, event: dict, wait_seconds: float = 2.5) -> Any:
        """Raises FunctionsAway, InvocationCut or InvocationFailed."""
        await self._wait(function, wait_seconds)
        number = next(self._numbers)
        answer = self._pending[number] = asyncio.get_running_loop().create_future()
        try:
            self._writer.write(_frame({"id": number, "function": function, "event": event}))
            reply = await asyncio.wait_for(answer, self.functions[function].timeout_seconds)
        except TimeoutError:
            raise InvocationFailed("Sandbox.Timedout", f"{function} timed out") from None
        finally:
            self._pending.pop(number, None)
        if "error" in reply:
            raise InvocationFailed(reply["error"]["type"], reply["error"]["message"])
        return reply["result"]

    async def _wait(self, function: str, seconds: float) -> None:
        if not self.child.serving.is_set():
            try:
                await asyncio.wait_for(self.child.serving.wait(), seconds)
            except TimeoutError:
                raise FunctionsUnavailable(function) from None

    async def stop(self) -> None:
        await self.child.stop()
        if self._preparing:
            await self._preparing
        if self._spare and self._spare.lives:
            self._spare.ready.cancel()
            self._spare.process.kill()
            await self._spare.process.wait()

    async def _activate(self, born: Callable[[Process], None]) -> None:
        """The spare takes over, and another is made ready behind it."""
        for unfinished in (self._reading, self._preparing):
            if unfinished:
                await unfinished
        host = self._spare if self._spare and self._spare.lives else await self._host()
        self._spare = None
        born(host.process)
        await host.ready
        self._writer = host.writer
        self._reading = asyncio.create_task(self._read(host.reader))
        self._preparing = asyncio.create_task(self._prepare())

    async def _prepare(self) -> None:
        self._spare = await self._host()

    async def _host(self) -> FunctionsProcess:
        ours, theirs = socket.socketpair()
        with theirs:
            process = await self._execute(theirs.fileno())
        reader, writer = await asyncio.open_connection(sock=ours)
        writer.write(_frame({name: asdict(function) for name, function in self.functions.items()}))
        return FunctionsProcess(
            process, reader, writer, asyncio.create_task(self._until_ready(process, reader))
        )

    async def _until_ready(self, process: Process, reader: asyncio.StreamReader) -> None:
        try:
            await asyncio.wait_for(_read_frame(reader), _START_SECONDS)
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            if process.returncode is None:
                process.kill()
            raise ChildFailed(
                f"functions did not start (status {await process.wait()}); see {self.log}"
            ) from None

    async def _execute(self, channel: int) -> Process:
        """In a session of its own, so that Ctrl-C reaches the supervisor alone, which lets work end first."""
        command = [sys.executable, "-m", "local.cloud.functions_process", "--channel", str(channel)]
        with self.log.open("ab") as log:
            streams = {"stdin": asyncio.subprocess.DEVNULL, "stdout": log, "stderr": log}
            return await asyncio.create_subprocess_exec(
                *command,
                pass_fds=[channel],
                cwd=self.root,
                env=self.environment,
                start_new_session=True,
                **streams,
            )

    async def _read(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                reply = await _read_frame(reader)
                answer = self._pending.get(reply["id"])
                if answer and not answer.done():
                    answer.set_result(reply)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.child.serving.clear()
            for answer in self._pending.values():
                if not answer.done():
                    answer.set_exception(InvocationCut("the functions process ended"))


def _frame(message: Any) -> bytes:
    body = json.dumps(message).encode()
    return _LENGTH.pack(len(body)) + body


async def _read_frame(reader: asyncio.StreamReader) -> dict:
    (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
    return json.loads(await reader.readexactly(length))
