"""Reads of several decisions at once: while one request is under way, what others ask for is collected into the next."""

import threading
from collections.abc import Iterable

from botocore.exceptions import BotoCoreError, ClientError

from shared.store.engine import Item, TableBusy, read
from shared.store.keys import Key

type Wish = tuple[type[Item], Key]


class _Asked:
    """What one thread wants; `found` once it is there, `alone` where asking together failed."""

    __slots__ = ("alone", "found", "wishes")

    def __init__(self, wishes: Iterable[Wish]):
        self.wishes = set(wishes)
        self.found: dict[Key, Item] | None = None
        self.alone = False


class MergedReads:
    """Threads of one process share requests: a request costs more than the items in it, and orders of one batch want much the same."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[_Asked] = []
        self._under_way = False
        self._asking: int | None = None

    def read(self, wishes: Iterable[Wish]) -> dict[Key, Item]:
        """As `engine.read`; the answer may hold what others asked for, too. Whoever asks while asking does so alone."""
        if self._asking == threading.get_ident():
            return read(wishes)
        mine = _Asked(wishes)
        together = self._turn(mine)
        if together:
            self._ask(together)
        return read(mine.wishes) if mine.found is None else mine.found

    def _turn(self, mine: _Asked) -> list[_Asked]:
        """Those to ask for, where it is this thread's turn; nobody once somebody else has asked."""
        with self._changed:
            self._waiting.append(mine)
            while self._under_way and mine.found is None and not mine.alone:
                self._changed.wait()
            if mine.found is not None or mine.alone:
                return []
            together, self._waiting, self._under_way = self._waiting, [], True
            self._asking = threading.get_ident()
            return together

    def _ask(self, together: list[_Asked]) -> None:
        """Where that fails, each asks alone: what one asks wrongly is not the others' fault."""
        found = None
        try:
            found = read(set().union(*(asked.wishes for asked in together)))
        except (BotoCoreError, ClientError, TableBusy):
            if len(together) == 1:
                raise
        finally:
            with self._changed:
                for asked in together:
                    asked.found, asked.alone = found, found is None
                self._under_way, self._asking = False, None
                self._changed.notify_all()
