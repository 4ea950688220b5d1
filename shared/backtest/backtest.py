"""Runs a program over a history in memory, with the decisions of the live system.

(specification: backtest)
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from shared.backtest.credit import BacktestCredit
from shared.backtest.history import (
    Blocked,
    GroupAssigned,
    HistoryEvent,
    MemberSeen,
    OrderSeen,
    Redeemed,
    ReferralEnded,
    Unblocked,
)
from shared.backtest.kept_orders import KeptOrders
from shared.backtest.member_directory import (
    MemberDirectory,
    end_referral,
    list_chain,
    start_referral,
)
from shared.backtest.monthly_sums import MonthlySums, MonthSums
from shared.backtest.moving import forget_buyer
from shared.backtest.state import BacktestMember, BacktestOrder
from shared.domain.evaluation.decision import Decision, Evaluated, Withdrawn, adds_evidence, decide
from shared.domain.evaluation.deductions import apply_deductions, list_forfeits
from shared.domain.evaluation.moving import Left, leave_buyer, names_another_buyer
from shared.domain.evaluation.posted import FrozenOrder, OpenOrder
from shared.domain.ledger.holds import HoldRefused
from shared.domain.ledger.ledger import RewardDelta
from shared.domain.orders.daily_rates import NO_RATES, DailyRates, with_daily_rate
from shared.domain.orders.facts import OrderFacts
from shared.domain.programs.program import Program

UNKNOWN_MEMBER, UNKNOWN_GROUP = "unknown_member", "unknown_group"
NO_REFERRAL_TO_END = "no_referral_to_end"


class Backtest:
    """A run of one program. Call `apply` for each event of a history in turn, then `finish`.
    `on_final` is called with each order once nothing can change it any more. `skipped` counts, by
    reason, what the live system would refuse. `rates` are for orders that tell no rate.
    """

    def __init__(
        self,
        program: Program,
        on_final: Callable[[BacktestOrder], None] = lambda order: None,
        rates: DailyRates = NO_RATES,
    ) -> None:
        self.program = program
        self.members = MemberDirectory()
        self.months = MonthlySums(program.time_zone)
        self.skipped: Counter[str] = Counter()
        self._credit = BacktestCredit(program, self.months, self.members.by_id)
        self._capped = program.rules.max_per_advocate is not None
        self._depth, self._rates = program.depth() or 1, rates
        self.kept_orders = KeptOrders(program, self.members.by_id, on_final)

    def apply(self, event: HistoryEvent, named_later: bool = True) -> None:
        """Applies the next event. Pass `named_later=False` if no later event names the same order."""
        if self._credit.expires:
            self._credit.note_time(event.at)
        match event:
            case OrderSeen():
                self._evaluate_order(event, named_later)
            case MemberSeen():
                self._add_member(event)
            case Redeemed():
                self._redeem(event, named_later)
            case ReferralEnded():
                self._end_referral(event)
            case GroupAssigned():
                self._assign_group(event)
            case Blocked():
                self._block(event)
            case Unblocked():
                self._unblock(event)
            case _:
                assert_never(event)

    def finish(self, latest: datetime | None = None) -> None:
        """Ends the history: all orders become final, and credit whose expiry date has come expires.
        If this run had only a part of a history, `latest` is the last instant of the whole.
        """
        if latest:
            self._credit.note_time(latest)
        self.kept_orders.finish_all()
        self._credit.expire_at_end(self.members.by_id.values())

    # --- orders ---

    def _evaluate_order(self, event: OrderSeen, named_later: bool) -> None:
        update, at = event
        month = self.months.month_of(at)
        order = self.kept_orders.by_id.get(update.id)
        if order is None:
            order = BacktestOrder(update, at)
            month.orders += 1
        else:
            self._reopen(order, order.add_update(update, at), at, month)
        order.named_later = named_later
        order.facts = facts = with_daily_rate(order.facts, self.program, self._rates)
        if isinstance(order.posted, OpenOrder) and not facts.test:
            order.buyer = self._buyer_of(facts)
        if order.buyer is not None:
            order.buyer.remember_order(facts.id, facts.first_seen)
        self._credit.follow(facts, at)
        decision = self._decide(order, at)
        if decision.parked != order.parked:
            self._count_parked(order, decision.parked)
        if isinstance(decision, Evaluated | Withdrawn):
            self._post(order, decision, at, month)
        self.kept_orders.keep_or_finish(order, at)
        self.kept_orders.finish_matured(at)

    def _reopen(
        self, order: BacktestOrder, known: OrderFacts, at: datetime, month: MonthSums
    ) -> None:
        """Opens a frozen order if an update changes its buyer or adds evidence."""
        posted, facts = order.posted, order.facts
        if names_another_buyer(known, facts) and self._buyer_of(facts) is not order.buyer:
            if isinstance(posted, FrozenOrder):
                left = leave_buyer(self.program, posted, self._credit.lapses(order, at))
                self._post(order, left, at, month)
            forget_buyer(order)
        elif isinstance(posted, FrozenOrder) and adds_evidence(posted.terms, known, facts):
            order.posted = posted.reopen()

    def _buyer_of(self, facts: OrderFacts) -> BacktestMember | None:
        return self.members.find_or_add_buyer(facts)

    def _decide(self, order: BacktestOrder, at: datetime) -> Decision:
        facts, posted, buyer = order.facts, order.posted, order.buyer
        lapses = self._credit.lapses(order, at)
        if isinstance(posted, FrozenOrder):
            chain = posted.terms.chain if self._capped else ()
            advocates = [self.members.by_id[advocate.member] for advocate in chain]
            return decide(facts, self.program, posted, None, advocates, at, lapses=lapses)
        if buyer is None:
            return decide(facts, self.program, posted, None, (), at, lapses=lapses)
        advocates = self._find_chain(buyer, order, at)
        seen = buyer.as_buyer_of(facts)
        return decide(facts, self.program, posted, seen, advocates, at, lapses=lapses)

    def _find_chain(
        self, buyer: BacktestMember, order: BacktestOrder, at: datetime
    ) -> list[BacktestMember]:
        """The advocates above a buyer, nearest first.

        A code on the order makes a referral if the buyer has no advocate. The buyer's own code
        makes none; the result is then the buyer alone, which `decide` refuses.
        """
        facts = order.facts
        if buyer.advocate is None and facts.codes:
            owner = self.members.find_code_owner(facts.codes)
            if owner is buyer:
                return [buyer]
            if owner is not None:
                made_at = facts.first_seen or at
                self._start_referral(buyer, owner, made_at)
                order.made_referral = buyer.referral.id if buyer.referral else None
                buyer.signed_up_at = buyer.signed_up_at or made_at
        return list_chain(buyer, self._depth)

    def _count_parked(self, order: BacktestOrder, reason: str | None) -> None:
        """Counts an order under the reason why it is parked now, and no longer under an earlier
        one.
        """
        if order.parked:
            self.skipped[order.parked] -= 1
        if reason:
            self.skipped[reason] += 1
        order.parked = reason

    def _post(
        self,
        order: BacktestOrder,
        decision: Evaluated | Withdrawn | Left,
        at: datetime,
        month: MonthSums,
    ) -> None:
        earned, clawed_back = self._post_deltas(decision.deltas, order.facts.id, at)
        for name, amount in decision.used:
            self.members.by_id[name].used += amount
        friend, volume = order.buyer, decision.volume
        if friend is not None and (volume or decision.payments):
            friend.payments += decision.payments
            referral, advocate = friend.referral, friend.advocate
            terms = decision.terms if isinstance(decision, Left) else decision.posted.terms
            if referral and advocate and referral.id == terms.referral:
                advocate.volume += volume
                friend.volume_given += volume
        outcome = decision.outcome if isinstance(decision, Evaluated) else None
        month.add_evaluation(order.outcome, outcome, earned, clawed_back)
        order.posted, order.outcome = decision.posted, outcome

    def _post_deltas(
        self, deltas: tuple[RewardDelta, ...], order_id: str, at: datetime
    ) -> tuple[int, int]:
        """Applies the deltas to the members. Returns what was earned and what was clawed back."""
        earned = clawed_back = 0
        for reward, amount, _ in deltas:
            member = self.members.by_id[reward.member]
            if self._credit.expires:
                self._credit.expire(member, at)
                self._credit.post(reward, order_id, amount, at)
            if amount > 0:
                member.earned += amount
                earned += amount
            else:
                member.clawed_back -= amount
                clawed_back -= amount
        return earned, clawed_back

    # --- members ---

    def _add_member(self, event: MemberSeen) -> None:
        member = self.members.find_or_add(event.id, event.email_hash, event.code)
        if member.signed_up_at is None:
            member.signed_up_at = event.at
        if event.advocate is not None:
            self._start_referral(member, self.members.find_or_add(event.advocate), event.at)

    def _start_referral(
        self, friend: BacktestMember, advocate: BacktestMember, at: datetime
    ) -> None:
        reason = start_referral(friend, advocate, at)
        if reason:
            self.skipped[reason] += 1

    def _end_referral(self, event: ReferralEnded) -> None:
        friend = self.members.find(event.friend)
        if friend is None or not end_referral(friend):
            self.skipped[NO_REFERRAL_TO_END] += 1

    def _assign_group(self, event: GroupAssigned) -> None:
        member, group = self._find_known(event.member), self.program.group_named(event.group)
        if member is None:
            return
        if event.group is not None and (group is None or not group.assigned):
            self.skipped[UNKNOWN_GROUP] += 1
        else:
            member.group = event.group

    def _block(self, event: Blocked) -> None:
        member = self._find_known(event.member)
        if member is None or member.blocked:
            return
        self._credit.expire(member, event.at)
        member.blocked = True
        for order in member.pending or ():
            self._forfeit(member, order, event.at)
        member.pending = None

    def _forfeit(self, member: BacktestMember, order: BacktestOrder, at: datetime) -> None:
        """Forfeits a blocked member's pending rewards of one order."""
        forfeits = list_forfeits(order.posted.rewards, member.member, at)
        order.posted, used = apply_deductions(self.program, order.posted, forfeits)
        for name, amount in used:
            self.members.by_id[name].used += amount
        if self._credit.expires:
            for reward, amount in forfeits:
                self._credit.forfeit(reward, order.facts.id, amount)
        amount = sum(forfeit.amount for forfeit in forfeits)
        member.forfeited += amount
        self.months.add_forfeited(at, amount)

    def _unblock(self, event: Unblocked) -> None:
        member = self._find_known(event.member)
        if member and member.blocked:
            member.blocked = False
            member.credited_at = event.at
            self._credit.expire(member, event.at)

    def _redeem(self, event: Redeemed, named_later: bool) -> None:
        member = self._find_known(event.member)
        order = self.kept_orders.by_id.get(event.order) if event.order else None
        if member:
            try:
                self._credit.redeem(member, event, order.facts if order else None)
            except HoldRefused as refusal:
                self.skipped[refusal.code] += 1
        if order:
            order.named_later = named_later
            self.kept_orders.keep_or_finish(order, event.at)

    def _find_known(self, member_id: str) -> BacktestMember | None:
        """The member with this id; `None` if there is none, which is counted as skipped."""
        member = self.members.find(member_id)
        if member is None:
            self.skipped[UNKNOWN_MEMBER] += 1
        return member
