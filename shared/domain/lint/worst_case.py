"""The most that an order can cost, computed by the engine on an order made for it."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from shared.domain.money import minor_digits
from shared.domain.orders.facts import OrderFacts, OrderTotals, Versioned, kept
from shared.domain.programs.program import Group, Program
from shared.domain.rewards.quote import quote
from shared.domain.rewards.reward import Advocate, FrozenAdvocate, Terms, evaluate

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
BUYER = "buyer"


class WorstOrder(NamedTuple):
    """An order and what it earns at worst: every level taken, each by the best group, nothing used of any limit."""

    items_total: int
    discount: int
    kept: int
    rewards: tuple[tuple[str, int, int], ...]
    total: int

    def document(self) -> dict:
        """For people and programs, amounts in minor units."""
        rows = [
            {"beneficiary": who, "level": level, "amount": amount}
            for who, level, amount in self.rewards
        ]
        return {
            "items_total": self.items_total,
            "discount": self.discount,
            "kept": self.kept,
            "rewards": rows,
            "total": self.total,
        }


def worst_order(program: Program, items_total: int, discount: int = 0) -> WorstOrder:
    """What an order of these items costs at worst."""
    order = _order(program, items_total, discount)
    outcome = evaluate(order, program, _terms(program, kept(order, program, program.base)), {})
    rows = tuple(
        (due.code if due.level == 0 else f"level {due.level}", due.level, due.amount)
        for due in outcome.dues
    )
    return WorstOrder(
        items_total, discount, outcome.kept, rows, sum(amount for _, _, amount in rows)
    )


def discounted_order(program: Program, items_total: int) -> WorstOrder:
    """The same on a friend's order with the discount of the program taken off."""
    return worst_order(
        program,
        items_total,
        quote(program, program.currency, items_total, Advocate("level 1"), None).discount,
    )


def most_for(program: Program, keeps: int) -> int:
    """No order that keeps this much costs more than this."""
    plain = replace(program, base="items_net")
    return sum(
        due.amount
        for due in evaluate(_order(plain, keeps, 0), plain, _terms(plain, keeps), {}).dues
    )


def small_amounts(program: Program) -> list[int]:
    """Orders worth looking at: the least that qualifies, about each amount that the program names, and powers of ten."""
    rules, unit = program.rules, 10 ** minor_digits(program.currency)
    rewards = [
        *program.credit.levels,
        *(level for group in program.groups for level in group.levels),
    ]
    rewards += [reward for reward in (program.credit.customer, program.friend.bonus) if reward]
    discount = program.friend.discount
    named = [
        rules.min_bonus,
        rules.payment_minimum,
        rules.max_bonus,
        *(reward.fixed for reward in rewards),
    ]
    named += [discount.minimum_order, discount.reward.fixed, discount.most] if discount else []
    least = rules.payment_minimum or 1
    amounts = {
        least,
        *(amount for amount in named if amount),
        *(unit * 10**power for power in range(5)),
    }
    return sorted(amount for amount in amounts if amount >= least)


def _order(program: Program, items_total: int, discount: int) -> OrderFacts:
    return OrderFacts(
        "example",
        customer=BUYER,
        placed_at=MOMENT,
        paid_at=MOMENT,
        completed_at=MOMENT,
        status=Versioned(MOMENT, "completed"),
        totals=Versioned(MOMENT, OrderTotals(program.currency, items_total, discount)),
    )


def _terms(program: Program, keeps: int) -> Terms:
    """Each level taken by a member of the group that earns most there, with the whole room."""
    cap = program.rules.max_per_advocate
    room = cap.amount if cap else None
    levels = range(1, max(program.depth(), 1) + 1)
    seats = tuple(
        FrozenAdvocate(f"level {level}", _best_group(program, level, keeps), room=room)
        for level in levels
    )
    return Terms(program.version, MOMENT, BUYER, referral="example", chain=seats)


def _best_group(program: Program, level: int, keeps: int) -> str | None:
    def earns(group: Group | None) -> int:
        reward = program.reward_at(level, group)
        return reward.of(keeps) if reward else -1

    best = max([None, *program.groups], key=earns)
    return best.id if best else None
