"""A check value of the pepper (the key of all keyed hashes) that was used in these tables, in the
programs table.
"""

from pynamodb.attributes import UnicodeAttribute

from shared.store import keys
from shared.store.engine import Write, find, write
from shared.store.items import ABSENT, ProgramsItem


class PepperCheckItem(ProgramsItem):
    """The check value, written once. The pepper cannot be computed from it."""

    check = UnicodeAttribute()


def find_pepper_check() -> str | None:
    """The stored check value of the pepper; `None` if no hash was stored yet."""
    item = find(PepperCheckItem, keys.PEPPER_CHECK)
    return item.check if item else None


def keep_pepper_check(check: str) -> None:
    """Stores the check value of the pepper (the key of all keyed hashes), by which a wrong pepper
    is noticed later. Raises `WriteConflict` if one is stored.
    """
    write([Write(PepperCheckItem(*keys.PEPPER_CHECK, check=check), ABSENT)])
