"""Double entry between the program and its members: append-only entries, and the accounts they add up to (design, section 6)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.instants import midnight_at_or_after
from shared.domain.programs.program import Program
from shared.domain.rewards.reward import CUSTOMER, Due

REWARD, CLAWBACK, FORFEIT, ADJUSTMENT = "reward", "clawback", "forfeit", "adjustment"
HOLD, CAPTURE, VOID, RETURN, EXPIRY = "hold", "capture", "void", "return", "expiry"
UNDER_REVIEW = frozenset({REWARD, CLAWBACK, FORFEIT, ADJUSTMENT})
"""Kinds whose entries about an order have a date, unless they move credit that waits for a review."""


_new = tuple.__new__
"""A NamedTuple's own constructor costs twice as much, which an order with ten levels feels."""


class Posting(NamedTuple):
    """A positive amount moved from one ledger account to another; an undo swaps them."""

    source: str
    target: str
    amount: int
    currency: str


class PostedReward(NamedTuple):
    """What was posted of one reward of one order: `posted` is rewards less clawbacks, `taken` what lowers its due for good.

    One that is held for a review has no date.
    """

    member: str
    level: int
    code: str
    posted: int = 0
    taken: int = 0
    available_on: datetime | None = None

    @property
    def net(self) -> int:
        return self.posted - self.taken

    @property
    def reviewed(self) -> bool:
        """Whether a review holds it too: the buyer's own reward is nobody's recommendation."""
        return self.code != CUSTOMER


class RewardDelta(NamedTuple):
    """A signed amount that brings one reward to what is due, and the reward as it stands then; `due` is `None` where nothing is due."""

    standing: PostedReward
    amount: int
    due: Due | None

    @property
    def kind(self) -> str:
        return REWARD if self.amount > 0 else CLAWBACK


class DateShift(NamedTuple):
    """A reward that gets another date, or none while it is reviewed, with what of it moves and the date it had."""

    standing: PostedReward
    amount: int
    since: datetime | None


def reward_deltas(
    dues: Iterable[Due],
    posted: Collection[PostedReward],
    matures: datetime | None = None,
    held: bool = False,
) -> list[RewardDelta]:
    """Due less posted, for each reward of one order. A payment, a refund and a won dispute are this; for a repeat it is empty.

    What is posted for the first time can be spent from `matures` on, or has no date while a review holds it; later changes of it carry
    the same.
    """
    if not posted:
        first = None if held else matures
        return [
            _new(
                RewardDelta,
                (
                    _new(
                        PostedReward,
                        (
                            due.member,
                            due.level,
                            due.code,
                            due.amount,
                            0,
                            _date(due, matures, first),
                        ),
                    ),
                    due.amount,
                    due,
                ),
            )
            for due in dues
            if due.amount
        ]
    due_by_key = {(due.member, due.level, due.code): due for due in dues}
    standing_by_key = {(row.member, row.level, row.code): row for row in posted}
    keys = sorted({*due_by_key, *standing_by_key}, key=lambda key: (key[1], key[2], key[0]))
    found = []
    for key in keys:
        standing = standing_by_key.get(key) or PostedReward(
            *key, available_on=None if held and key[2] != CUSTOMER else matures
        )
        due = due_by_key.get(key)
        amount = difference(due.amount if due else 0, standing.posted, standing.taken)
        if amount:
            found.append(
                RewardDelta(standing._replace(posted=standing.posted + amount), amount, due)
            )
    return found


def _date(due: Due, matures: datetime | None, first: datetime | None) -> datetime | None:
    return matures if due.code == CUSTOMER else first


def date_shifts(
    standings: Iterable[PostedReward], held: bool, matures: datetime
) -> list[DateShift]:
    """What a review that begins takes the date from, and what one that ended gives it to."""
    return [
        DateShift(row._replace(available_on=None if held else matures), row.net, row.available_on)
        for row in standings
        if row.reviewed and held is (row.available_on is not None)
    ]


def difference(due: int, posted: int, taken: int) -> int:
    """What is still to be posted, below 0 to take back; what a block or an ended referral took lowers due for good."""
    return max(0, due - taken) - (posted - taken)


def available_on(program: Program, earned_at: datetime, posted_at: datetime) -> datetime:
    """When a reward can be spent: at once without a hold, else from the first UTC midnight at or after its end."""
    if program.hold_days == 0:
        return posted_at
    return midnight_at_or_after(earned_at + timedelta(days=program.hold_days))


class Entry(NamedTuple):
    """A posting's line in one member's history, amount signed; `reason` is the document of `shared.domain.evaluation.reasons`."""

    member: str
    sequence: int
    at: datetime
    kind: str
    amount: int
    currency: str
    available_on: datetime | None
    order: str | None
    reason: Mapping
    balance_after: int

    @property
    def under_review(self) -> bool:
        """Whether it moves credit that waits for a review."""
        return self.available_on is None and self.order is not None and self.kind in UNDER_REVIEW

    @property
    def posting(self) -> Posting:
        program, member = "program", f"member:{self.member}"
        source, target = (program, member) if self.amount > 0 else (member, program)
        return Posting(source, target, abs(self.amount), self.currency)


class HeldAmount(NamedTuple):
    """Credit authorised for a checkout; it is free again when it ends."""

    amount: int
    ends_at: datetime


class LastStatement(NamedTuple):
    """How far an account's statements go: the last entry, number, month and closing of the last one."""

    sequence: int = 0
    number: int = 0
    month: str = ""
    closing: int = 0


@dataclass(frozen=True, slots=True)
class Account:
    """One member's credit in one currency. `maturing` holds what is not available before its date; `used` the room per cap window.

    `reviewed` is what waits for a review and has no date. `blocked_at` is the member's own: here a block meets whoever is about to write
    the account. `settled` is `None` before the first statement.
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

    def post(
        self,
        kind: str,
        amount: int,
        at: datetime,
        matures: datetime | None,
        order: str | None,
        reason: Mapping,
    ) -> tuple["Account", Entry]:
        """This account after one more entry, and the entry."""
        seen_to = max(at, self.matured_to) if self.matured_to else at
        maturing = {date: waiting for date, waiting in self.maturing.items() if date > seen_to}
        if matures and matures > seen_to:
            maturing[matures] = maturing.get(matures, 0) + amount
        after = replace(
            self,
            sequence=self.sequence + 1,
            balance=self.balance + amount,
            maturing={date: waiting for date, waiting in maturing.items() if waiting},
            matured_to=seen_to,
        )
        entry = Entry(
            self.member,
            after.sequence,
            at,
            kind,
            amount,
            self.currency,
            matures,
            order,
            reason,
            after.balance,
        )
        return replace(
            after, reviewed=self.reviewed + amount
        ) if entry.under_review else after, entry

    def available(self, at: datetime) -> int:
        """What can be spent at an instant not before `matured_to`; below zero it is a debt that the next rewards pay."""
        return self.balance - self.pending(at) - self.held(at)

    def pending(self, at: datetime) -> int:
        return self.reviewed + sum(waiting for date, waiting in self.maturing.items() if date > at)

    def held(self, at: datetime) -> int:
        """What is authorised and neither spent nor let go nor ended."""
        return sum(held.amount for held in self.holds.values() if held.ends_at > at)
