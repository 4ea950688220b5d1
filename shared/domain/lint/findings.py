"""Lint: finds contradictions and loopholes of a program, each with an order that shows it.

The rules are in the specification: lint.
"""

from collections.abc import Iterator
from itertools import pairwise

from shared.domain.lint.finding import ERROR, WARNING, Finding
from shared.domain.lint.time_findings import check_times
from shared.domain.lint.worst_case import WorstOrder, discounted_order, small_amounts, worst_order
from shared.domain.money import PERCENT, minor_digits, percent_text
from shared.domain.programs.credit import RecursiveCredit
from shared.domain.programs.group import Group
from shared.domain.programs.program import Program

LARGE_UNITS = 10_000
"""The size of a large example order, in major units. On such an order percents decide the costs;
fixed amounts hardly matter.
"""


def lint(program: Program) -> list[Finding]:
    """All findings, errors first."""
    findings = [finding for check in _CHECKS for finding in check(program)]
    return sorted(findings, key=lambda finding: finding.severity != ERROR)


def has_errors(findings: list[Finding]) -> bool:
    return any(finding.severity == ERROR for finding in findings)


def large_order(program: Program) -> int:
    """The items total of a large example order, in minor units of the program's currency."""
    units: int = 10 ** minor_digits(program.currency)
    return LARGE_UNITS * units


def _check_floor(program: Program) -> Iterator[Finding]:
    """Finds limits that are below `min_bonus`."""
    floor, cap = program.rules.min_bonus, program.rules.max_bonus
    room = program.rules.max_per_advocate
    if floor is None:
        return
    example = worst_order(program, max(floor, program.rules.payment_minimum or 0, 1))
    if cap is not None and cap < floor:
        text = (
            f"max_bonus {cap} is below min_bonus {floor}:"
            " the cap always wins and the floor does nothing"
        )
        yield Finding(ERROR, "cap_below_floor", "rules.max_bonus", text, example)
    if room is not None and 0 < room.amount < floor:
        text = (
            f"max_per_advocate {room.amount} is below min_bonus {floor}:"
            " no advocate ever gets the floor"
        )
        yield Finding(ERROR, "limit_below_floor", "rules.max_per_advocate.amount", text, example)


def _check_levels(program: Program) -> Iterator[Finding]:
    """Finds percents that add up to more than 100, if every level has its best group."""
    if isinstance(program.credit, RecursiveCredit):
        return
    parts = sum(_best_parts(program, level) for level in range(1, program.depth() + 1))
    bonus = program.friend.bonus
    buyers = (program.credit.customer, bonus.reward if bonus else None)
    parts += sum(grant.parts for grant in buyers if grant)
    if parts > PERCENT:
        text = (
            "levels, the buyer's own reward and the friend's bonus add up to"
            f" {percent_text(parts)} % of what is kept"
        )
        example = worst_order(program, large_order(program))
        yield Finding(ERROR, "levels_above_whole", "credit.levels", text, example)


def _best_parts(program: Program, level: int) -> int:
    """The highest percent that any group earns at a level, as parts of 1,000,000."""
    grants = [program.reward_at(level, group) for group in (None, *program.groups)]
    return max((grant.parts for grant in grants if grant), default=0)


def _check_recursion(program: Program) -> Iterator[Finding]:
    """Finds a recursion of 100 % or more."""
    credit = program.credit
    if isinstance(credit, RecursiveCredit) and credit.percent >= PERCENT:
        text = f"every level earns {percent_text(credit.percent)} % of the level below, without end"
        example = worst_order(program, large_order(program))
        yield Finding(ERROR, "recursive_whole", "credit.percent", text, example)


def _check_costs(program: Program) -> Iterator[Finding]:
    """Finds orders whose rewards are higher than what is kept: through fixed amounts, `min_bonus`,
    or a recursion.

    A surplus that comes from rounding alone is a warning.
    """
    large = worst_order(program, large_order(program))
    too_many_percents = next(_check_levels(program), None) or next(_check_recursion(program), None)
    if too_many_percents is None:
        if large.total - large.kept > len(large.rewards):
            text = "the rewards of a large order exceed what is kept of it"
            yield Finding(ERROR, "rewards_above_kept", "credit", text, large)
            return
        yield from _check_small_costs(program)
    yield from _check_floor_of_small_orders(program)


def _check_small_costs(program: Program) -> Iterator[Finding]:
    for items in small_amounts(program):
        example = worst_order(program, items)
        if 0 < example.kept < example.total:
            text = (
                f"an order that keeps {example.kept} costs {example.total};"
                " set payment_minimum or lower the fixed amounts"
            )
            yield Finding(WARNING, "rewards_above_kept", "rules.payment_minimum", text, example)
            return


def _check_floor_of_small_orders(program: Program) -> Iterator[Finding]:
    """Finds a `min_bonus` so high that one advocate gets everything that is kept of a small order."""
    floor = program.rules.min_bonus
    for items in small_amounts(program) if floor else ():
        example = worst_order(program, items)
        whole = [reward for reward in example.rewards if reward.amount == example.kept]
        if floor and example.kept <= floor and any(reward.level for reward in whole):
            text = (
                f"min_bonus {floor} gives the whole of an order that keeps {example.kept}"
                " to one advocate; set payment_minimum above it"
            )
            yield Finding(WARNING, "floor_pays_whole_order", "rules.min_bonus", text, example)
            return


