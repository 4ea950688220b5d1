"""A program run over some of a shop's own orders.

Members begin as they were before these orders; the orders count as they are known now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.backtest.backtest import Backtest
from shared.backtest.history import Blocked, OrderSeen
from shared.backtest.member_directory import start_referral
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.purchases import Placed
from shared.domain.programs.program import Program
from shared.domain.rewards.terms import Referral


@dataclass(frozen=True, slots=True)
class SampleMember:
    """A member before the orders: `volume` (minor units) and `payments` do not count them.

    `referral` and `group` are as now. `earliest` are the orders that the member placed first.
    """

    id: str
    email_hash: str | None = None
    signed_up_at: datetime | None = None
    referral: Referral | None = None
    group: str | None = None
    blocked_at: datetime | None = None
    volume: int = 0
    payments: int = 0
    earliest: tuple[Placed, ...] = ()


@dataclass(frozen=True, slots=True)
class Sample:
    """Orders that name their buyers by id alone, and members who include all those buyers.

    `posted` is what the orders really earned until now, in minor units.
    """

    members: Sequence[SampleMember]
    orders: Sequence[OrderFacts]
    posted: int = 0


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What a program did with a sample, amounts in minor units of its currency.

    `totals` and `months` have the sums of a backtest by name, `rewards` the net rewards by member.
    """

    totals: Mapping[str, int]
    months: Mapping[str, Mapping[str, int]]
    rewards: Mapping[str, int]
    skipped: Mapping[str, int]


def run_sample(program: Program, sample: Sample) -> SampleResult:
    """The backtest of a program over a sample."""
    backtest = Backtest(program)
    for person in sample.members:
        _add_member(backtest, person)
    for person in sample.members:
        _add_referral(backtest, person)
    for event in _list_events(sample):
        backtest.apply(event, named_later=False)
    backtest.finish()
    members = backtest.members.by_id.values()
    rewards = {member.member: member.net_rewards for member in members if member.net_rewards}
    skipped = {reason: count for reason, count in sorted(backtest.skipped.items()) if count}
    return SampleResult(backtest.months.totals(), backtest.months.by_month(), rewards, skipped)


def sample_time(order: OrderFacts) -> datetime | None:
    """When an order counts in a sample: completed, else paid, else first seen."""
    return order.completed_at or order.paid_at or order.first_seen


def _add_member(backtest: Backtest, person: SampleMember) -> None:
    member = backtest.members.find_or_add(person.id, person.email_hash)
    member.signed_up_at, member.group = person.signed_up_at, person.group
    member.volume, member.payments = person.volume, person.payments
    for placed in person.earliest:
        member.remember_order(placed.order, placed.at)


def _add_referral(backtest: Backtest, person: SampleMember) -> None:
    """Makes the referral of a member, if their advocate is in the sample too."""
    if person.referral is None:
        return
    friend = backtest.members.find(person.id)
    advocate = backtest.members.find(person.referral.advocate)
    if friend and advocate and start_referral(friend, advocate, person.referral.made_at) is None:
        friend.referral = person.referral


def _list_events(sample: Sample) -> list[OrderSeen | Blocked]:
    """Orders and blocks in the order of time; at one instant blocks come first."""
    orders = [OrderSeen(order, at) for order in sample.orders if (at := sample_time(order))]
    blocks = [
        Blocked(person.id, person.blocked_at) for person in sample.members if person.blocked_at
    ]
    return sorted([*blocks, *orders], key=lambda event: event.at)
