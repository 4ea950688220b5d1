"""Finds members by their logins, even if a login is typed with other capitals or spaces
(specification: spellings).
"""

from shared.domain.members.login import choose_login, login_spelling
from shared.store import keys
from shared.store.attributions import members
from shared.store.attributions.members import PointerItem
from shared.store.engine import ItemRequest
from shared.store.reading import Reading


def login_key(typed: str) -> ItemRequest:
    """The item that finds a member if the login is typed exactly."""
    return PointerItem, keys.login(typed)


def find_login(reading: Reading, typed: str) -> str | None:
    """The id of the member whose login was typed; `None` if no login fits, or if several fit
    equally well.

    Costs one more round trip if the login is not typed exactly.
    """
    exact = reading.item(PointerItem, keys.login(typed))
    if exact is not None:
        return exact.member
    if not login_spelling(typed):
        return None
    alike = members.find_logins_like(typed)
    chosen = choose_login(typed, alike)
    return alike[chosen] if chosen else None
