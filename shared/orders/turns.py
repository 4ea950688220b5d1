"""Orders that reward the same advocate are evaluated one after the other within a process (decision
238).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_WAIT_SECONDS = 5.0
MOST_REMEMBERED = 1_000
"""Names of which the last turn is remembered. One that is forgotten costs at most a conflict."""
type Lock = threading.RLock


class Turns:
    """A lock for each name, so that only one thread at a time has the name's turn. It is kept only
    while a thread holds it or waits for it.

    Turns only avoid conflicts; the data are safe without them. A thread that has waited
    `longest_wait` seconds goes on without the turn. `ended` counts the turns of all names that have
    ended.
    """

    def __init__(self, longest_wait: float = LONGEST_WAIT_SECONDS) -> None:
        self.ended = 0
        self._longest_wait = longest_wait
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[Lock, int]] = {}
        self._last: dict[str, int] = {}

    @contextmanager
    def take(self, name: str | None, since: int) -> Iterator[bool]:
        """Waits until no other thread has the name's turn, and holds the turn during the block. If
        `name` is `None`, or the thread has the turn already, nobody waits.

        `since` is the value of `ended` when the caller read its data. Yields true if a turn of this
        name has ended since then: the data may then be outdated and must be read again.
        """
        if name is None:
            yield False
            return
        lock = self._join(name)
        in_turn = lock.acquire(timeout=self._longest_wait)
        try:
            yield self._last.get(name, 0) > since
        finally:
            self._note_end(name)
            if in_turn:
                lock.release()
            self._leave(name)

    def _join(self, name: str) -> Lock:
        with self._guard:
            lock, users = self._locks.get(name) or (threading.RLock(), 0)
            self._locks[name] = lock, users + 1
            return lock

    def _note_end(self, name: str) -> None:
        with self._guard:
            if len(self._last) >= MOST_REMEMBERED:
                self._last.clear()
            self.ended += 1
            self._last[name] = self.ended

    def _leave(self, name: str) -> None:
        with self._guard:
            lock, users = self._locks.pop(name)
            if users > 1:
                self._locks[name] = lock, users - 1
