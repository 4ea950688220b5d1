"""The lock of a data folder, so that only one `grapevine run` uses the folder at a time."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_WAIT_SECONDS = 30
_POLL_SECONDS = 0.05


class FolderUnusable(Exception):
    """The data folder cannot be used; the message says why and what to do."""


@contextmanager
def lock_folder(folder: Path) -> Iterator[int]:
    """Holds the lock of the folder during the block, and yields it as a file descriptor.

    The folder is created if it is missing. The kernel releases the lock when the last process that
    holds it ends, so a lock is never stale. The engine holds the lock too: if a supervisor was
    killed, its engine may still write, and the next start waits up to 30 seconds for the engine to
    end. Raises FolderUnusable.
    """
    with _open(folder) as lock:
        _acquire(lock, folder)
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield lock.fileno()


def _open(folder: Path) -> IO[str]:
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
            if _is_alive(owner) or time.monotonic() > deadline:
                raise FolderUnusable(
                    f"{folder} is in use by another grapevine (process {owner});"
                    " stop it or choose another --data"
                ) from None
            time.sleep(_POLL_SECONDS)


def _is_alive(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
