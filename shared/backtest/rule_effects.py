"""What each rule of a program cost or saved in a backtest, and what each group of advocates earned."""

from collections import Counter
from dataclasses import replace

from shared.domain.evaluation.decision import FrozenOrder, PostedState
from shared.domain.orders.facts import OrderFacts
from shared.domain.programs.program import Program, Rules
from shared.domain.rewards.reward import Due, RewardOutcome, bound_amount, compute_rewards
from shared.domain.rewards.terms import Terms

NO_GROUP = ""


class RuleEffects:
    """By rule: the orders it touched and what it added to the rewards, below 0 what it saved."""

    def __init__(self, program: Program):
        rules = program.rules
        self._program = replace(
            program, rules=Rules(min_bonus=rules.min_bonus, max_bonus=rules.max_bonus)
        )
        self._bounds = any(
            bound is not None
            for bound in (rules.min_bonus, rules.max_bonus, rules.max_per_advocate)
        )
        self.orders: Counter[str] = Counter()
        self.amounts: Counter[str] = Counter()

    def add(self, order: OrderFacts, terms: Terms, outcome: RewardOutcome) -> None:
        """One order as it stands at the end."""
        if self._bounds:
            for due in outcome.dues:
                self._add_bounds(due)
        if terms.chain and outcome.refusals:
            self._add_refusals(order, terms, outcome)

    def _add_bounds(self, due: Due) -> None:
        amount = due.grant.of(due.base)
        raised = bound_amount(amount, due.kept, due.floor, None, None)
        cut = bound_amount(amount, due.kept, due.floor, due.cap, None)
        for rule, effect in (
            ("min_bonus", raised - amount),
            ("max_bonus", cut - raised),
            ("max_per_advocate", due.amount - cut),
        ):
            self._add(rule, effect)

    def _add_refusals(self, order: OrderFacts, terms: Terms, outcome: RewardOutcome) -> None:
        """The rewards that a refusal kept back: those of the same order had nothing been refused."""
        refused = {
            (refusal.member, refusal.level): refusal.code
            for refusal in outcome.refusals
            if refusal.level
        }
        granted = {(due.member, due.level, due.code) for due in outcome.dues}
        seats = tuple(seat._replace(blocked=False, room=None) for seat in terms.chain)
        free = compute_rewards(
            order, self._program, terms._replace(refusal=None, payments=0, chain=seats), {}
        )
        chain_code = refused.get((terms.chain[0].member, 1))
        for due in free.dues:
            code = refused.get((due.member, due.level)) if due.level else chain_code
            if code and due[:3] not in granted:
                self._add(code, -due.amount)

    def _add(self, rule: str, effect: int) -> None:
        if effect:
            self.orders[rule] += 1
            self.amounts[rule] += effect


class GroupSums:
    """Rewards of advocates by the group that was frozen on the order, those of nobody's group under no name."""

    def __init__(self):
        self.rewards: Counter[str] = Counter()
        self.orders: Counter[str] = Counter()

    def add(self, posted: PostedState) -> None:
        """The rewards of one order as they are at the end."""
        if not isinstance(posted, FrozenOrder):
            return
        groups = {advocate.member: advocate.group or NO_GROUP for advocate in posted.terms.chain}
        for reward in posted.rewards:
            if reward.level and reward.net:
                group = groups[reward.member]
                self.rewards[group] += reward.net
                self.orders[group] += 1
