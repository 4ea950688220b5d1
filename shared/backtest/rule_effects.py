"""Computes what each rule of a program cost or saved in a backtest, and what each group earned."""

from collections import Counter
from dataclasses import replace

from shared.domain.evaluation.posted import FrozenOrder
from shared.domain.orders.facts import OrderFacts
from shared.domain.programs.program import Program, Rules
from shared.domain.programs.window import Window
from shared.domain.rewards.reward import Due, RewardOutcome, bound_amount, compute_rewards
from shared.domain.rewards.terms import Terms

NO_GROUP = ""


class RuleEffects:
    """The effect of each rule: `counts` is the number of rewards that it changed, `amounts` what it
    added (below 0: what it saved).
    """

    def __init__(self, program: Program) -> None:
        rules = program.rules
        bounds = Rules(min_bonus=rules.min_bonus, max_bonus=rules.max_bonus)
        self._only_bounds = replace(program, rules=bounds, active=Window())
        self._has_bounds = any(
            bound is not None
            for bound in (rules.min_bonus, rules.max_bonus, rules.max_per_advocate)
        )
        self.counts: Counter[str] = Counter()
        self.amounts: Counter[str] = Counter()

    def add_order(self, order: OrderFacts, terms: Terms, outcome: RewardOutcome) -> None:
        """Adds the effects of the rules on one final order."""
        if self._has_bounds:
            for due in outcome.dues:
                self._add_bounds(due)
        if terms.chain and outcome.refusals:
            self._add_refusals(order, terms, outcome)

    def _add_bounds(self, due: Due) -> None:
        amount = due.grant.of(due.base)
        raised = bound_amount(amount, due.kept, due.floor, None, None)
        cut = bound_amount(amount, due.kept, due.floor, due.cap, None)
        self._add("min_bonus", raised - amount)
        self._add("max_bonus", cut - raised)
        self._add("max_per_advocate", due.amount - cut)

    def _add_refusals(self, order: OrderFacts, terms: Terms, outcome: RewardOutcome) -> None:
        """For each refusal, adds the rewards that the order would have earned without it, as saved."""
        refused = {
            (refusal.member, refusal.level): refusal.code
            for refusal in outcome.refusals
            if refusal.level
        }
        earned = {due.key for due in outcome.dues}
        chain = tuple(advocate._replace(blocked=False, room=None) for advocate in terms.chain)
        unrefused = terms._replace(refusal=None, chain=chain)
        chain_code = refused.get((terms.chain[0].member, 1))
        for due in compute_rewards(order, self._only_bounds, unrefused, {}).dues:
            code = refused.get((due.member, due.level)) if due.level else chain_code
            if code and due.key not in earned:
                self._add(code, -due.amount)

    def _add(self, rule: str, effect: int) -> None:
        if effect:
            self.counts[rule] += 1
            self.amounts[rule] += effect


class GroupSums:
    """Number (`counts`) and sum (`amounts`) of advocates' rewards, by the group in their terms;
    `NO_GROUP` if they have none.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.amounts: Counter[str] = Counter()

    def add_order(self, posted: FrozenOrder) -> None:
        """Adds the rewards of one final order."""
        groups = {advocate.member: advocate.group or NO_GROUP for advocate in posted.terms.chain}
        for reward in posted.rewards:
            if reward.level and reward.net:
                group = groups[reward.member]
                self.counts[group] += 1
                self.amounts[group] += reward.net
