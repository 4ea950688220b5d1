"""Logins as people write them into the field that asks who sent them (specification: spellings)."""

from collections.abc import Callable, Iterable

from shared.domain.members.spelling import bare_text


def login_spelling(login: str) -> str:
    """What every spelling of a login has in common; empty where it has no letter or digit."""
    return bare_text(login)


_SPELLINGS: tuple[Callable[[str], str], ...] = (
    str,
    str.strip,
    lambda login: login.strip().casefold(),
    login_spelling,
)
"""Ways to read a login, the strictest first."""


def choose_login(typed: str, logins: Iterable[str]) -> str | None:
    """The login that somebody means.

    Of several logins that are alike, the one that is told most exactly counts. Where none is told
    more exactly than another, nobody is meant.
    """
    known = list(logins)
    for spell in _SPELLINGS:
        fitting = [login for login in known if spell(login) == spell(typed)]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None
