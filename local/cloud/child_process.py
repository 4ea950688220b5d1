"""A child process that is started again whenever it ends by itself."""

import asyncio
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable

_FIRST_PAUSE_SECONDS = 0.05
_LONGEST_PAUSE_SECONDS = 0.5
_STOP_SECONDS = 20


class ChildFailed(Exception):
    """A child that never came up; the message says which and how it ended."""


class ChildProcess:
    """Supervises one process.

    `start` runs it, hands it to the function that it is given as soon as it has a pid, and returns once it serves; it raises ChildFailed.
    `changed` is called whenever there is another process, and again when that one serves.
    """

    def __init__(
        self,
        name: str,
        start: Callable[[Callable[[Process], None]], Awaitable[None]],
        changed: Callable[[], None],
    ) -> None:
        self.name, self._start, self._changed = name, start, changed
        self.serving = asyncio.Event()
        self.process: Process | None = None
        self._stopping = False
        self._watching: asyncio.Task | None = None

    @property
    def pid(self) -> int | None:
        return self.process.pid if self.process else None

    async def start(self) -> None:
        """Raises ChildFailed when the first start does not succeed."""
        await self._up()
        self._watching = asyncio.create_task(self._watch())

    async def stop(self) -> None:
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

    async def _up(self) -> None:
        await self._start(self._born)
        self.serving.set()
        self._changed()

    def _born(self, process: Process) -> None:
        self.process = process
        self._changed()

    async def _watch(self) -> None:
        while not self._stopping:
            status = await self.process.wait()
            self.serving.clear()
            print(
                f"grapevine: {self.name} ended ({_ending(status)}); starting it again",
                file=sys.stderr,
            )
            await self._up_again()

    async def _up_again(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while not self._stopping:
            try:
                return await self._up()
            except ChildFailed as failure:
                print(f"grapevine: {failure}; trying again", file=sys.stderr)
                await asyncio.sleep(pause)
                pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _ending(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"
