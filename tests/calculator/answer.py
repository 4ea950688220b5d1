"""What `grapevine backtest --json` says at the end of a history, without its months' orders.

Rule: `backtest-json`.
"""

from collections import Counter
from typing import Any

from tests.calculator.credit import FIGURES, SIGNS
from tests.calculator.default_terms import filled
from tests.calculator.facts import instant
from tests.calculator.replay import Replay


def answer(program: dict[str, Any], history: list[dict[str, Any]]) -> dict[str, Any]:
    """The whole answer to a history."""
    replay = Replay(filled(program))
    for line in history:
        replay.tell(line)
    if history:
        replay.expire(max(instant(line["at"]) for line in history))
    members = {member: _member(replay, member) for member in sorted(replay.members)}
    rewards, refusals = _rewards(replay), _refusals(replay)
    for sums in replay.months.values():
        sums["rewards"] = sums["earned"] - sums["clawed_back"] - sums["forfeited"]
    return {
        "rewards": rewards,
        "refusals": refusals,
        "members": members,
        "totals": replay.standing()
        + Counter(rewards=sum(sums["rewards"] for sums in replay.months.values())),
        "by_month": [{"month": month, **sums} for month, sums in replay.months.items()],
        "skipped": replay.skipped
        + Counter(order.parked for order in replay.orders.values() if order.parked),
    }


def _rewards(replay: Replay) -> list[dict[str, Any]]:
    return [
        {
            "order": order_id,
            "member": due.member,
            "level": due.level,
            "code": due.code,
            "amount": order.standing(due),
        }
        for order_id, order in replay.orders.items()
        for due in order.dues
        if order.standing(due)
    ]


def _refusals(replay: Replay) -> list[dict[str, Any]]:
    return [
        {"order": order_id, "member": due.member, "level": due.level, "code": due.refusal}
        for order_id, order in replay.orders.items()
        for due in order.dues
        if due.refusal
    ]


def _member(replay: Replay, member: str) -> dict[str, Any]:
    mine = [entry for entry in replay.entries if entry.member == member]
    group = replay.group(member)
    figures = {
        figure: SIGNS[kind] * sum(entry.amount for entry in mine if entry.kind == kind)
        for kind, figure in FIGURES.items()
    }
    return figures | {
        "balance": sum(entry.amount for entry in mine),
        "volume": replay.volume(member),
        "group": group and group["id"],
    }
