"""One grapevine for each data folder."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_WAIT_SECONDS = 30
_LOOK_SECONDS = 0.05


class FolderUnusable(Exception):
    """The folder cannot be worked on; the message says why and what to do."""


@contextmanager
def lock_folder(folder: Path) -> Iterator[int]:
    """The lock as a file descriptor. The kernel drops it with the last process that holds it, so none is ever stale.

    The engine holds it too: after a supervisor that was killed, its engine still writes, and the next start waits for that.
    """
    with _opened(folder) as lock:
        _acquire(lock, folder)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock.fileno()


def _opened(folder: Path) -> IO[str]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return (folder / "lock").open("a+")
    except OSError as problem:
        raise FolderUnusable(
            f"{folder} cannot be written ({problem.strerror}); choose another folder with --data"
        ) from None


def _acquire(lock: IO[str], folder: Path) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            return fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            owner = lock.read().strip()
            if _lives(owner) or time.monotonic() > deadline:
                told = f"{folder} is in use by another grapevine (process {owner}); stop it or choose another --data"
                raise FolderUnusable(told) from None
            time.sleep(_LOOK_SECONDS)


def _lives(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
