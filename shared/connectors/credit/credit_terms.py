"""What a platform is told of a credit code."""

from datetime import datetime
from typing import NamedTuple


class CreditTerms(NamedTuple):
    """A code that takes `amount` off one order, in minor units of `currency`.

    * `minimum`: the least items total of that order; `None` for no limit.
    * `customer`: the member's id at the shop, which may be the store's id of a customer.
    * `email`: the member's e-mail address.
    """

    text: str
    amount: int
    currency: str
    minimum: int | None
    since: datetime
    ends_at: datetime
    customer: str
    email: str | None

    @property
    def title(self) -> str:
        return title_of(self.text)


def title_of(text: str) -> str:
    """What the shop's staff reads at the platform for a credit code. It names nobody."""
    return f"Grapevine credit {text}"
