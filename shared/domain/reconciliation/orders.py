"""Compares an order with what is due, and with the list of reviews (specification: verify)."""

from collections.abc import Callable, Container, Iterator
from functools import partial

from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.evaluation.room import own_rewards
from shared.domain.ledger.ledger import RewardDelta, reward_deltas
from shared.domain.ledger.lots import Lots, lapse_of
from shared.domain.ledger.owner import Owner
from shared.domain.orders.facts import OrderFacts
from shared.domain.programs.program import Program
from shared.domain.reconciliation.books import BookedOrder, Difference
from shared.domain.rewards.reward import NoExchangeRate, RewardOutcome, compute_rewards

type LotsOf = Callable[[Owner], Lots]
"""Returns the lots of an account, from its whole history."""


def compare_order(
    order: BookedOrder, program_of: Callable[[int], Program], lots_of: LotsOf
) -> Iterator[Difference]:
    """Compares an order with what it should earn. An order without terms is skipped, and so is one
    that now has no exchange rate.
    """
    facts, posted = order
    if not isinstance(posted, FrozenOrder):
        return
    program = program_of(posted.terms.version)
    try:
        outcome = RewardOutcome(0)
        if not facts.test:
            outcome = compute_rewards(facts, program, posted.terms, _room(program, posted))
    except NoExchangeRate:
        return
    for delta in _deltas(facts, posted, outcome, partial(_lots_in, program.currency, lots_of)):
        where = f"{facts.id}/{delta.reward.member}/{delta.reward.level}"
        yield Difference("amount still to be posted for a reward", where, 0, delta.amount)
    if (outcome.volume, outcome.slot) != (posted.volume, posted.slot):
        yield Difference(
            "volume of an order, and whether it is a counted order",
            facts.id,
            [outcome.volume, outcome.slot],
            [posted.volume, posted.slot],
        )


def _lots_in(currency: str, lots_of: LotsOf, member: str) -> Lots:
    return lots_of(Owner(member, currency))


def _deltas(
    facts: OrderFacts, posted: FrozenOrder, outcome: RewardOutcome, lots_of: Callable[[str], Lots]
) -> list[RewardDelta]:
    """What an order should still post. Lots are loaded only if they can make a difference: where
    something is due less than posted, or stays posted because it expired.
    """
    plain = reward_deltas(outcome.dues, posted.rewards)
    if not plain and not any(reward.lapsed for reward in posted.rewards):
        return []
    lapses = {
        reward.key: lapse
        for reward in posted.rewards
        if (lapse := lapse_of(lots_of(reward.member), facts.id, reward))
    }
    return reward_deltas(outcome.dues, posted.rewards, lapses=lapses)


def _room(program: Program, posted: FrozenOrder) -> dict[str, int]:
    """The room under which the order's rewards were computed: what it has posted itself.

    Room that other orders freed later must not raise its rewards. Deductions are not subtracted,
    because they are part of what is due.
    """
    limit, terms = program.rules.max_per_advocate, posted.terms
    if limit is None or not limit.covers(terms.earned_at):
        return {}
    own = own_rewards(terms, posted.rewards)
    due = {reward.member: reward.posted - reward.lapsed for reward in own}
    return {advocate.member: due.get(advocate.member, 0) for advocate in terms.chain}


def compare_review(order: BookedOrder, reviews: Container[str]) -> Iterator[Difference]:
    """A difference if a review holds rewards of the order and the list of reviews lacks the order."""
    facts, posted = order
    waits = any(reward.net for reward in posted.rewards if reward.available_on is None)
    if (
        isinstance(posted, FrozenOrder)
        and posted.terms.under_review
        and waits
        and facts.id not in reviews
    ):
        yield Difference("order under review is in the list of reviews", facts.id, True, False)
