"""Counts wrong codes by the keyed hash of the internet address and by time window, in the
attributions table.
"""

from typing import NamedTuple

from shared.store import keys
from shared.store.engine import add_to
from shared.store.items import AttributionsItem, IntegerAttribute

KEPT_SECONDS = 300


class WrongCodeCountItem(AttributionsItem):
    """The number of wrong codes; right codes are not counted. The table deletes the item after
    `expires_at` (epoch seconds).
    """

    misses = IntegerAttribute()
    expires_at = IntegerAttribute()


class TooManyWrongCodes(Exception):
    """An internet address has used too many wrong codes."""


class WrongCodeLimit(NamedTuple):
    """The limit for wrong codes with one stem from one internet address in one window.

    * `key`: where wrong codes with this stem are counted.
    * `key_of_address`: where all wrong codes of this address are counted.
    * `key_of_all`: where all wrong codes of all addresses are counted.
    * `most`: an address with this many wrong codes is refused until `ends_at` (epoch seconds).
    """

    key: keys.Key
    key_of_address: keys.Key
    key_of_all: keys.Key
    most: int
    ends_at: int

    @property
    def item_request(self) -> tuple[type[WrongCodeCountItem], keys.Key]:
        """The request for the item that decides whether the address is refused."""
        return WrongCodeCountItem, self.key

    def check(self, item: WrongCodeCountItem | None) -> None:
        """Raises `TooManyWrongCodes` if the count in `item` has reached the limit."""
        if item is not None and item.misses >= self.most:
            raise TooManyWrongCodes


def count(key: keys.Key, times: int, ends_at: int) -> int:
    """Adds `times` wrong codes and returns the number in this window. `ends_at` is the end of the
    window (epoch seconds).
    """
    item = WrongCodeCountItem(*key)
    add_to(
        item,
        WrongCodeCountItem.misses.add(times),
        WrongCodeCountItem.expires_at.set(ends_at + KEPT_SECONDS),
    )
    return item.misses
