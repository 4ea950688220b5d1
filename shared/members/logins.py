"""Members by their logins, however people write them (specification: spellings)."""

from shared.domain.members.login import choose_login, login_spelling
from shared.store import keys
from shared.store.attributions import members
from shared.store.attributions.members import PointerItem
from shared.store.engine import ItemRequest
from shared.store.reading import Reading


def login_key(typed: str) -> ItemRequest:
    """The item that answers at once where a login is told exactly."""
    return PointerItem, keys.login(typed)


def find_login(reading: Reading, typed: str) -> str | None:
    """The id of the member whose login somebody typed; `None` where it means nobody.

    It takes a round trip more where the login is not told exactly.
    """
    exact = reading.item(PointerItem, keys.login(typed))
    if exact is not None:
        return exact.member
    if not login_spelling(typed):
        return None
    alike = members.find_logins_like(typed)
    chosen = choose_login(typed, alike)
    return alike[chosen] if chosen else None
