"""Credit in a backtest once it is earned: redeemed, returned, expired.

(specification: backtest-credit)
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.backtest.history import Redeemed
from shared.backtest.monthly_sums import MonthlySums
from shared.backtest.state import BacktestMember
from shared.domain.ledger.expiry import lots_to_expire
from shared.domain.ledger.holds import INSUFFICIENT_CREDIT, MEMBER_BLOCKED, HoldRefused, check_order
from shared.domain.ledger.lots import Lot, Lots
from shared.domain.orders.facts import OrderFacts
from shared.domain.orders.kept import is_undone
from shared.domain.programs.program import Program


class Redemption(NamedTuple):
    """Credit that paid for an order, in minor units; `lots` are known only where credit expires."""

    member: BacktestMember
    amount: int
    lots: list[Lot]


class BacktestCredit:
    """What happens to members' credit after it is earned.

    Credit expires at its own instant; in the live system a daily schedule comes after it.
    """

    def __init__(self, program: Program, months: MonthlySums) -> None:
        self._program, self._months = program, months
        days = program.wallet.expires_after_days
        self.expires = days is not None
        self._life = timedelta(days=days or 0)
        self._redemptions: dict[str, list[Redemption]] = {}
        self._latest: datetime | None = None

    def note_time(self, at: datetime) -> None:
        """Keeps the latest instant of the history, up to which credit expires."""
        if self._latest is None or at > self._latest:
            self._latest = at

    def change_lots(
        self, member: BacktestMember, date: datetime | None, amount: int, at: datetime
    ) -> None:
        """Adds a reward to the lots of its date, or takes from them what is below 0.

        Must be called before the member's sums change, and only where credit expires.
        """
        self.expire(member, at)
        lots = _lots_of(member)
        if amount > 0:
            lots.add(date or at, amount)
        else:
            lots.take(-amount, date)

    def redeem(self, member: BacktestMember, event: Redeemed, order: OrderFacts | None) -> None:
        """Spends credit on an order; raises `HoldRefused` where the live system would."""
        if member.blocked:
            raise HoldRefused(MEMBER_BLOCKED)
        check_order(self._program, order, event.amount)
        self.expire(member, event.at)
        if event.amount > member.available(event.at):
            raise HoldRefused(INSUFFICIENT_CREDIT)
        member.redeemed += event.amount
        self._months.add_redeemed(event.at, event.amount)
        lots = _lots_of(member).take(event.amount, None) if self.expires else []
        if event.order is not None:
            redemption = Redemption(member, event.amount, lots)
            self._redemptions.setdefault(event.order, []).append(redemption)

    def return_if_undone(self, order: OrderFacts, at: datetime) -> None:
        """Returns what was spent on an order that is undone, to the dates that it came from."""
        if order.id not in self._redemptions or not is_undone(order):
            return
        for member, amount, lots in self._redemptions.pop(order.id):
            member.returned += amount
            self._months.add_returned(at, amount)
            for lot in lots:
                _lots_of(member).add(lot.available_on, lot.amount)

    def expire(
        self, member: BacktestMember, at: datetime, not_before: datetime | None = None
    ) -> None:
        """Expires what is due at an instant, in the month in which it was due.

        `not_before` is the end of a block, during which nothing expires.
        """
        if not self.expires or member.blocked:
            return
        lots = _lots_of(member)
        available = member.available(at)
        for date, amount in lots_to_expire(lots.left, 0, available, at, self._life.days):
            lots.take(amount, date)
            member.expired += amount
            self._months.add_expired(max(date + self._life, not_before or date), amount)

    def expire_at_end(self, members: Iterable[BacktestMember]) -> None:
        """Expires what is due at the last instant of the history."""
        if self._latest:
            for member in members:
                self.expire(member, self._latest)


def _lots_of(member: BacktestMember) -> Lots:
    if member.lots is None:
        member.lots = Lots()
    return member.lots
