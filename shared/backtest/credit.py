"""Credit in a backtest after it was earned: spent, given back, expired (design, sections 6 and 8)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.backtest.history import Redeemed
from shared.backtest.monthly_sums import MonthlySums
from shared.backtest.people import BacktestMember
from shared.domain.ledger.expiry import lots_to_expire
from shared.domain.ledger.holds import INSUFFICIENT_CREDIT, MEMBER_BLOCKED, HoldRefused, check_order
from shared.domain.ledger.ledger import PostedReward
from shared.domain.ledger.lots import Lot, Lots
from shared.domain.orders.facts import OrderFacts, is_undone
from shared.domain.programs.program import Program


class Spent(NamedTuple):
    """Credit that paid for an order; `lots` are known only where credit expires."""

    member: BacktestMember
    amount: int
    lots: list[Lot]


class Spending:
    """What members do with their credit. Where it expires, it is due at its own instant, not at the next run of a schedule."""

    def __init__(self, program: Program, months: MonthlySums):
        self._program, self._months = program, months
        days = program.wallet.expires_after_days
        self.expires = days is not None
        self._life = timedelta(days=days or 0)
        self._paid: dict[str, list[Spent]] = {}
        self._now: datetime | None = None

    def reach(self, at: datetime) -> None:
        """The history has come to an instant."""
        if self._now is None or at > self._now:
            self._now = at

    def earn(self, member: BacktestMember, date: datetime, amount: int, at: datetime) -> None:
        """A reward of a date, or below 0 what is taken of one; told before the member's sums change."""
        self.expire(member, at)
        if amount > 0:
            member.lots.add(date, amount)
        else:
            member.lots.take(-amount, date)

    def redeem(self, member: BacktestMember, event: Redeemed, order: OrderFacts | None) -> None:
        """Raises `HoldRefused`, as the live system would."""
        if member.blocked:
            raise HoldRefused(MEMBER_BLOCKED)
        check_order(self._program, order, event.amount)
        self.expire(member, event.at)
        if event.amount > _available(member, event.at):
            raise HoldRefused(INSUFFICIENT_CREDIT)
        member.redeemed += event.amount
        self._months.redeemed(event.at, event.amount)
        lots = member.lots.take(event.amount, None) if self.expires else []
        if event.order is not None:
            self._paid.setdefault(event.order, []).append(Spent(member, event.amount, lots))

    def give_back(self, order: OrderFacts, at: datetime) -> None:
        """Credit spent on an order that was taken back whole goes back to who spent it, to the dates it came from."""
        if order.id not in self._paid or not is_undone(order):
            return
        for member, amount, lots in self._paid.pop(order.id):
            member.returned += amount
            self._months.returned(at, amount)
            for lot in lots:
                member.lots.add(lot.available_on, lot.amount)

    def expire(self, member: BacktestMember, at: datetime, since: datetime | None = None) -> None:
        """What is due at an instant, each date in the month in which it was, or in that of `since`, until when nothing could."""
        if not self.expires:
            return
        member.lots = member.lots or Lots()
        if member.blocked:
            return
        for lot in lots_to_expire(member.lots.left, 0, _available(member, at), at, self._life.days):
            member.lots.take(lot.amount, lot.available_on)
            member.expired += lot.amount
            self._months.expired(
                max(lot.available_on + self._life, since or lot.available_on), lot.amount
            )

    def finish(self, members: Iterator[BacktestMember]) -> None:
        """The end of the history, which is its last instant."""
        if self._now:
            for member in members:
                self.expire(member, self._now)


def _available(member: BacktestMember, at: datetime) -> int:
    """What a member has and can spend."""
    rows: Iterator[PostedReward] = (
        row for sale in member.pending or () for row in sale.posted.rewards
    )
    waiting = sum(
        row.net
        for row in rows
        if row.member == member.member and row.available_on and row.available_on > at
    )
    return member.balance - waiting
