"""Computes the room that advocates have left under `max_per_advocate` (specification:
max-per-advocate).
"""

from collections.abc import Iterable

from shared.domain.evaluation.posted import FrozenOrder, PostedState
from shared.domain.ledger.ledger import PostedReward
from shared.domain.programs.program import Program
from shared.domain.programs.window import AdvocateLimit
from shared.domain.rewards.terms import AdvocateView, Terms


def room_left(
    program: Program, before: FrozenOrder, advocates: Iterable[AdvocateView]
) -> dict[str, int]:
    """The room of each advocate under the limit, in minor units. The rewards of this order itself
    are not counted as used.

    Rewards that the order still has from an earlier, wrong buyer do count as used.
    """
    limit = program.rules.max_per_advocate
    if limit is None:
        return {}
    terms = before.terms
    own = room_used(own_rewards(terms, before.rewards)) if limit.covers(terms.earned_at) else {}
    return {
        advocate.member: max(0, limit.amount - advocate.used + own.get(advocate.member, 0))
        for advocate in advocates
    }


def own_rewards(terms: Terms, rewards: Iterable[PostedReward]) -> list[PostedReward]:
    """The rewards that belong to the chain in the terms: same member at the same level."""
    chain = terms.chain
    return [
        reward
        for reward in rewards
        if 0 < reward.level <= len(chain) and chain[reward.level - 1].member == reward.member
    ]


def room_used(rewards: Iterable[PostedReward]) -> dict[str, int]:
    """The room that rewards use, by advocate, in minor units.

    Credit that expired unspent still uses its room, because it was earned (specification: lapsed).
    """
    used: dict[str, int] = {}
    for member, level, _, amount, deducted, _, _ in rewards:
        if level > 0:
            used[member] = used.get(member, 0) + amount - deducted
    return used


def room_changes(
    limit: AdvocateLimit | None, before: PostedState, after: PostedState
) -> tuple[tuple[str, int], ...]:
    """The change of each advocate's used room from `before` to `after`. Advocates without a change
    are left out.
    """
    if limit is None:
        return ()
    frozen = after if isinstance(after, FrozenOrder) else before
    if not isinstance(frozen, FrozenOrder) or not limit.covers(frozen.terms.earned_at):
        return ()
    changes = room_used(after.rewards)
    if before.rewards:
        for member, used in room_used(before.rewards).items():
            changes[member] = changes.get(member, 0) - used
    return tuple([change for change in changes.items() if change[1]])
