"""Starts the process of the functions and sends invocations to it.

A second process, the spare, has all handlers imported already. If the first process ends, the spare
replaces it at once; a new process would need a second for its imports.
"""

import asyncio
import itertools
import json
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.cloud.child_process import ChildFailed, ChildProcess
from local.cloud.functions_process import FRAME_LENGTH, FunctionDeclaration, InvocationReply
from local.cloud.resources import Function
from local.cloud.template import TemplateError

_START_SECONDS = 60


class InvocationFailed(Exception):
    """The handler raised or timed out; `kind` is the name of the error."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind = kind


class InvocationCut(Exception):
    """The process of the functions ended before it answered. The handler may have done a part of
    its work.
    """


class FunctionsUnavailable(Exception):
    """No process of the functions was ready in time; the invocation was not sent."""


@dataclass(frozen=True)
class FunctionsProcess:
    """A process of the functions and the channel to it; the task `ready` ends when all handlers are
    imported.
    """

    process: Process
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    ready: asyncio.Task[None]

    @property
    def lives(self) -> bool:
        return self.process.returncode is None


@dataclass(frozen=True)
class ActiveProcess:
    """The process to which invocations are sent; the task `reading` receives its replies until the
    process ends.
    """

    writer: asyncio.StreamWriter
    reading: asyncio.Task[None]


def shared_environment(functions: dict[str, Function], path: str) -> dict[str, str]:
    """Returns the environment variables of the process that runs all functions.

    Raises TemplateError if two functions have different values for the same variable.
    """
    merged: dict[str, str] = {}
    for function in functions.values():
        for name, value in function.environment.items():
            if merged.setdefault(name, value) != value:
                raise TemplateError(
                    f"{path}: {name} differs between functions;"
                    " the local cloud hosts them in one process"
                )
    return merged


class Functions:
    """Runs the functions of the template in one process.

    `changed` is called when a new process takes over, and again when it is ready.
    """

    def __init__(
        self,
        functions: dict[str, Function],
        environment: dict[str, str],
        root: Path,
        log: Path,
        changed: Callable[[], None],
    ) -> None:
        self.functions, self.environment, self.root, self.log = functions, environment, root, log
        self.child = ChildProcess("functions", self._activate, changed)
        self._active: ActiveProcess | None = None
        self._spare: asyncio.Task[FunctionsProcess] | None = None
        self._pending: dict[int, asyncio.Future[InvocationReply]] = {}
        self._numbers = itertools.count()

    async def invoke(self, function: str, event: object, wait_seconds: float = 2.5) -> Any:
        """Invoke a function and return the result of its handler.

        Waits up to `wait_seconds` for a process that is ready. Raises FunctionsUnavailable,
        InvocationCut or InvocationFailed.
        """
        active = await self._wait_for_process(function, wait_seconds)
        number = next(self._numbers)
        answer = self._pending[number] = asyncio.get_running_loop().create_future()
        try:
            active.writer.write(_frame({"id": number, "function": function, "event": event}))
            reply = await asyncio.wait_for(answer, self.functions[function].timeout_seconds)
        except TimeoutError:
            raise InvocationFailed("Sandbox.Timedout", f"{function} timed out") from None
        finally:
            self._pending.pop(number, None)
        if "error" in reply:
            raise InvocationFailed(reply["error"]["type"], reply["error"]["message"])
        return reply["result"]

    async def _wait_for_process(self, function: str, seconds: float) -> ActiveProcess:
        if not self.child.serving.is_set():
            try:
                await asyncio.wait_for(self.child.serving.wait(), seconds)
            except TimeoutError:
                raise FunctionsUnavailable(function) from None
        if self._active is None:
            raise FunctionsUnavailable(function)
        return self._active

    async def stop(self) -> None:
        """Stops the process of the functions cleanly, then kills the spare, which runs no invocation."""
        await self.child.stop()
        if self._spare:
            spare = await self._spare
            if spare.lives:
                spare.ready.cancel()
                spare.process.kill()
                await spare.process.wait()

    async def _activate(self, spawned: Callable[[Process], None]) -> None:
        """Makes the spare the active process and starts a new spare; raises ChildFailed."""
        if self._active:
            await self._active.reading
        successor = await self._take_spare()
        spawned(successor.process)
        await successor.ready
        reading = asyncio.create_task(self._read_replies(successor.reader))
        self._active = ActiveProcess(successor.writer, reading)
        self._spare = asyncio.create_task(self._launch())

    async def _take_spare(self) -> FunctionsProcess:
        """Returns the spare if it is alive, otherwise a new process."""
        preparing, self._spare = self._spare, None
        if preparing:
            spare = await preparing
            if spare.lives:
                return spare
        return await self._launch()

    async def _launch(self) -> FunctionsProcess:
        our_end, their_end = socket.socketpair()
        with their_end:
            process = await self._execute(their_end.fileno())
        reader, writer = await asyncio.open_connection(sock=our_end)
        writer.write(_frame({name: _declare(each) for name, each in self.functions.items()}))
        ready = asyncio.create_task(self._wait_until_ready(process, reader))
        return FunctionsProcess(process, reader, writer, ready)

    async def _wait_until_ready(self, process: Process, reader: asyncio.StreamReader) -> None:
        try:
            await asyncio.wait_for(_read_frame(reader), _START_SECONDS)
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            if process.returncode is None:
                process.kill()
            raise ChildFailed(
                f"functions did not start (status {await process.wait()}); see {self.log}"
            ) from None

    async def _execute(self, channel: int) -> Process:
        """Starts the process in a session of its own.

        So Ctrl-C reaches only the supervisor, which lets running invocations finish before it stops
        this process.
        """
        with self.log.open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "local.cloud.functions_process",
                "--channel",
                str(channel),
                pass_fds=[channel],
                cwd=self.root,
                env=self.environment,
                start_new_session=True,
                stdin=DEVNULL,
                stdout=log,
                stderr=log,
            )

    async def _read_replies(self, reader: asyncio.StreamReader) -> None:
        """Pass each reply to the invocation that waits for it. When the process ends, the waiting
        invocations raise InvocationCut.
        """
        try:
            while True:
                reply: InvocationReply = await _read_frame(reader)
                answer = self._pending.get(reply["id"])
                if answer and not answer.done():
                    answer.set_result(reply)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.child.serving.clear()
            for answer in self._pending.values():
                if not answer.done():
                    answer.set_exception(InvocationCut("the functions process ended"))


def failed_identifiers(result: object) -> set[str] | None:
    """Returns the identifiers in `batchItemFailures` of a function's result.

    The rules are Lambda's: an empty result means that nothing failed. Returns None if the result is
    malformed.
    """
    if result is None or result == {}:
        return set()
    if not isinstance(result, dict):
        return None
    try:
        return {failure["itemIdentifier"] for failure in result["batchItemFailures"] or ()}
    except (KeyError, TypeError):
        return None


def _declare(function: Function) -> FunctionDeclaration:
    return {"handler": function.handler, "timeout_seconds": function.timeout_seconds}


def _frame(message: object) -> bytes:
    body = json.dumps(message).encode()
    return FRAME_LENGTH.pack(len(body)) + body


async def _read_frame(reader: asyncio.StreamReader) -> Any:
    (length,) = FRAME_LENGTH.unpack(await reader.readexactly(FRAME_LENGTH.size))
    return json.loads(await reader.readexactly(length))
