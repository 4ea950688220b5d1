"""Credit in a backtest after it was earned: redeemed, returned, expired.

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
    """What happens to members' credit after it was earned.

    Credit expires exactly at its expiry date; in the live system a daily job expires it a little
    later. Lots are kept only if the program lets credit expire.
    """

    def __init__(
        self, program: Program, months: MonthlySums, members: Mapping[str, BacktestMember]
    ) -> None:
        """`members` are the members of the history, by internal id."""
        self._program, self._months, self._members = program, months, members
        self.expires = program.wallet.expires_after_days is not None
        self._credits: dict[str, OrderCredit] = {}
        self._latest: datetime | None = None

    def note_time(self, at: datetime) -> None:
        """Remembers the latest instant of the history. Credit expires up to that instant."""
        if self._latest is None or at > self._latest:
            self._latest = at

    def post(self, reward: PostedReward, order_id: str, amount: int, at: datetime) -> None:
        """Adds the posted amount of a reward to the member's lots, or takes it from them if it is
        below 0.

        Call it before the member's sums change, and only if the program lets credit expire.
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
        """Takes forfeited credit out of the lots. Call it only if the program lets credit expire."""
        source = RewardSource(order_id, reward.level, reward.code)
        _lots_of(self._members[reward.member]).take(amount, source, reward.available_on)

    def lapses(self, order: BacktestOrder, at: datetime) -> Mapping[RewardKey, Lapse]:
        """For each posted reward of an order, the part that had expired unspent at an instant;
        rewards without such a part are left out. Expires the members' credit up to that instant
        first.
        """
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
        """Spends credit on an order. Raises `HoldRefused` if the live system would refuse it."""
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
                self.follow(order, event.at)

    def follow(self, order: OrderFacts, at: datetime) -> None:
        """Gives back credit that was spent on an order, if the order is now cancelled or refunded.
        Takes the credit again if that is no longer so.
        """
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
        """Expires the credit whose expiry date has come at an instant, and counts it in the month
        of that date.

        Credit that was added after its expiry date is counted in the month in which it was added.
        If the member was blocked at the expiry date, it is counted in the month in which the block
        ended.
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
        """Expires the credit whose expiry date has come at the last instant of the history."""
        if self._latest:
            for member in members:
                self.expire(member, self._latest)


def _lots_of(member: BacktestMember) -> Lots:
    if member.lots is None:
        member.lots = Lots()
    return member.lots
