"""What an order has posted so far: with frozen terms, or open (specification: order-states)."""

from typing import NamedTuple

from shared.domain.ledger.ledger import PostedReward
from shared.domain.rewards.terms import Terms


class OpenOrder(NamedTuple):
    """An order whose terms are not frozen.

    It has posted nothing yet, or it was reopened: then it keeps what it had posted for its buyer,
    and the program `version` that it earned under. A `past` one counts and earns nothing.
    """

    rewards: tuple[PostedReward, ...] = ()
    volume: int = 0
    slot: bool = False
    version: int | None = None
    past: bool = False


class FrozenOrder(NamedTuple):
    """An order with its frozen terms and what it has posted so far.

    `volume` is what it gave the level 1 advocate, `slot` whether it is a counted order.
    """

    terms: Terms
    rewards: tuple[PostedReward, ...] = ()
    volume: int = 0
    slot: bool = False

    def reopen(self) -> OpenOrder:
        """This order without its terms: the next evaluation freezes new ones."""
        terms = self.terms
        return OpenOrder(self.rewards, self.volume, self.slot, terms.version, terms.past)


type PostedState = OpenOrder | FrozenOrder
