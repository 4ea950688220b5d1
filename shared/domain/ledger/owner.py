"""Whose credit it is."""

from typing import NamedTuple


class Owner(NamedTuple):
    """One member (internal id) in one currency: together they name an account."""

    member: str
    currency: str

    def __str__(self) -> str:
        return f"{self.member}/{self.currency}"
