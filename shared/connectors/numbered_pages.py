"""Reads lists that a platform serves in numbered pages, oldest first, while people are deleted.

Whoever comes after a deleted person moves one place towards the first page. So the pages are read
from the last to the first: people move to pages that are still to be read, and nobody is skipped.
Somebody may be read twice, which changes nothing.
"""

from collections.abc import Sequence

from shared.connectors.connector import CustomerPage, StoreCustomer

_UP, _DOWN = "up", "down"
"""The last page is looked for; pages before it are read."""


def page_number(after: str | None) -> int:
    """The page that a cursor asks for. Any cursor that is not ours begins anew, at the first page."""
    return _place(after)[1]


def numbered_page(customers: Sequence[StoreCustomer], after: str | None, last: int) -> CustomerPage:
    """What was read with the cursor `after`, and the cursor of the next page. `last` is the number
    of the last page, or of the last one that is known. While a later page than this one is known,
    nobody is read.
    """
    way, number = _place(after)
    if way == _UP and last > number:
        return CustomerPage((), f"{_UP}:{last}")
    return CustomerPage(customers, f"{_DOWN}:{number - 1}" if number > 1 else None)


def _place(after: str | None) -> tuple[str, int]:
    way, _, number = (after or "").partition(":")
    return (way, int(number)) if way in (_UP, _DOWN) else (_UP, 1)
