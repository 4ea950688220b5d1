"""Credit in a backtest once it is earned: redeemed, returned, expired.

(specification: backtest-credit)
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from shared.backtest.history import Redeemed
from shared.backtest.monthly_sums import MonthlySums
from shared.backtest.state import BacktestMember, BacktestOrder
from shared.domain.ledger.holds import (
    INSUFFICIENT_CREDIT,
    MEMBER_BLOCKED,
    HoldRefused,
    OrderBound,
    check_new_hold,
)
from shared.domain.ledger.ledger import NO_LAPSES, Lapse, PostedReward, expiry_date
from shared.domain.ledger.lots import Lot, Lots, RewardSource, lapse_of
from shared.domain.ledger.order_credit import OrderCredit, return_deltas, with_returns
from shared.domain.ledger.owner import Owner
from shared.domain.orders.facts import OrderFacts
from shared.domain.programs.program import Program
from shared.domain.rewards.reward import RewardKey


class BacktestCredit:
    """What happens to members' credit after it is earned.

    Credit expires at its own instant; in the live system a daily schedule comes after it. Lots are
    kept only where credit expires.
    """

    def __init__(
        self, program: Program, months: MonthlySums, members: Mapping[str, BacktestMember]
    ) -> None:
        """`members` are those of the history, by their internal ids."""
        self._program, self._months, self._members = program, months, members
        self.expires = program.wallet.expires_after_days is not None
        self._credits: dict[str, OrderCredit] = {}
        self._latest: datetime | None = None

    def note_time(self, at: datetime) -> None:
        """Keeps the latest instant of the history, up to which credit expires."""
        if self._latest is None or at > self._latest:
            self._latest = at

    def post(self, reward: PostedReward, order_id: str, amount: int, at: datetime) -> None:
        """Adds what is posted of a reward to its lots, or takes from them what is below 0.

        Must be called before the member's sums change, and only where credit expires.
        """
        member = self._members[reward.member]
        lots, source = _lots_of(member), RewardSource(order_id, reward.level, reward.code)
        lots.note_posted(source, amount)
        if amount > 0:
            member.credited_at = at
            expires_at = expiry_date(self._program, reward.available_on)
            lots.add(Lot(reward.available_on or at, amount, expires_at, source))
        else:
            lots.take(-amount, source, reward.available_on)

    def forfeit(self, reward: PostedReward, order_id: str, amount: int) -> None:
        """Takes an amount off a reward's lot by a block; only where credit expires."""
        source = RewardSource(order_id, reward.level, reward.code)
        _lots_of(self._members[reward.member]).take(amount, source, reward.available_on)

    def lapses(self, order: BacktestOrder, at: datetime) -> Mapping[RewardKey, Lapse]:
        """What expired unspent by an instant of the rewards that an order has posted."""
        if not self.expires:
            return NO_LAPSES
        lapses: dict[RewardKey, Lapse] = {}
        for reward in order.posted.rewards:
            member = self._members[reward.member]
            self.expire(member, at)
            if lapse := lapse_of(_lots_of(member), order.facts.id, reward):
                lapses[reward.key] = lapse
        return lapses

    def redeem(self, member: BacktestMember, event: Redeemed, order: OrderFacts | None) -> None:
        """Spends credit on an order; raises `HoldRefused` where the live system would."""
        if member.blocked:
            raise HoldRefused(MEMBER_BLOCKED)
        credit = self._credits.get(event.order or "") or OrderCredit(event.order or "")
        bound = OrderBound(order, event.items_total, credit.spent if event.order else 0)
        check_new_hold(self._program, bound, event.amount)
        self.expire(member, event.at)
        if event.amount > member.available(event.at):
            raise HoldRefused(INSUFFICIENT_CREDIT)
        member.redeemed += event.amount
        self._months.add_redeemed(event.at, event.amount)
        if self.expires:
            _lots_of(member).pay(credit.order, event.amount)
        if event.order is not None:
            owner = Owner(member.member, self._program.currency)
            self._credits[event.order] = credit.with_capture("", owner, event.amount)
            if order is not None:
                self.settle(order, event.at)

    def settle(self, order: OrderFacts, at: datetime) -> None:
        """Brings back the credit that an order does not keep, or takes it again."""
        credit = self._credits.get(order.id)
        if credit is None:
            return
        deltas = return_deltas(order, credit)
        for delta in deltas:
            member = self._members[delta.payer.owner.member]
            self.expire(member, at)
            member.returned += delta.amount
            self._months.add_returned(at, delta.amount)
            if delta.amount > 0:
                member.credited_at = at
            if self.expires:
                _lots_of(member).return_to(order.id, delta.amount, at)
        self._credits[order.id] = with_returns(credit, deltas)

    def expire(self, member: BacktestMember, at: datetime) -> None:
        """Expires what is due at an instant, in the month in which it was due.

        Credit that came after its own end, or whose member was blocked then, expires when it came.
        """
        if not self.expires or member.blocked or member.lots is None:
            return
        lots = member.lots
        if lots.has_ended(at):
            for expires_at, amount in lots.due(0, member.available(at), at).items():
                lots.expire(amount, expires_at)
                member.expired += amount
                expired_at = max(expires_at, member.credited_at or expires_at)
                self._months.add_expired(expired_at, amount)

    def expire_at_end(self, members: Iterable[BacktestMember]) -> None:
        """Expires what is due at the last instant of the history."""
        if self._latest:
            for member in members:
                self.expire(member, self._latest)


def _lots_of(member: BacktestMember) -> Lots:
    if member.lots is None:
        member.lots = Lots()
    return member.lots
