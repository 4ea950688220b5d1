"""Orders that reward the same advocate are evaluated one after the other within a process (decision
238).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock for each name, kept only while somebody holds it or waits for it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def take(self, name: str | None) -> Iterator[bool]:
        """Waits until no other thread has the name's turn; without a name nobody waits. Yields
        whether it had to wait, so that what was read before may be old.
        """
        if name is None:
            yield False
            return
        lock = self._join(name)
        waited = not lock.acquire(blocking=False)
        try:
            if waited:
                lock.acquire()
            yield waited
        finally:
            lock.release()
            self._leave(name)

    def _join(self, name: str) -> threading.Lock:
        with self._guard:
            lock, users = self._locks.get(name) or (threading.Lock(), 0)
            self._locks[name] = lock, users + 1
            return lock

    def _leave(self, name: str) -> None:
        with self._guard:
            lock, users = self._locks.pop(name)
            if users > 1:
                self._locks[name] = lock, users - 1
