"""The most that an order can cost, computed on an example order by the rules that post rewards."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from shared.domain.money import minor_digits
from shared.domain.orders.facts import OrderFacts, OrderTotals, Versioned
from shared.domain.orders.kept import kept
from shared.domain.programs.group import Group
from shared.domain.programs.program import Program
from shared.domain.programs.window import Window
from shared.domain.rewards.quote import quote_discount
from shared.domain.rewards.reward import compute_rewards
from shared.domain.rewards.terms import Advocate, FrozenAdvocate, Terms

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
BUYER = "buyer"


class WorstReward(NamedTuple):
    """One reward of a `WorstOrder`. `level` 0 means that the buyer gets it."""

    beneficiary: str
    level: int
    amount: int


class WorstOrder(NamedTuple):
    """An order and the most that it can earn, in minor units of the program's currency.

    At every level there is an advocate of the best group, and no limit is used up.
    """

    items_total: int
    discount: int
    kept: int
    rewards: tuple[WorstReward, ...]
    total: int

    def document(self) -> dict[str, object]:
        """The order as the API and the console show it."""
        return self._asdict() | {"rewards": [reward._asdict() for reward in self.rewards]}


def worst_order(program: Program, items_total: int, discount: int = 0) -> WorstOrder:
    """The most that an order with this items total costs. The program counts as active."""
    program = replace(program, active=Window())
    order = _order(program, items_total, discount)
    terms = _terms(program, kept(order, program, program.base))
    outcome = compute_rewards(order, program, terms, {})
    rewards = tuple(
        WorstReward(due.code if due.level == 0 else f"level {due.level}", due.level, due.amount)
        for due in outcome.dues
    )
    total = sum(reward.amount for reward in rewards)
    return WorstOrder(items_total, discount, outcome.kept, rewards, total)


def discounted_order(program: Program, items_total: int) -> WorstOrder:
    """The most that a friend's order with this items total costs, including the program's discount."""
    always = replace(program, active=Window())
    quote = quote_discount(always, program.currency, items_total, Advocate("level 1"), None, MOMENT)
    return worst_order(program, items_total, quote.discount)


def most_for(program: Program, keeps: int) -> int:
    """The most rewards, in minor units, that an order can earn of which the shop keeps `keeps`
    minor units.
    """
    plain = replace(program, base="items_net", active=Window())
    outcome = compute_rewards(_order(plain, keeps, 0), plain, _terms(plain, keeps), {})
    return sum(due.amount for due in outcome.dues)


def small_amounts(program: Program) -> list[int]:
    """Items totals of small example orders, ascending, in minor units.

    These are the smallest order that is rewarded, every amount that the program names, and powers
    of ten.
    """
    least, unit = program.rules.payment_minimum or 1, 10 ** minor_digits(program.currency)
    powers = (unit * 10**power for power in range(5))
    amounts = {least, *_named_amounts(program), *powers}
    return sorted(amount for amount in amounts if amount >= least)


def _named_amounts(program: Program) -> set[int]:
    """All amounts above 0 in the program that concern one order or one reward."""
    rules, discount = program.rules, program.friend.discount
    groups = (level for group in program.groups for level in group.levels)
    bonus = program.friend.bonus
    buyers = (program.credit.customer, bonus.reward if bonus else None)
    grants = [*program.credit.levels, *groups, *buyers]
    amounts = [rules.min_bonus, rules.payment_minimum, rules.max_bonus]
    amounts += [grant.fixed for grant in grants if grant]
    if discount:
        amounts += [discount.minimum_order, discount.reward.fixed, discount.most]
    return {amount for amount in amounts if amount}


def _order(program: Program, items_total: int, discount: int) -> OrderFacts:
    return OrderFacts(
        "example",
        told_customer=Versioned(MOMENT, BUYER),
        placed_at=MOMENT,
        paid_at=MOMENT,
        completed_at=MOMENT,
        status=Versioned(MOMENT, "completed"),
        totals=Versioned(MOMENT, OrderTotals(program.currency, items_total, discount)),
    )


def _terms(program: Program, keeps: int) -> Terms:
    """Terms in which every level has an advocate of the group that earns most there, with unused
    room.
    """
    limit = program.rules.max_per_advocate
    room = limit.amount if limit else None
    levels = range(1, max(program.depth(), 1) + 1)
    chain = tuple(
        FrozenAdvocate(f"level {level}", _best_group(program, level, keeps), room=room)
        for level in levels
    )
    return Terms(program.version, MOMENT, BUYER, referral="example", chain=chain)


def _best_group(program: Program, level: int, keeps: int) -> str | None:
    def earnings(group: Group | None) -> int:
        grant = program.reward_at(level, group)
        return grant.of(keeps) if grant else -1

    best = max([None, *program.groups], key=earnings)
    return best.id if best else None
