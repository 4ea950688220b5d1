"""The friend's discount as a platform must grant it (specification: connected-platforms)."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from shared.domain.money import percent_text
from shared.domain.programs.program import Program
from shared.domain.programs.reward_fields import Discount

OUR_TITLE = "Grapevine: "
"""How the name of each offer of ours begins at a platform."""
LONGEST_TITLE = 200


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """A program's discount for friends, valid from `since`. Amounts are in `currency`, the
    program's.
    """

    title: str
    currency: str
    discount: Discount
    new_customers_only: bool
    since: datetime

    @property
    def mark(self) -> str:
        """A text that differs if the terms differ. It shows whether a platform's discount is out of
        date.
        """
        reward = self.discount.reward
        taken = percent_text(reward.parts) if reward.fixed is None else f"={reward.fixed}"
        bounds = f"{self.discount.most or ''}|{self.discount.minimum_order or ''}"
        return f"{taken}|{bounds}|{self.currency}|{self.new_customers_only}|{self.title}"

    @property
    def own_offer(self) -> str:
        """The id of the offer, for platforms where each code contains the terms itself. It is made
        from the terms, so an offer with other terms has another id.
        """
        return f"terms-{hashlib.sha256(self.mark.encode()).hexdigest()[:12]}"


def offer_terms_of(program: Program, since: datetime) -> OfferTerms | None:
    """The discount of a program; `None` if it has none."""
    discount = program.friend.discount
    if discount is None:
        return None
    title = f"{OUR_TITLE}{program.name}"[:LONGEST_TITLE]
    return OfferTerms(title, program.currency, discount, program.friend.new_customers_only, since)
