"""The items that one decision reads, and how decisions in several threads share their read
requests.
"""

import threading
from collections.abc import Iterable

from botocore.exceptions import BotoCoreError, ClientError

from shared.store.engine import FoundItems, ItemRequest, TableBusy, read
from shared.store.items import Item, UnreadableItem
from shared.store.keys import Key


class _Caller:
    """The requests of one thread, and the items found for them.

    `found` is `None` until they are read. `alone` says that the shared read failed, so this thread
    must read by itself.
    """

    __slots__ = ("alone", "found", "requests")

    def __init__(self, requests: Iterable[ItemRequest]):
        self.requests = set(requests)
        self.found: FoundItems | None = None
        self.alone = False


class MergedReads:
    """Merges the reads of several threads into one round trip. While one read is running, the
    requests of other threads are collected for the next.

    A round trip costs more than the items in it, and the orders of one batch need mostly the same
    items.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: list[_Caller] = []
        self._under_way = False
        self._reader: int | None = None

    def read(self, requests: Iterable[ItemRequest]) -> FoundItems:
        """Like `engine.read`, but the result may also contain items that other threads requested.

        If the thread is already reading for others, it reads these items in a separate request.
        """
        if self._reader == threading.get_ident():
            return read(requests)
        caller = _Caller(requests)
        callers = self._take_turn(caller)
        if callers:
            self._read_for(callers)
        return read(caller.requests) if caller.found is None else caller.found

    def _take_turn(self, caller: _Caller) -> list[_Caller]:
        """Waits until another thread has read for this caller or it is this thread's turn to read.
        Returns the callers to read for; empty if the wait ended because another thread has read.
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
        """Reads for all callers. If that fails, each caller reads by itself, so that no caller
        fails because of another's request.
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
    """The items that one decision has read. Each item is read once; `rounds` counts the round
    trips.
    """

    def __init__(self) -> None:
        self._found: dict[ItemRequest, Item | None] = {}
        self.rounds = 0

    def fetch(self, *requests: ItemRequest) -> None:
        """Reads those of the items that have not been read yet, in one round trip for each hundred.
        Raises as `engine.read` does.
        """
        missing = [request for request in dict.fromkeys(requests) if request not in self._found]
        if not missing:
            return
        found = _merged.read(missing)
        self.rounds += 1
        self._found.update({(kind, key): found.get(kind, key) for kind, key in missing})

    def has(self, kind: type[Item], key: Key) -> bool:
        """Whether the item has been read already, even if it does not exist."""
        return (kind, key) in self._found

    def item[T: Item](self, kind: type[T], key: Key) -> T | None:
        """An item, read first if it was not fetched; `None` if it does not exist."""
        self.fetch((kind, key))
        item = self._found[kind, key]
        return item if isinstance(item, kind) else None
