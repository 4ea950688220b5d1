"""The parts of an order's rewards that expired unspent (specification: lapsed)."""

from collections.abc import Mapping

from shared.domain.evaluation.decision import Decision, Evaluated, Withdrawn
from shared.domain.evaluation.moving import Left
from shared.domain.ledger.ledger import Lapse, RewardDelta, expiry_date
from shared.domain.ledger.lots import lapse_of
from shared.domain.ledger.owner import Owner
from shared.domain.rewards.reward import RewardKey
from shared.orders.context import OrderContext
from shared.store.ledger.merges import list_merged
from shared.store.ledger.reward_lots import lots_of_reward


def load_lapses(context: OrderContext, decision: Decision | Left) -> Mapping[RewardKey, Lapse]:
    """What expired unspent of this order's rewards, by reward. Only rewards that the decision
    changes, and whose credit may have expired by now, are looked up.
    """
    if not isinstance(decision, Evaluated | Withdrawn | Left):
        return {}
    lapses: dict[RewardKey, Lapse] = {}
    ended = [delta.reward for delta in decision.deltas if _has_ended(context, delta)]
    merged = list_merged() if ended else {}
    for reward in ended:
        lots = lots_of_reward(Owner(reward.member, context.program.currency), merged)
        if lapse := lapse_of(lots, context.order.id, reward):
            lapses[reward.key] = lapse
    return lapses


def _has_ended(context: OrderContext, delta: RewardDelta) -> bool:
    """Whether credit of a reward that was posted earlier may have expired already."""
    account = context.accounts[Owner(delta.reward.member, context.program.currency)]
    now = max(context.at, account.matured_to or context.at)
    expires_at = expiry_date(context.program, delta.reward.available_on)
    was_posted = delta.reward.posted != delta.amount
    return was_posted and expires_at is not None and expires_at <= now
