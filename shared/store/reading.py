"""What one decision reads, and how decisions that are made at once share their requests."""

import threading
from collections.abc import Iterable

from botocore.exceptions import BotoCoreError, ClientError

from shared.store.engine import FoundItems, ItemRequest, TableBusy, read
from shared.store.items import Item, UnreadableItem
from shared.store.keys import Key


class _Caller:
    """One thread's requests, and the items found for it.

    `found` stays `None` until they are read; `alone` says that reading them together with others
    failed.
    """

    __slots__ = ("alone", "found", "requests")

    def __init__(self, requests: Iterable[ItemRequest]):
        self.requests = set(requests)
        self.found: FoundItems | None = None
        self.alone = False


class MergedReads:
    """Reads of several threads in one round trip: while one is under way, the requests of others
    are collected into the next.

    A round trip costs more than the items in it, and orders of one batch need much the same items.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[_Caller] = []
        self._under_way = False
        self._reader: int | None = None

    def read(self, requests: Iterable[ItemRequest]) -> FoundItems:
        """Like `engine.read`, but other threads' items may be among those found.

        A thread that reads already reads alone.
        """
        if self._reader == threading.get_ident():
            return read(requests)
        caller = _Caller(requests)
        callers = self._take_turn(caller)
        if callers:
            self._read_for(callers)
        return read(caller.requests) if caller.found is None else caller.found

    def _take_turn(self, caller: _Caller) -> list[_Caller]:
        """Wait until another thread has read for this caller (returns nobody), or this thread reads
        for all who wait (returns them).
        """
        with self._changed:
            self._waiting.append(caller)
            while self._under_way and caller.found is None and not caller.alone:
                self._changed.wait()
            if caller.found is not None or caller.alone:
                return []
            callers, self._waiting, self._under_way = self._waiting, [], True
            self._reader = threading.get_ident()
            return callers

    def _read_for(self, callers: list[_Caller]) -> None:
        """Read for all callers; where that fails each reads alone, so that nobody fails by
        another's request.
        """
        found = None
        try:
            found = read(set().union(*(caller.requests for caller in callers)))
        except (BotoCoreError, ClientError, TableBusy, UnreadableItem):
            if len(callers) == 1:
                raise
        finally:
            with self._changed:
                for caller in callers:
                    caller.found, caller.alone = found, found is None
                self._under_way, self._reader = False, None
                self._changed.notify_all()


_merged = MergedReads()


class Reading:
    """Items that one decision has read, each once; `rounds` counts the round trips."""

    def __init__(self) -> None:
        self._found: dict[ItemRequest, Item | None] = {}
        self.rounds = 0

    def fetch(self, *requests: ItemRequest) -> None:
        """Read in one round trip what was not read yet."""
        missing = [request for request in dict.fromkeys(requests) if request not in self._found]
        if not missing:
            return
        found = _merged.read(missing)
        self.rounds += 1
        self._found.update({(kind, key): found.get(kind, key) for kind, key in missing})

    def item[T: Item](self, kind: type[T], key: Key) -> T | None:
        """An item, from what was fetched or by a read of its own; `None` where there is none."""
        self.fetch((kind, key))
        item = self._found[kind, key]
        return item if isinstance(item, kind) else None
