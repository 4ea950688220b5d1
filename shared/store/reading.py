"""What one decision reads: fetched many at a time where they are known to be needed, singly where only a read tells."""

from shared.store.engine import Item
from shared.store.keys import Key
from shared.store.merged_reads import MergedReads

_merged = MergedReads()


class Reading:
    """Items read once for one decision; `rounds` counts the round trips."""

    def __init__(self) -> None:
        self._found: dict[tuple[type[Item], Key], Item | None] = {}
        self.rounds = 0

    def fetch(self, *wanted: tuple[type[Item], Key]) -> None:
        """Read in one round trip what was not read yet."""
        missing = [
            (kind, key) for kind, key in dict.fromkeys(wanted) if (kind, key) not in self._found
        ]
        if not missing:
            return
        found = _merged.read(missing)
        self.rounds += 1
        self._found.update({(kind, key): found.get(key) for kind, key in missing})

    def item[T: Item](self, kind: type[T], key: Key) -> T | None:
        self.fetch((kind, key))
        return self._found[kind, key]
