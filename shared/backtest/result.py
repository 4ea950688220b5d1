"""The result of a backtest, in the JSON that commands and the API return (specification:
backtest-json).

Amounts are minor units of the program's currency. Members have the public ids that they have at the
end of the history.
"""

from collections.abc import Iterable, Iterator
from typing import TypedDict

from shared.backtest.backtest import Backtest
from shared.backtest.history import HistoryEvent
from shared.backtest.member_directory import MemberDirectory
from shared.backtest.state import BacktestMember, BacktestOrder
from shared.domain.orders.daily_rates import NO_RATES, DailyRates
from shared.domain.programs.program import Program


class RewardResult(TypedDict):
    order: str
    member: str
    level: int
    amount: int
    code: str


class RefusalResult(TypedDict):
    order: str
    member: str | None
    level: int | None
    code: str


class MemberResult(TypedDict):
    earned: int
    clawed_back: int
    forfeited: int
    redeemed: int
    returned: int
    expired: int
    balance: int
    volume: int
    group: str | None


class BacktestSummary(TypedDict):
    """The part of a result whose size does not depend on the number of orders. `members` is by
    public id.
    """

    members: dict[str, MemberResult]
    totals: dict[str, int]
    by_month: list[dict[str, str | int]]
    skipped: dict[str, int]


class BacktestResult(BacktestSummary):
    rewards: list[RewardResult]
    refusals: list[RefusalResult]


def run_backtest(
    program: Program, events: Iterable[HistoryEvent], rates: DailyRates = NO_RATES
) -> BacktestResult:
    """The result of a program over a history that fits in memory. `rates` are for orders that tell
    no rate.
    """
    orders: list[BacktestOrder] = []
    backtest = Backtest(program, orders.append, rates)
    for event in events:
        backtest.apply(event)
    backtest.finish()
    members = backtest.members
    return {
        "rewards": [reward for order in orders for reward in list_rewards(order, members)],
        "refusals": [refusal for order in orders for refusal in list_refusals(order, members)],
        **summarize(backtest),
    }


def list_rewards(order: BacktestOrder, members: MemberDirectory) -> Iterator[RewardResult]:
    """The final rewards of an order. Rewards of 0 are left out."""
    for member, level, code, posted, deducted, _, lapsed in order.posted.rewards:
        if posted != deducted + lapsed:
            yield {
                "order": order.facts.id,
                "member": members.public_id(member),
                "level": level,
                "amount": posted - deducted - lapsed,
                "code": code,
            }


def list_refusals(order: BacktestOrder, members: MemberDirectory) -> Iterator[RefusalResult]:
    for member, level, code in order.outcome.refusals if order.outcome else ():
        yield {
            "order": order.facts.id,
            "member": member and members.public_id(member),
            "level": level,
            "code": code,
        }


def summarize(backtest: Backtest) -> BacktestSummary:
    program, members = backtest.program, backtest.members.by_id.values()
    return {
        "members": {member.public_id: _member_result(program, member) for member in members},
        "totals": backtest.months.totals(),
        "by_month": [{"month": name, **sums} for name, sums in backtest.months.by_month().items()],
        "skipped": {reason: count for reason, count in sorted(backtest.skipped.items()) if count},
    }


def _member_result(program: Program, member: BacktestMember) -> MemberResult:
    group = program.group(member.group, member.volume)
    return {
        "earned": member.earned,
        "clawed_back": member.clawed_back,
        "forfeited": member.forfeited,
        "redeemed": member.redeemed,
        "returned": member.returned,
        "expired": member.expired,
        "balance": member.balance,
        "volume": member.volume,
        "group": group.id if group else None,
    }
