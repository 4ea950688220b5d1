"""The ledger between the shop and its members (specification: ledger, posting).

Computes what must still be posted for the rewards of an order, the entries, and the accounts that
the entries add up to. All amounts are minor units of the account's currency.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import NamedTuple

from shared.domain.instants import day_end, midnight_at_or_after
from shared.domain.ledger.entry import CLAWBACK, RETURN, REWARD, Entry
from shared.domain.ledger.reason import Reason
from shared.domain.named_tuples import build_tuple
from shared.domain.programs.program import Program
from shared.domain.rewards.reward import CUSTOMER, Due, RewardKey


class PostedReward(NamedTuple):
    """What has been posted of one reward of one order.

    * `posted`: rewards posted, less clawbacks.
    * `deducted`: what blocks and ended referrals took out of it, permanently.
    * `lapsed`: the part that is not due any more but is not taken back, because it expired unspent.
    * `available_on`: when it can be spent; `None` while a review holds it.
    """

    member: str
    level: int
    code: str
    posted: int = 0
    deducted: int = 0
    available_on: datetime | None = None
    lapsed: int = 0

    @property
    def key(self) -> RewardKey:
        return self[:3]

    @property
    def net(self) -> int:
        return self.posted - self.deducted - self.lapsed

    @property
    def reviewed(self) -> bool:
        """Whether a review can hold this reward. The buyer's own reward is never held, because
        nobody is rewarded for a recommendation.
        """
        return self.code != CUSTOMER


class Lapse(NamedTuple):
    """The part of one reward that expired unspent (`expired`), and how much of the reward was
    posted at that time (`of`).
    """

    expired: int
    of: int


class RewardDelta(NamedTuple):
    """The signed amount that brings one reward to what is due, and the reward after it.

    `due` is `None` if nothing is due any more.
    """

    reward: PostedReward
    amount: int
    due: Due | None

    @property
    def kind(self) -> str:
        return REWARD if self.amount > 0 else CLAWBACK


class DateShift(NamedTuple):
    """A reward that gets another date or, when a review begins, no date. `reward` is the reward
    after the change.

    `amount` is the amount whose date changes, `since` the date before.
    """

    reward: PostedReward
    amount: int
    since: datetime | None


NO_LAPSES: Mapping[RewardKey, Lapse] = MappingProxyType({})


def reward_deltas(
    dues: Iterable[Due],
    rewards: Collection[PostedReward],
    available_on: datetime | None = None,
    under_review: bool = False,
    lapses: Mapping[RewardKey, Lapse] = NO_LAPSES,
) -> list[RewardDelta]:
    """Due − posted for each reward of one order; `rewards` are those that it has posted. Empty if
    both are equal, as after a repeated update.

    A reward that is posted for the first time gets the date `available_on`; while the order is
    under review, only the buyer's own reward gets it. Later deltas keep the date of their reward.
    Credit that expired unspent (`lapses`) is not taken back (specification: lapsed).
    """
    advocate_date = None if under_review else available_on
    if not rewards:
        return [_first_delta(due, available_on, advocate_date) for due in dues if due.amount]
    due_by_key = {due.key: due for due in dues}
    posted_by_key = {reward.key: reward for reward in rewards}
    deltas = []
    for key in sorted({*due_by_key, *posted_by_key}, key=lambda key: (key[1], key[2], key[0])):
        reward = posted_by_key.get(key) or PostedReward(
            *key, available_on=available_on if key[2] == CUSTOMER else advocate_date
        )
        due = due_by_key.get(key)
        target = max(due.amount if due else 0, reward.deducted)
        if target != reward.posted - reward.lapsed:
            lapsed = _lapsed(target, lapses.get(key))
            after = reward._replace(posted=target + lapsed, lapsed=lapsed)
            deltas.append(RewardDelta(after, after.posted - reward.posted, due))
    return deltas


def _lapsed(target: int, lapse: Lapse | None) -> int:
    """The part above the target that stays posted because it expired unspent."""
    return min(lapse.expired, max(0, lapse.of - target)) if lapse else 0


def _first_delta(
    due: Due, available_on: datetime | None, advocate_date: datetime | None
) -> RewardDelta:
    date = available_on if due.code == CUSTOMER else advocate_date
    reward = build_tuple(PostedReward, (due.member, due.level, due.code, due.amount, 0, date, 0))
    return build_tuple(RewardDelta, (reward, due.amount, due))


def amount_to_post(due: int, posted: int, deducted: int, lapsed: int = 0) -> int:
    """The amount of a delta, as `reward_deltas` finds it, from the inputs of its reason: due −
    posted, where due is at least what was deducted (specification: taken). Below 0 it is taken
    back.

    `lapsed` is the part above due that stays posted because it expired unspent.
    """
    return max(due, deducted) + lapsed - posted


def date_shifts(
    rewards: Iterable[PostedReward], under_review: bool, available_on: datetime
) -> list[DateShift]:
    """The date changes of an order's rewards: under review, rewards lose their date; after it,
    rewards that have no date get `available_on`.
    """
    date = None if under_review else available_on
    return [
        DateShift(reward._replace(available_on=date), reward.net, reward.available_on)
        for reward in rewards
        if reward.reviewed and under_review is (reward.available_on is not None)
    ]


def availability_date(program: Program, earned_at: datetime, posted_at: datetime) -> datetime:
    """When a reward can be spent (specification: hold-days).

    Without `hold_days` it can be spent at once. With them, from the first midnight in UTC that is
    not earlier than `earned_at` + `hold_days`.
    """
    if program.hold_days == 0:
        return posted_at
    return midnight_at_or_after(earned_at + timedelta(days=program.hold_days))


def expiry_date(program: Program, available_on: datetime | None) -> datetime | None:
    """When credit with the date `available_on` expires: at the end of a day in the program's time
    zone (specification: expiry).

    `None` if the program lets no credit expire, and for credit without a date.
    """
    days = program.wallet.expires_after_days
    if days is None or available_on is None:
        return None
    return day_end(available_on + timedelta(days=days), program.time_zone)


class HeldAmount(NamedTuple):
    """Credit set aside for a checkout, in minor units. It is free again at `ends_at`."""

    amount: int
    ends_at: datetime


class LastStatement(NamedTuple):
    """What an account keeps of its last statement: the sequence number of the last entry, the
    statement's number, the month and the closing balance.
    """

    sequence: int = 0
    number: int = 0
    month: str = ""
    closing: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """One member's credit in one currency.

    * `maturing`: pending credit by its date, as known at `matured_to`; earlier dates are dropped.
    * `reviewed`: credit that a review holds; it has no date.
    * `used`: room that rewards used, by the window of the limit.
    * `blocked_at`: copied from the member, so that every write of the account sees a block.
    * `settled`: the last statement; `None` if there is none yet.
    * `next_expiry`: no credit expires before it.
    * `next_notice`: the member has been notified of all credit that expires before it.
    * `merged_into`: copied from a closed member, so that every write of the account leads to the
      transfer of its credit.
    """

    member: str
    currency: str
    revision: int = 0
    sequence: int = 0
    balance: int = 0
    volume: int = 0
    maturing: Mapping[datetime, int] = field(default_factory=dict)
    matured_to: datetime | None = None
    reviewed: int = 0
    used: Mapping[str, int] = field(default_factory=dict)
    holds: Mapping[str, HeldAmount] = field(default_factory=dict)
    blocked_at: datetime | None = None
    settled: LastStatement | None = None
    next_expiry: datetime | None = None
    next_notice: datetime | None = None
    merged_into: str | None = None

    def post(
        self,
        kind: str,
        amount: int,
        at: datetime,
        available_on: datetime | None,
        order: str | None,
        reason: Reason,
        expires_at: datetime | None = None,
    ) -> tuple["Account", Entry]:
        """Adds one entry. Returns the account afterwards, and the entry."""
        seen_to = max(at, self.matured_to) if self.matured_to else at
        sequence, balance = self.sequence + 1, self.balance + amount
        entry = Entry(
            self.member,
            sequence,
            at,
            kind,
            amount,
            self.currency,
            available_on,
            order,
            reason,
            balance,
            expires_at,
        )
        expiring = at if kind == RETURN and amount > 0 else expires_at if amount > 0 else None
        after = replace(
            self,
            sequence=sequence,
            balance=balance,
            maturing=self._maturing_after(amount, available_on, seen_to),
            matured_to=seen_to,
            reviewed=self.reviewed + (amount if entry.under_review else 0),
            next_expiry=_earlier(self.next_expiry, expiring),
            next_notice=_earlier(self.next_notice, expiring),
        )
        return after, entry

    def _maturing_after(
        self, amount: int, available_on: datetime | None, seen_to: datetime
    ) -> dict[datetime, int]:
        maturing = {date: waiting for date, waiting in self.maturing.items() if date > seen_to}
        if available_on and available_on > seen_to:
            maturing[available_on] = maturing.get(available_on, 0) + amount
        return {date: waiting for date, waiting in maturing.items() if waiting}

    def available(self, at: datetime) -> int:
        """What can be spent at an instant, which must not be before `matured_to`.

        Below 0 it is a debt, which the next rewards pay.
        """
        return self.balance - self.pending(at) - self.held(at)

    def pending(self, at: datetime) -> int:
        """What cannot be spent yet: its date is later than `at`, or a review holds it."""
        return self.reviewed + sum(waiting for date, waiting in self.maturing.items() if date > at)

    def held(self, at: datetime) -> int:
        """The credit that open holds set aside."""
        return sum(held.amount for held in self.holds.values() if held.ends_at > at)


def _earlier(known: datetime | None, other: datetime | None) -> datetime | None:
    return min(known, other) if known and other else known or other
