"""A child process of the supervisor, which is started again if it ends by itself."""

import asyncio
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable

_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 0.5
_STOP_SECONDS = 20

type Spawned = Callable[[Process], None]
type Start = Callable[[Spawned], Awaitable[None]]
"""Starts a process, passes it to the callback, and returns when the process is ready to serve.
Raises ChildFailed if the process does not become ready.
"""


class ChildFailed(Exception):
    """A child process did not start; the message names the process and says how it ended."""


class ChildProcess:
    """Starts one process, watches it, and starts it again if it ends.

    * `serving`: set while the process is ready to serve.
    * `changed`: called when a new process was started, and again when that process is ready.
    """

    def __init__(self, name: str, start: Start, changed: Callable[[], None]) -> None:
        self.name, self._start, self._changed = name, start, changed
        self.serving = asyncio.Event()
        self.process: Process | None = None
        self._stopping = False
        self._watching: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The process id; None before the first start."""
        return self.process.pid if self.process else None

    async def start(self) -> None:
        """Starts the process and begins to watch it; raises ChildFailed if the first attempt fails."""
        await self._start_once()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Terminate the process; kill it if it has not ended after 20 seconds."""
        self._stopping = True
        if self._watching:
            self._watching.cancel()
        self.serving.clear()
        if self.process and self.process.returncode is None:
            self.process.terminate()
            try:
                await asyncio.wait_for(self.process.wait(), _STOP_SECONDS)
            except TimeoutError:
                print(
                    f"grapevine: {self.name} did not stop in {_STOP_SECONDS} s and is killed",
                    file=sys.stderr,
                )
                self.process.kill()
                await self.process.wait()

    async def _start_once(self) -> None:
        await self._start(self._spawned)
        self.serving.set()
        self._changed()

    def _spawned(self, process: Process) -> None:
        self.process = process
        self._changed()

    async def _watch(self) -> None:
        while self.process and not self._stopping:
            status = await self.process.wait()
            self.serving.clear()
            ending = f"signal {-status}" if status < 0 else f"status {status}"
            print(f"grapevine: {self.name} ended ({ending}); starting it again", file=sys.stderr)
            await self._start_again()

    async def _start_again(self) -> None:
        """Tries to start the process until it succeeds, with a growing pause after each failed
        attempt.
        """
        pause = _FIRST_PAUSE_SECONDS
        while not self._stopping:
            try:
                return await self._start_once()
            except ChildFailed as failure:
                print(f"grapevine: {failure}; trying again", file=sys.stderr)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
