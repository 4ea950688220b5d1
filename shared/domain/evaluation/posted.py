"""What an order has posted so far (specification: order-states). An order is open, or frozen with
its terms.
"""

from typing import NamedTuple

from shared.domain.ledger.ledger import PostedReward
from shared.domain.rewards.terms import Terms


class OpenOrder(NamedTuple):
    """An order without frozen terms.

    It has never earned, was reopened, or has left a wrong buyer. A reopened order keeps the
    rewards, the volume and the slot that it had posted, and the program `version` under which it
    earned. A `past` order was bought before the shop used Grapevine: it is counted, but earns
    nothing.
    """

    rewards: tuple[PostedReward, ...] = ()
    volume: int = 0
    slot: bool = False
    version: int | None = None
    past: bool = False


class FrozenOrder(NamedTuple):
    """An order with its frozen terms and what it has posted so far.

    * `volume`: what the order added to the volume of the level 1 advocate, in minor units.
    * `slot`: whether it is one of the friend's counted orders.
    """

    terms: Terms
    rewards: tuple[PostedReward, ...] = ()
    volume: int = 0
    slot: bool = False

    def reopen(self) -> OpenOrder:
        """This order without its terms. The next evaluation freezes new terms."""
        terms = self.terms
        return OpenOrder(self.rewards, self.volume, self.slot, terms.version, terms.past)


type PostedState = OpenOrder | FrozenOrder
