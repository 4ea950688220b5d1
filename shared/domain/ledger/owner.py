"""The owner of an account."""

from typing import NamedTuple


class Owner(NamedTuple):
    """One member (internal id) and one currency, which together identify an account."""

    member: str
    currency: str

    def __str__(self) -> str:
        return f"{self.member}/{self.currency}"
