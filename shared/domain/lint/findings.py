"""What is wrong with a program before it costs anything: contradictions and loopholes, each with the order that shows it."""

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from shared.domain.lint.worst_case import WorstOrder, discounted_order, small_amounts, worst_order
from shared.domain.money import PERCENT, minor_digits, percent_text
from shared.domain.programs.program import Group, Program

ERROR, WARNING = "error", "warning"
LARGE_UNITS = 10_000
"""An order of this many major units shows what percents come to; fixed amounts hardly count in it."""


class Finding(NamedTuple):
    """`field` is the place in the program document; an error stops publishing."""

    severity: str
    code: str
    field: str
    text: str
    example: WorstOrder | None = None

    def document(self) -> dict:
        example = self.example.document() if self.example else None
        return {
            "severity": self.severity,
            "code": self.code,
            "field": self.field,
            "text": self.text,
            "example": example,
        }


def lint(program: Program) -> list[Finding]:
    """Every finding, errors first."""
    found = [finding for check in _CHECKS for finding in check(program)]
    return sorted(found, key=lambda finding: finding.severity != ERROR)


def has_errors(findings: list[Finding]) -> bool:
    return any(finding.severity == ERROR for finding in findings)


def large_order(program: Program) -> int:
    return LARGE_UNITS * 10 ** minor_digits(program.currency)


def _cap_below_floor(program: Program) -> Iterator[Finding]:
    floor, cap, room = (
        program.rules.min_bonus,
        program.rules.max_bonus,
        program.rules.max_per_advocate,
    )
    example = worst_order(program, max(floor or 0, program.rules.payment_minimum or 0, 1))
    if floor is not None and cap is not None and cap < floor:
        text = f"max_bonus {cap} is below min_bonus {floor}: the cap always wins and the floor does nothing"
        yield Finding(ERROR, "cap_below_floor", "rules.max_bonus", text, example)
    if floor is not None and room is not None and 0 < room.amount < floor:
        text = f"max_per_advocate {room.amount} is below min_bonus {floor}: no advocate ever gets the floor"
        yield Finding(ERROR, "limit_below_floor", "rules.max_per_advocate.amount", text, example)


def _levels_above_whole(program: Program) -> Iterator[Finding]:
    """The percents alone, at the worst mixture of groups, with what the buyer gets."""
    if program.credit.system == "recursive":
        return
    parts = sum(_best_parts(program, level) for level in range(1, program.depth() + 1))
    parts += sum(
        reward.parts for reward in (program.credit.customer, program.friend.bonus) if reward
    )
    if parts > PERCENT:
        text = f"levels, the buyer's own reward and the friend's bonus add up to {percent_text(parts)} % of what is kept"
        yield Finding(
            ERROR,
            "levels_above_whole",
            "credit.levels",
            text,
            worst_order(program, large_order(program)),
        )


def _best_parts(program: Program, level: int) -> int:
    rewards = [program.reward_at(level, group) for group in (None, *program.groups)]
    return max((reward.parts for reward in rewards if reward), default=0)


def _recursive_whole(program: Program) -> Iterator[Finding]:
    if program.credit.system == "recursive" and program.credit.percent >= PERCENT:
        text = f"every level earns {percent_text(program.credit.percent)} % of the level below, without end"
        yield Finding(
            ERROR,
            "recursive_whole",
            "credit.percent",
            text,
            worst_order(program, large_order(program)),
        )


def _above_kept(program: Program) -> Iterator[Finding]:
    """Orders that cost more than they bring: fixed rewards, floors, a recursion that sums up; what rounding alone adds is a warning."""
    large = worst_order(program, large_order(program))
    parts_found = next(_levels_above_whole(program), None) or next(_recursive_whole(program), None)
    if large.total - large.kept > len(large.rewards) and parts_found is None:
        yield Finding(
            ERROR,
            "rewards_above_kept",
            "credit",
            "the rewards of a large order exceed what is kept of it",
            large,
        )
        return
    floor = program.rules.min_bonus
    for items in small_amounts(program):
        example = worst_order(program, items)
        if 0 < example.kept < example.total and parts_found is None:
            text = f"an order that keeps {example.kept} costs {example.total}; set payment_minimum or lower the fixed amounts"
            yield Finding(WARNING, "rewards_above_kept", "rules.payment_minimum", text, example)
            break
    for items in small_amounts(program) if floor else ():
        example = worst_order(program, items)
        if any(amount == example.kept <= floor for _, level, amount in example.rewards if level):
            text = f"min_bonus {floor} gives the whole of an order that keeps {example.kept} to one advocate; set payment_minimum above it"
            yield Finding(WARNING, "floor_pays_whole_order", "rules.min_bonus", text, example)
            break


