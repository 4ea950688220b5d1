"""Runs a program over a sample of a shop's own orders.

Members start with their state before these orders; the orders have the facts known now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.backtest.backtest import Backtest
from shared.backtest.history import Blocked, OrderSeen
from shared.backtest.member_directory import start_referral
from shared.domain.orders.daily_rates import NO_RATES, DailyRates
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.purchases import Placed
from shared.domain.programs.program import Program
from shared.domain.rewards.terms import Referral


@dataclass(frozen=True, slots=True)
class SampleMember:
    """A member with their state before the orders of the sample.

    * `volume` (minor units), `payments`: without the orders of the sample.
    * `referral`, `group`: the present ones.
    * `earliest`: the orders that the member placed first.
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
    """Orders and members for a run. Each order names its buyer by id only, and every buyer must be
    in `members`.

    * `posted`: what these orders have really earned so far, in minor units.
    * `rates`: the table for orders that have no rate yet.
    """

    members: Sequence[SampleMember]
    orders: Sequence[OrderFacts]
    posted: int = 0
    rates: DailyRates = NO_RATES


@dataclass(frozen=True, slots=True)
class SampleResult:
    """The result of a program over a sample. Amounts are minor units of the program's currency.

    * `totals`, `months`: the sums of the backtest by name, in total and by month.
    * `rewards`: net rewards by member.
    * `skipped`: by reason, how many events the live system would refuse.
    """

    totals: Mapping[str, int]
    months: Mapping[str, Mapping[str, int]]
    rewards: Mapping[str, int]
    skipped: Mapping[str, int]


def run_sample(program: Program, sample: Sample) -> SampleResult:
    """The result of a program over a sample."""
    backtest = Backtest(program, rates=sample.rates)
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
    """The instant at which an order counts in a sample: when it was completed, or else paid, or
    else first seen.
    """
    return order.completed_at or order.paid_at or order.first_seen


def _add_member(backtest: Backtest, person: SampleMember) -> None:
    member = backtest.members.find_or_add(person.id, person.email_hash)
    member.signed_up_at, member.group = person.signed_up_at, person.group
    member.volume, member.payments = person.volume, person.payments
    for placed in person.earliest:
        member.remember_order(placed.order, placed.at)


def _add_referral(backtest: Backtest, person: SampleMember) -> None:
    """Makes the referral of a member, if the advocate is also in the sample."""
    if person.referral is None:
        return
    friend = backtest.members.find(person.id)
    advocate = backtest.members.find(person.referral.advocate)
    if friend and advocate and start_referral(friend, advocate, person.referral.made_at) is None:
        friend.referral = person.referral


def _list_events(sample: Sample) -> list[OrderSeen | Blocked]:
    """Orders and blocks by time. At the same instant, blocks come first."""
    orders = [OrderSeen(order, at) for order in sample.orders if (at := sample_time(order))]
    blocks = [
        Blocked(person.id, person.blocked_at) for person in sample.members if person.blocked_at
    ]
    return sorted([*blocks, *orders], key=lambda event: event.at)
