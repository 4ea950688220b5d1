"""The check value of the pepper that these tables were written with, in the programs table."""

from pynamodb.attributes import UnicodeAttribute

from shared.store import keys
from shared.store.engine import Write, find, write
from shared.store.items import ABSENT, ProgramsItem


class PepperCheckItem(ProgramsItem):
    """Stands as it was first written; it tells nothing of the pepper itself."""

    check = UnicodeAttribute()


def find_pepper_check() -> str | None:
    """`None` before anything was kept under a hash."""
    item = find(PepperCheckItem, keys.PEPPER_CHECK)
    return item.check if item else None


def keep_pepper_check(check: str) -> None:
    """Keeps the value where there is none; raises `WriteConflict` where another was first."""
    write([Write(PepperCheckItem(*keys.PEPPER_CHECK, check=check), ABSENT)])
