"""A program run over a history by the production engine, in memory: what it would have cost, and whom it would have rewarded."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from heapq import heappop, heappush

from shared.backtest.credit import Spending
from shared.backtest.history import (
    Blocked,
    Event,
    GroupAssigned,
    MemberSeen,
    OrderSeen,
    Redeemed,
    ReferralEnded,
    Unblocked,
)
from shared.backtest.monthly_sums import MonthlySums, MonthSums
from shared.backtest.orders import BacktestOrder, refusals_of, rewards_of
from shared.backtest.people import BacktestMember, People, chain_above, member_row
from shared.domain.evaluation.decision import Evaluated, FrozenOrder, OpenOrder, Withdrawn, decide
from shared.domain.evaluation.deductions import apply_deductions, list_forfeits
from shared.domain.ledger.holds import HoldRefused
from shared.domain.orders.facts import OrderFacts
from shared.domain.programs.program import Program

UNKNOWN_MEMBER, UNKNOWN_GROUP, NO_REFERRAL_TO_END = (
    "unknown_member",
    "unknown_group",
    "no_referral_to_end",
)


def _keep(sale: BacktestOrder) -> None:
    """Nobody listens to sales that are over."""


class Backtest:
    """A run of one program. `take` the events in their order, then `finish`; `over` hears each sale once nothing can change it any more.

    A sale is remembered while it may be told again or a block could still forfeit from it, so memory follows members, not orders.
    """

    def __init__(self, program: Program, over: Callable[[BacktestOrder], None] = _keep):
        self.program = program
        self.crowd = People()
        self.months = MonthlySums(program.time_zone)
        self.credit = Spending(program, self.months)
        self.skipped: Counter[str] = Counter()
        self._over = over
        self._holds = program.hold_days > 0
        self._capped = program.rules.max_per_advocate is not None
        self._depth = program.depth() or 1
        self._sales: dict[str, BacktestOrder] = {}
        self._maturing: list[tuple[datetime, str]] = []
        self._takers = {
            MemberSeen: self._member_seen,
            ReferralEnded: self._referral_ended,
            GroupAssigned: self._group_assigned,
            Blocked: self._blocked,
            Unblocked: self._unblocked,
        }

    def take(self, event: Event, again: bool = True) -> None:
        """The next event. `again` is false where no later line names its order."""
        if self.credit.expires:
            self.credit.reach(event.at)
        if type(event) is OrderSeen:
            self._order_told(event, again)
        elif type(event) is Redeemed:
            self._redeem(event, again)
        else:
            self._takers[type(event)](event)

    def finish(self) -> None:
        """The end of the history: every sale is over."""
        for sale in self._sales.values():
            self._over(sale)
        self._sales.clear()
        self.credit.finish(self.crowd.members.values())

    # --- orders ---

    def _order_told(self, event: OrderSeen, again: bool) -> None:
        told, at = event
        month = self.months.month(at)
        sale = self._sales.get(told.id)
        if sale is None:
            sale = BacktestOrder(told, at)
            month.orders += 1
        else:
            sale.learn(told, at)
        sale.again = again
        order = sale.order
        if isinstance(sale.posted, OpenOrder) and not order.test:
            sale.buyer = self.crowd.customer(order.customer, order.email_hash, order.ref_token)
        if sale.buyer is not None:
            sale.buyer.remember_order(order.id, order.first_seen)
        self._evaluate(sale, at, month)
        self.credit.give_back(order, at)
        self._keep_while_needed(sale, at)
        if self._maturing:
            self._release(at)

    def _keep_while_needed(self, sale: BacktestOrder, at: datetime) -> None:
        if (self._holds and self._pending(sale, at)) or sale.again:
            self._sales[sale.order.id] = sale
        else:
            self._sales.pop(sale.order.id, None)
            self._over(sale)

    def _evaluate(self, sale: BacktestOrder, at: datetime, month: MonthSums) -> None:
        order, before, buyer = sale.order, sale.posted, sale.buyer
        if isinstance(before, FrozenOrder):
            chain = before.terms.chain if self._capped else ()
            advocates = [self.crowd.members[advocate.member] for advocate in chain]
            decision = decide(order, self.program, before, None, advocates, at)
        elif buyer is None:
            decision = decide(order, self.program, before, None, (), at)
        else:
            chain = self._chain(buyer, order, at)
            decision = decide(
                order, self.program, before, buyer.before(order.id, order.email_hash), chain, at
            )
        if decision.parked != sale.parked:
            self._count_parked(sale, decision.parked)
        if isinstance(decision, Evaluated | Withdrawn):
            self._apply(sale, decision, at, month)

    def _chain(self, buyer: BacktestMember, order: OrderFacts, at: datetime) -> list:
        """The advocates above a buyer. A code on the order binds a buyer who has no advocate; one's own makes no edge and earns nothing."""
        if buyer.advocate is None and order.codes:
            owner = self.crowd.owner_of(order.codes)
            if owner is buyer:
                return [buyer]
            if owner is not None:
                made_at = order.first_seen or at
                self._bind(buyer, owner, made_at)
                buyer.signed_up_at = buyer.signed_up_at or made_at
        return chain_above(buyer, self._depth)

    def _count_parked(self, sale: BacktestOrder, parked: str | None) -> None:
        """Count what waits for staff, each order once and as it stands."""
        if sale.parked:
            self.skipped[sale.parked] -= 1
        if parked:
            self.skipped[parked] += 1
        sale.parked = parked

    def _apply(
        self, sale: BacktestOrder, decision: Evaluated | Withdrawn, at: datetime, month: MonthSums
    ) -> None:
        members, expires = self.crowd.members, self.credit.expires
        earned = clawed_back = 0
        for reward, amount, _ in decision.deltas:
            member = members[reward.member]
            if expires:
                self.credit.earn(member, reward.available_on, amount, at)
            if amount > 0:
                member.earned += amount
                earned += amount
            else:
                member.clawed_back -= amount
                clawed_back -= amount
        for name, amount in decision.used:
            members[name].used += amount
        friend, volume = sale.buyer, decision.volume
        if friend is not None and (volume or decision.payments):
            friend.payments += decision.payments
            if friend.advocate is not None and friend.referral.id == decision.posted.terms.referral:
                friend.advocate.volume += volume
                friend.given_volume += volume
        outcome = decision.outcome if isinstance(decision, Evaluated) else None
        month.evaluated(sale.outcome, outcome, earned, clawed_back)
        sale.posted, sale.outcome = decision.posted, outcome

    def _pending(self, sale: BacktestOrder, at: datetime) -> bool:
        """Whether a block could still forfeit something; each member keeps the sales to look at."""
        rows = [row for row in sale.posted.rewards if row.net and row.available_on > at]
        for row in rows:
            member = self.crowd.members[row.member]
            member.pending = [
                other for other in member.pending or () if other is not sale and _latest(other) > at
            ]
            member.pending.append(sale)
        if rows:
            heappush(self._maturing, (_latest(sale), sale.order.id))
        return bool(rows)

    def _release(self, at: datetime) -> None:
        while self._maturing and self._maturing[0][0] <= at:
            _, order_id = heappop(self._maturing)
            sale = self._sales.get(order_id)
            if sale is not None and not sale.again:
                self._over(self._sales.pop(order_id))

    # --- members ---

    def _member_seen(self, event: MemberSeen) -> None:
        member = self.crowd.enter(event.id, event.email_hash, event.code)
        if member.signed_up_at is None:
            member.signed_up_at = event.at
        if event.advocate is not None:
            self._bind(member, self.crowd.enter(event.advocate), event.at)

    def _bind(self, friend: BacktestMember, advocate: BacktestMember, at: datetime) -> None:
        refused = self.crowd.bind(friend, advocate, at)
        if refused:
            self.skipped[refused] += 1

    def _referral_ended(self, event: ReferralEnded) -> None:
        friend = self.crowd.get(event.friend)
        if friend is None or not self.crowd.end(friend):
            self.skipped[NO_REFERRAL_TO_END] += 1

    def _group_assigned(self, event: GroupAssigned) -> None:
        member, group = self._known(event.member), self.program.group_named(event.group)
        if event.group is not None and (group is None or not group.assigned):
            self.skipped[UNKNOWN_GROUP] += 1
        elif member:
            member.group = event.group

    def _blocked(self, event: Blocked) -> None:
        member = self._known(event.member)
        if member is None or member.blocked:
            return
        self.credit.expire(member, event.at)
        member.blocked = True
        for sale in member.pending or ():
            self._forfeit(member, sale, event.at)
        member.pending = None

    def _forfeit(self, member: BacktestMember, sale: BacktestOrder, at: datetime) -> None:
        taken = list_forfeits(sale.posted.rewards, member.member, at)
        sale.posted, used = apply_deductions(self.program, sale.posted, taken)
        for name, amount in used:
            self.crowd.members[name].used += amount
        amount = sum(taking.amount for taking in taken)
        if self.credit.expires:
            for taking in taken:
                self.credit.earn(member, taking.reward.available_on, -taking.amount, at)
        member.forfeited += amount
        self.months.forfeited(at, amount)

    def _unblocked(self, event: Unblocked) -> None:
        member = self._known(event.member)
        if member and member.blocked:
            member.blocked = False
            self.credit.expire(member, event.at, since=event.at)

    def _redeem(self, event: Redeemed, again: bool) -> None:
        member, sale = self._known(event.member), self._sales.get(event.order)
        if member:
            try:
                self.credit.redeem(member, event, sale.order if sale else None)
            except HoldRefused as refused:
                self.skipped[refused.code] += 1
        if sale:
            sale.again = again
            self._keep_while_needed(sale, event.at)

    def _known(self, member_id: str) -> BacktestMember | None:
        member = self.crowd.get(member_id)
        if member is None:
            self.skipped[UNKNOWN_MEMBER] += 1
        return member


def _latest(sale: BacktestOrder) -> datetime:
    return max(row.available_on for row in sale.posted.rewards if row.available_on)


def run(program: Program, events: Iterable[Event]) -> dict:
    """The whole result of a history that fits in memory, as `grapevine backtest --json` prints it."""
    sales: list[BacktestOrder] = []
    backtest = Backtest(program, sales.append)
    for event in events:
        backtest.take(event)
    backtest.finish()
    return {
        "rewards": [row for sale in sales for row in rewards_of(sale, backtest.crowd)],
        "refusals": [row for sale in sales for row in refusals_of(sale, backtest.crowd)],
        **summary(backtest),
    }


def summary(backtest: Backtest) -> dict:
    """The part of the result that does not grow with the orders."""
    members = backtest.crowd.members.values()
    return {
        "members": {member.public_id: member_row(backtest.program, member) for member in members},
        "totals": backtest.months.totals(),
        "by_month": backtest.months.rows(),
        "skipped": {reason: count for reason, count in sorted(backtest.skipped.items()) if count},
    }
