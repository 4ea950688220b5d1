"""A program run over a part of a shop's own past: its people as they stood before, its orders as they are known now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.backtest.engine import Backtest
from shared.backtest.history import Blocked, OrderSeen
from shared.backtest.people import BacktestMember
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.purchases import Placed
from shared.domain.programs.program import Program
from shared.domain.rewards.terms import Referral


@dataclass(frozen=True, slots=True)
class SampleMember:
    """Somebody before the first of the orders: `volume` and `payments` without what the orders count for."""

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
    """`orders` name their buyers by id alone; `posted` is what they really earned everybody until now."""

    people: Sequence[SampleMember]
    orders: Sequence[OrderFacts]
    posted: int = 0


@dataclass(frozen=True, slots=True)
class SampleResult:
    """What a program did with it: `totals` and `months` as a backtest tells them, `rewards` net by member."""

    totals: Mapping[str, int]
    months: Sequence[Mapping]
    rewards: Mapping[str, int]
    skipped: Mapping[str, int]


def run_sample(program: Program, past: Sample) -> SampleResult:
    """By the engine of every backtest; orders count at the moment at which they were last changed by payment or completion."""
    backtest = Backtest(program)
    for person in past.people:
        _enter(backtest, person)
    for person in past.people:
        _bind(backtest, person)
    for event in _events(past):
        backtest.take(event, again=False)
    backtest.finish()
    members = backtest.crowd.members.values()
    rewards = {
        member.member: net
        for member in members
        if (net := member.earned - member.clawed_back - member.forfeited)
    }
    skipped = {reason: count for reason, count in sorted(backtest.skipped.items()) if count}
    return SampleResult(backtest.months.totals(), backtest.months.rows(), rewards, skipped)


def told_at(order: OrderFacts) -> datetime | None:
    """When an order counts in a past."""
    return order.completed_at or order.paid_at or order.first_seen


def _enter(backtest: Backtest, person: SampleMember) -> BacktestMember:
    member = backtest.crowd.enter(person.id, person.email_hash)
    member.signed_up_at, member.group = person.signed_up_at, person.group
    member.volume, member.payments = person.volume, person.payments
    for placed in person.earliest:
        member.remember_order(placed.order, placed.at)
    return member


def _bind(backtest: Backtest, person: SampleMember) -> None:
    """The edge as it is now, with the click that led to it."""
    edge = person.referral
    advocate = backtest.crowd.get(edge.advocate) if edge else None
    friend = backtest.crowd.get(person.id)
    if advocate and backtest.crowd.bind(friend, advocate, edge.made_at) is None:
        friend.referral = edge


def _events(past: Sample) -> list[OrderSeen | Blocked]:
    orders = [OrderSeen(order, at) for order in past.orders if (at := told_at(order))]
    blocks = [Blocked(person.id, person.blocked_at) for person in past.people if person.blocked_at]
    return sorted([*blocks, *orders], key=lambda event: event.at)
