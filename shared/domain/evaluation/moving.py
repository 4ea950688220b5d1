"""An order that turns out to be another buyer's (specification: another-buyer).

It leaves the wrong buyer first: everything that it posted goes back. Then it is evaluated for the
right one like an order that earns for the first time, under the program version that it had.
"""

from collections.abc import Mapping
from typing import NamedTuple

from shared.domain.evaluation.decision import WAITING, rewards_after
from shared.domain.evaluation.posted import FrozenOrder, OpenOrder
from shared.domain.evaluation.room import room_changes
from shared.domain.ledger.ledger import NO_LAPSES, DateShift, Lapse, RewardDelta, reward_deltas
from shared.domain.orders.facts import OrderFacts
from shared.domain.programs.program import Program
from shared.domain.rewards.reward import RewardKey
from shared.domain.rewards.terms import Terms

BUYER_CHANGED = "buyer_changed"


class Left(NamedTuple):
    """What an order takes back from everybody of its old `terms`; `posted` is open again."""

    posted: OpenOrder
    terms: Terms
    deltas: tuple[RewardDelta, ...]
    volume: int
    payments: int
    used: tuple[tuple[str, int], ...]

    @property
    def state(self) -> str:
        return WAITING

    @property
    def parked(self) -> None:
        return None

    @property
    def date_shifts(self) -> tuple[DateShift, ...]:
        return ()


def names_another_buyer(known: OrderFacts, merged: OrderFacts) -> bool:
    """Whether an update may have changed who bought; only looking the buyer up says for sure."""
    if merged.test:
        return False
    return _named(known) != _named(merged)


def _named(order: OrderFacts) -> str | None:
    """The shop's id goes before an address."""
    return order.customer or order.email_hash


def leave_buyer(
    program: Program, before: FrozenOrder, lapses: Mapping[RewardKey, Lapse] = NO_LAPSES
) -> Left:
    """The order without its buyer; what was deducted of a reward for good stays known."""
    deltas = tuple(reward_deltas((), before.rewards, lapses=lapses))
    rewards = rewards_after(before.rewards, deltas)
    left = tuple(reward for reward in rewards if reward.posted or reward.deducted)
    after = OpenOrder(left, version=before.terms.version, past=before.terms.past)
    used = room_changes(program.rules.max_per_advocate, before, after)
    return Left(after, before.terms, deltas, -before.volume, -before.slot, used)