def _check_thresholds(program: Program) -> Iterator[Finding]:
    """Finds groups by volume that are never reached, or that earn less than the group below."""
    by_volume = sorted(
        (group.min_volume, place, group)
        for place, group in enumerate(program.groups)
        if group.min_volume is not None
    )
    groups = [group for _, _, group in by_volume]
    for lower, higher in pairwise(groups):
        if lower.min_volume == higher.min_volume:
            text = (
                f"{lower.id} and {higher.id} begin at the same volume; one of them is never reached"
            )
            field, example = _field(program, higher), _group_example(program, higher)
            yield Finding(ERROR, "same_threshold", field, text, example)
        elif falls := _falling_level(program, lower, higher):
            text = (
                f"an advocate who rises from {lower.id} to {higher.id} earns less at level {falls}"
            )
            field, example = _field(program, higher), _group_example(program, higher)
            yield Finding(WARNING, "reward_falls", field, text, example)
    yield from _check_lowest_group(program, groups)


def _check_lowest_group(program: Program, by_volume: list[Group]) -> Iterator[Finding]:
    """Finds a lowest group (with a `min_volume` above 0) that earns less than advocates without a
    group.
    """
    lowest = by_volume[0] if by_volume else None
    if lowest and lowest.min_volume and (falls := _falling_level(program, None, lowest)):
        text = (
            f"an advocate who reaches {lowest.id} earns less at level {falls} than without a group"
        )
        field, example = _field(program, lowest), _group_example(program, lowest)
        yield Finding(WARNING, "reward_falls", field, text, example)


def _check_ignored_levels(program: Program) -> Iterator[Finding]:
    for group in program.groups if isinstance(program.credit, RecursiveCredit) else ():
        if len(group.levels) > 1:
            text = f"in a recursive program only the first level of {group.id} means anything"
            yield Finding(WARNING, "levels_ignored", _field(program, group) + ".levels", text)


def _falling_level(program: Program, lower: Group | None, higher: Group) -> int | None:
    """The first level at which the higher group earns less on some example order; `None` if there
    is none.
    """
    orders = (*small_amounts(program), large_order(program))
    for level in range(1, program.depth() + 1):
        before, after = program.reward_at(level, lower), program.reward_at(level, higher)
        if before and after and any(after.of(items) < before.of(items) for items in orders):
            return level
    return None


def _group_example(program: Program, group: Group) -> WorstOrder:
    """The smallest order with which an advocate reaches the group."""
    return worst_order(program, max(group.min_volume or 0, program.rules.payment_minimum or 1))


def _field(program: Program, group: Group) -> str:
    return f"groups[{program.groups.index(group)}]"


def _check_limits(program: Program) -> Iterator[Finding]:
    """Finds limits under which no order is ever rewarded."""
    rules, example = program.rules, worst_order(program, large_order(program))
    if rules.total_days == 0:
        text = "a period of 0 days after sign-up allows no purchase"
        yield Finding(ERROR, "no_order_in_time", "rules.total_days", text, example)
    if rules.total_payments == 0:
        text = "no friend's purchase is ever rewarded"
        yield Finding(ERROR, "no_payment_counts", "rules.total_payments", text, example)
    if rules.max_per_advocate and rules.max_per_advocate.amount == 0:
        text = "no advocate can ever earn a reward"
        yield Finding(ERROR, "no_room", "rules.max_per_advocate.amount", text, example)
    if rules.max_bonus == 0:
        text = "every advocate's reward is cut to 0"
        yield Finding(ERROR, "no_reward", "rules.max_bonus", text, example)
    if not example.rewards and not program.groups and program.friend.discount is None:
        text = "nobody earns anything and no friend gets a discount"
        yield Finding(WARNING, "nothing_to_earn", "credit", text, example)


def _check_discount(program: Program) -> Iterator[Finding]:
    """Finds friends' orders on which discount and rewards together are more than what is kept."""
    code = "discount_and_rewards_above_kept"
    if program.friend.discount is None:
        return
    large = discounted_order(program, large_order(program))
    if large.discount + large.total > large.kept:
        text = (
            f"discount {large.discount} and rewards {large.total}"
            f" exceed the {large.kept} that is kept"
        )
        yield Finding(ERROR, code, "friend.discount", text, large)
        return
    for items in small_amounts(program):
        example = discounted_order(program, items)
        if example.discount and example.discount + example.total > example.kept:
            text = (
                f"discount {example.discount} and rewards {example.total}"
                f" exceed the {example.kept} that is kept; set minimum_order"
            )
            yield Finding(WARNING, code, "friend.discount.minimum_order", text, example)
            return


_CHECKS = (
    _check_floor,
    _check_levels,
    _check_recursion,
    _check_costs,
    _check_thresholds,
    _check_ignored_levels,
    _check_limits,
    _check_discount,
    check_times,
)
