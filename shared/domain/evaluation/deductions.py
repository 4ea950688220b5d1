"""Deductions: amounts that a block or an ended referral takes out of posted rewards (specification:
taken).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from shared.domain.evaluation.posted import PostedState
from shared.domain.evaluation.room import room_changes
from shared.domain.ledger.ledger import PostedReward
from shared.domain.programs.program import Program


class Deduction(NamedTuple):
    """An amount taken out of one reward. It permanently lowers what is due of that reward."""

    reward: PostedReward
    amount: int

    @property
    def after(self) -> PostedReward:
        return self.reward._replace(deducted=self.reward.deducted + self.amount)


def list_forfeits(rewards: Iterable[PostedReward], member: str, at: datetime) -> list[Deduction]:
    """The deductions when a member is blocked at `at`: all their rewards that are still pending
    then or held by a review (no date).
    """
    return [
        Deduction(reward, reward.net)
        for reward in rewards
        if reward.member == member
        and reward.net
        and (reward.available_on is None or reward.available_on > at)
    ]


def list_clawbacks(rewards: Iterable[tuple[PostedReward, int]], most: int) -> list[Deduction]:
    """The deductions when a referral ends: at most `most` minor units in total, taken in the order
    given.

    `rewards` holds pairs: a reward, and the most that may be taken out of it.
    """
    clawbacks = []
    for reward, left in rewards:
        amount = min(left, most)
        if amount > 0:
            clawbacks.append(Deduction(reward, amount))
            most -= amount
    return clawbacks


def apply_deductions(
    program: Program, posted: PostedState, deductions: Sequence[Deduction]
) -> tuple[PostedState, tuple[tuple[str, int], ...]]:
    """What an order has posted after the deductions, and the change of each advocate's used room."""
    changed = {deduction.reward.key: deduction.after for deduction in deductions}
    rewards = tuple(changed.get(reward.key, reward) for reward in posted.rewards)
    after = posted._replace(rewards=rewards)
    return after, room_changes(program.rules.max_per_advocate, posted, after)
