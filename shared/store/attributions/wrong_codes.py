"""How many codes that nobody shares were asked for, by a keyed hash of the address and by window, in the attributions table."""

from typing import NamedTuple

from pynamodb.attributes import NumberAttribute

from shared.store import keys
from shared.store.engine import AttributionsItem, Item, Write

KEPT_SECONDS = 300


class WrongCodeCountItem(AttributionsItem):
    """Written for misses alone; `expires_at` is the table's time to live."""

    misses = NumberAttribute()
    expires_at = NumberAttribute()


class TooManyWrongCodes(Exception):
    """Whoever asks has asked for too many codes that nobody shares."""


class Asker(NamedTuple):
    """An address in a window that ends at a second of the epoch, where its misses are counted, and how many are borne."""

    place: keys.Key
    everybody: keys.Key
    most: int
    ends_at: int

    @property
    def wanted(self) -> tuple[type[Item], keys.Key]:
        """What a read fetches along that must know whether the asker is limited."""
        return WrongCodeCountItem, self.place

    def check(self, item: WrongCodeCountItem | None) -> None:
        """Raises `TooManyWrongCodes`."""
        if item is not None and item.misses >= self.most:
            raise TooManyWrongCodes

    def allowed(self) -> Write:
        """The same as a condition of a transaction."""
        few = WrongCodeCountItem.pk.does_not_exist() | (WrongCodeCountItem.misses < self.most)
        return Write(WrongCodeCountItem(*self.place), few, check_only=True)


def add(place: keys.Key, misses: int, ends_at: int) -> int:
    """How many there are, these included."""
    item = WrongCodeCountItem(*place)
    item.update(
        [
            WrongCodeCountItem.misses.add(misses),
            WrongCodeCountItem.expires_at.set(ends_at + KEPT_SECONDS),
        ]
    )
    return int(item.misses)
