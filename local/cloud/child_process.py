"""A child process that is started again whenever it ends by itself."""

import asyncio
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable

_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 0.5
_STOP_SECONDS = 20

type Spawned = Callable[[Process], None]
type Start = Callable[[Spawned], Awaitable[None]]
"""Starts a process, passes it to the callback, and returns once it serves or raises ChildFailed."""


class ChildFailed(Exception):
    """A child did not come up; the message says which one and how it ended."""


class ChildProcess:
    """Supervises one process.

    `serving` is set while the process serves. `changed` is called when another process was started,
    and again when it serves.
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
        """Start the process; raises ChildFailed where the first attempt fails."""
        await self._start_once()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Terminate the process, and kill it where it does not end in time."""
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
        """Start the process, after a pause for each attempt that failed, until one succeeds."""
        pause = _FIRST_PAUSE_SECONDS
        while not self._stopping:
            try:
                return await self._start_once()
            except ChildFailed as failure:
                print(f"grapevine: {failure}; trying again", file=sys.stderr)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)
