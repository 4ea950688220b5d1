"""How many codes that nobody shares were asked for, by a keyed hash of the address and by window,
in the attributions table.
"""

from typing import NamedTuple

from shared.store import keys
from shared.store.engine import Check, Write, add_to
from shared.store.items import ABSENT, AttributionsItem, IntegerAttribute

KEPT_SECONDS = 300


class WrongCodeCountItem(AttributionsItem):
    """Good codes are never counted; `expires_at` (epoch seconds) is the table's time to live."""

    misses = IntegerAttribute()
    expires_at = IntegerAttribute()


class TooManyWrongCodes(Exception):
    """This address has asked for too many codes that nobody shares."""


class WrongCodeLimit(NamedTuple):
    """How many wrong codes with one stem an internet address may ask for in a window.

    They are counted at `key`, those of all stems at `key_of_address`, those of all addresses at
    `key_of_all`. An address that has `most` is refused until `ends_at` (epoch seconds).
    """

    key: keys.Key
    key_of_address: keys.Key
    key_of_all: keys.Key
    most: int
    ends_at: int

    @property
    def item_request(self) -> tuple[type[WrongCodeCountItem], keys.Key]:
        """The item that tells whether the address is refused."""
        return WrongCodeCountItem, self.key

    def check(self, item: WrongCodeCountItem | None) -> None:
        """Raises `TooManyWrongCodes`."""
        if item is not None and item.misses >= self.most:
            raise TooManyWrongCodes

    def check_allowed(self) -> Write:
        """The condition of a transaction that the address is not refused."""
        few = ABSENT | (WrongCodeCountItem.misses < self.most)
        return Check(WrongCodeCountItem(*self.key), few)


def count(key: keys.Key, times: int, ends_at: int) -> int:
    """Count wrong codes in a window that ends at `ends_at` (epoch seconds), and return how many
    there are now.
    """
    item = WrongCodeCountItem(*key)
    add_to(
        item,
        WrongCodeCountItem.misses.add(times),
        WrongCodeCountItem.expires_at.set(ends_at + KEPT_SECONDS),
    )
    return item.misses
