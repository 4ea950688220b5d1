"""What one order earns whom, or why it does not.

Rules: `terms-frozen`, `eligibility`, `amount`, `own-reward`, `friend-bonus`, `no-group`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from tests.calculator.facts import half_up


@dataclass
class Step:
    """One advocate of a chain as the first evaluation found them; `room` None is no limit."""

    member: str
    group: dict[str, Any] | None
    blocked: bool
    room: int | None


@dataclass
class Terms:
    """What is frozen of an order at its first evaluation that earns."""

    buyer: str
    buyer_blocked: bool
    edge: Any
    chain: list[Step]
    number: int
    refusal: str | None


@dataclass(frozen=True)
class Due:
    """Amount 0 carries why in `refusal`."""

    member: str | None
    level: int | None
    code: str
    amount: int
    refusal: str | None = None


def of_reward(reward: dict[str, Any], kept: int) -> int:
    """A fixed amount is whole while anything is kept (`reward-fixed`)."""
    if kept == 0:
        return 0
    if "fixed" in reward:
        return int(reward["fixed"])
    return half_up(kept * Fraction(reward["percent"]) / 100)


def level_rewards(program: dict[str, Any], terms: Terms) -> dict[int, dict[str, Any]]:
    """The reward that program or group names for each level of the chain."""
    credit = program["credit"]
    named = {}
    for level, step in enumerate(terms.chain, 1):
        of_group = step.group["levels"] if step.group else []
        if credit["system"] == "recursive":
            most = credit.get("max_levels")
            if most is None or level <= most:
                first = level == 1 and of_group
                named[level] = of_group[0] if first else {"percent": credit["percent"]}
        elif level <= len(of_group):
            named[level] = of_group[level - 1]
        elif level <= len(credit["levels"]):
            named[level] = credit["levels"][level - 1]
    return named


def raw_amounts(program: dict[str, Any], terms: Terms, kept: int) -> dict[int, int]:
    """Amounts before the bounds; a recursion takes each from the rounded one below."""
    rewards = level_rewards(program, terms)
    if program["credit"]["system"] != "recursive":
        return {level: of_reward(reward, kept) for level, reward in rewards.items()}
    amounts: dict[int, int] = {}
    below = kept
    for level, reward in rewards.items():
        below = of_reward(reward, below)
        if level > 1 and below == 0:
            break
        amounts[level] = below
    return amounts


def bounded(rules: dict[str, Any], amount: int, kept: int) -> int:
    """Floor, never above what is kept, then cap."""
    if rules.get("min_bonus") is not None:
        amount = max(amount, min(rules["min_bonus"], kept))
    if rules.get("max_bonus") is not None:
        amount = min(amount, rules["max_bonus"])
    return amount


def chain_dues(
    program: dict[str, Any],
    terms: Terms,
    kept: tuple[int, int],
    refusal: str | None,
    rooms_now: list[int | None],
) -> list[Due]:
    """What each level is due; `refusal` is the rule that refuses the whole chain, if one does.

    `kept` is what is kept, and what would be had nothing been given back: where nothing is, that
    says which levels would have earned.
    """
    raw = raw_amounts(program, terms, kept[0] or kept[1])
    rules = program["rules"]
    if program["credit"]["system"] == "recursive" and raw.get(1) == 0:
        rules = {**rules, "min_bonus": None}
    if not raw:
        return [Due(terms.chain[0].member, 1, "referral", 0, "no_group")]
    dues = [
        _due_of_level(rules, step, level, raw[level], kept[0], refusal, rooms_now[level - 1])
        for level, step in enumerate(terms.chain, 1)
        if level in raw
    ]
    first = terms.chain[0].member
    if 1 not in raw:
        return [Due(first, 1, "referral", 0, "no_group"), *dues]
    if not any(due.amount or due.refusal for due in dues):
        dues[0] = Due(first, 1, "referral", 0, "rounds_to_nothing")
    return dues


def _due_of_level(
    rules: dict[str, Any],
    step: Step,
    level: int,
    raw: int,
    kept: int,
    refusal: str | None,
    room_now: int | None,
) -> Due:
    def refused(code: str) -> Due:
        return Due(step.member, level, "referral", 0, code)

    if step.blocked:
        return refused("blocked")
    if refusal:
        return refused(refusal)
    if kept == 0:
        return refused("nothing_kept")
    amount = bounded(rules, raw, kept)
    rooms = [room for room in (step.room, room_now) if room is not None]
    if amount and rooms and min(rooms) <= 0:
        return refused("advocate_limit_reached")
    amount = min([amount, *rooms])
    return Due(step.member, level, "referral", amount)


def after_days(rules: dict[str, Any], signed_up: datetime | None, moment: datetime) -> bool:
    days = rules.get("total_days")
    if days is None or signed_up is None:
        return False
    return moment > signed_up + timedelta(days=days)
