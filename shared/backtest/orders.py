"""One order of a backtest: what is known of it, and what it did."""

from collections.abc import Iterator
from datetime import datetime

from shared.backtest.people import BacktestMember, People
from shared.domain.evaluation.decision import NOTHING_POSTED, FrozenOrder, PostedState, reopens
from shared.domain.orders.facts import TICK, OrderFacts, merge_facts, restamp
from shared.domain.rewards.reward import RewardOutcome


class BacktestOrder:
    """One order of a backtest: what is known of it, and what it did. `again` says that the history tells of it once more."""

    __slots__ = ("again", "at", "buyer", "order", "outcome", "parked", "posted", "tellings")

    def __init__(self, told: OrderFacts, at: datetime):
        self.order = told
        self.at = at
        self.tellings: dict[datetime, int] | None = None
        self.buyer: BacktestMember | None = None
        self.posted: PostedState = NOTHING_POSTED
        self.outcome: RewardOutcome | None = None
        self.parked: str | None = None
        self.again = True

    def learn(self, told: OrderFacts, at: datetime) -> None:
        """Merge one more telling; of two lines at one instant the later line is the newer."""
        if self.tellings is None:
            self.tellings = {self.at: 0}
        earlier = self.tellings[at] = self.tellings.get(at, -1) + 1
        if earlier:
            told = restamp(told, at + earlier * TICK)
        known, self.order = self.order, merge_facts(self.order, told)
        posted = self.posted
        if isinstance(posted, FrozenOrder) and reopens(posted.terms, known, self.order):
            self.posted = posted.reopen()


def rewards_of(sale: BacktestOrder, crowd: People) -> Iterator[dict]:
    """The rewards of an order as they stand, rows of 0 left out; people by the ids that the shop knows them by so far."""
    for member, level, code, posted, deducted, _ in sale.posted.rewards:
        if posted != deducted:
            yield {
                "order": sale.order.id,
                "member": crowd.public_id(member),
                "level": level,
                "amount": posted - deducted,
                "code": code,
            }


def refusals_of(sale: BacktestOrder, crowd: People) -> Iterator[dict]:
    for refusal in sale.outcome.refusals if sale.outcome else ():
        yield {
            "order": sale.order.id,
            "member": crowd.public_id(refusal.member),
            "level": refusal.level,
            "code": refusal.code,
        }