def _groups(program: Program) -> Iterator[Finding]:
    by_volume = sorted(
        (group for group in program.groups if not group.assigned),
        key=lambda group: group.min_volume,
    )
    for lower, higher in pairwise(by_volume):
        if lower.min_volume == higher.min_volume:
            text = (
                f"{lower.id} and {higher.id} begin at the same volume; one of them is never reached"
            )
            yield Finding(
                ERROR,
                "same_threshold",
                _field(program, higher),
                text,
                _group_example(program, higher),
            )
        elif falls := _falling_level(program, lower, higher):
            text = (
                f"an advocate who rises from {lower.id} to {higher.id} earns less at level {falls}"
            )
            yield Finding(
                WARNING,
                "reward_falls",
                _field(program, higher),
                text,
                _group_example(program, higher),
            )
    if (
        by_volume
        and by_volume[0].min_volume > 0
        and (falls := _falling_level(program, None, by_volume[0]))
    ):
        text = f"an advocate who reaches {by_volume[0].id} earns less at level {falls} than without a group"
        yield Finding(
            WARNING,
            "reward_falls",
            _field(program, by_volume[0]),
            text,
            _group_example(program, by_volume[0]),
        )
    if program.credit.system == "recursive":
        for group in program.groups:
            if len(group.levels) > 1:
                text = f"in a recursive program only the first level of {group.id} means anything"
                yield Finding(WARNING, "levels_ignored", _field(program, group) + ".levels", text)


def _falling_level(program: Program, lower: Group | None, higher: Group) -> int | None:
    """The first level at which the higher group earns less on some order."""
    for level in range(1, program.depth() + 1):
        before, after = program.reward_at(level, lower), program.reward_at(level, higher)
        if (
            before
            and after
            and any(
                after.of(items) < before.of(items)
                for items in (*small_amounts(program), large_order(program))
            )
        ):
            return level
    return None


def _group_example(program: Program, group: Group) -> WorstOrder:
    return worst_order(program, max(group.min_volume or 0, program.rules.payment_minimum or 1))


def _field(program: Program, group: Group) -> str:
    return f"groups[{program.groups.index(group)}]"


def _windows(program: Program) -> Iterator[Finding]:
    """Limits that let no order through."""
    rules, example = program.rules, worst_order(program, large_order(program))
    if rules.total_days == 0:
        yield Finding(
            ERROR,
            "no_order_in_time",
            "rules.total_days",
            "no purchase can be made in 0 days after signing up",
            example,
        )
    if rules.total_payments == 0:
        yield Finding(
            ERROR,
            "no_payment_counts",
            "rules.total_payments",
            "no purchase of a friend is ever rewarded",
            example,
        )
    if rules.max_per_advocate and rules.max_per_advocate.amount == 0:
        yield Finding(
            ERROR,
            "no_room",
            "rules.max_per_advocate.amount",
            "no advocate ever has room for a reward",
            example,
        )
    if rules.max_bonus == 0:
        yield Finding(
            ERROR, "no_reward", "rules.max_bonus", "every advocate's reward is cut to 0", example
        )
    if not example.rewards and not program.groups and program.friend.discount is None:
        yield Finding(
            WARNING,
            "nothing_to_earn",
            "credit",
            "nobody earns anything and no friend gets a discount",
            example,
        )


def _discount(program: Program) -> Iterator[Finding]:
    """A friend's order on which the shop gives away more than it keeps."""
    discount = program.friend.discount
    if discount is None:
        return
    large = discounted_order(program, large_order(program))
    if large.discount + large.total > large.kept:
        text = f"discount {large.discount} and rewards {large.total} exceed the {large.kept} that is kept"
        yield Finding(ERROR, "discount_and_rewards_above_kept", "friend.discount", text, large)
        return
    for items in small_amounts(program):
        example = discounted_order(program, items)
        if example.discount and example.discount + example.total > example.kept:
            text = f"discount {example.discount} and rewards {example.total} exceed the {example.kept} that is kept; set minimum_order"
            yield Finding(
                WARNING,
                "discount_and_rewards_above_kept",
                "friend.discount.minimum_order",
                text,
                example,
            )
            return


_CHECKS = (
    _cap_below_floor,
    _levels_above_whole,
    _recursive_whole,
    _above_kept,
    _groups,
    _windows,
    _discount,
)
