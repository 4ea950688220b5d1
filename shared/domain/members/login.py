"""Logins as people type them into a field such as "who sent you?" (specification: spellings)."""

from collections.abc import Callable, Iterable

from shared.domain.members.spelling import bare_text


def login_spelling(login: str) -> str:
    """The normal form of a login, equal for all its spellings. Empty if the login has no letter or
    digit.
    """
    return bare_text(login)


_SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.strip,
    lambda login: login.strip().casefold(),
    login_spelling,
)
"""Ways to compare logins, the strictest first."""


def choose_login(typed: str, logins: Iterable[str]) -> str | None:
    """The login that the typed text means; `None` if there is none, or if it is unclear which.

    The strictest comparison that finds any login decides. If it finds several, the result is
    `None`.
    """
    known = list(logins)
    for spell in _SPELLINGS:
        fitting = [login for login in known if spell(login) == spell(typed)]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None
