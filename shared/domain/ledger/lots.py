"""Lots: which credit is spent first, namely the oldest (specification: lots, debt).

Lots are not stored. They are recomputed from the account's whole history, because an entry says
only the sum that was spent or came back, not which lots it came from.
"""

from bisect import insort
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.entry import (
    ADJUSTMENT,
    CAPTURE,
    CLAWBACK,
    EXPIRY,
    FORFEIT,
    RETURN,
    REWARD,
    Entry,
)
from shared.domain.ledger.ledger import Lapse, PostedReward
from shared.domain.ledger.reason import MERGED_FROM, MERGED_INTO, REFERRAL_ENDED
from shared.domain.rewards.reward import CUSTOMER, FRIEND_BONUS, REFERRAL

OF_REWARDS = (CLAWBACK, FORFEIT, ADJUSTMENT)
"""Kinds of entries that, if they belong to an order, take from the lot of their own reward first.
"""


class RewardSource(NamedTuple):
    """Identifies the reward that a lot comes from: its order, level and code."""

    order: str
    level: int
    code: str


@dataclass(slots=True)
class Lot:
    """Credit that came in one amount, in minor units. If `expires_at` is `None`, it never expires."""

    available_on: datetime
    amount: int
    expires_at: datetime | None = None
    source: RewardSource | None = None


@dataclass(slots=True)
class Lots:
    """The unspent credit of an account, the oldest date first.

    * `open`: the lots that are not used up.
    * `debt`: what was taken when no credit was left; the next credit pays it.
    * `paid`: by order, the lots that captures spent on it.
    * `lapses`: by reward, what expired of it.
    * `posted`: by reward, the sum of its rewards and clawbacks.
    """

    open: list[Lot] = field(default_factory=list)
    debt: int = 0
    paid: dict[str, list[Lot]] = field(default_factory=dict)
    lapses: dict[RewardSource, Lapse] = field(default_factory=dict)
    posted: dict[RewardSource, int] = field(default_factory=dict)
    _first_end: datetime | None = None

    @property
    def left(self) -> dict[datetime, int]:
        """The unspent credit by its date."""
        left: dict[datetime, int] = {}
        for lot in self.open:
            left[lot.available_on] = left.get(lot.available_on, 0) + lot.amount
        return left

    def enter(self, entry: Entry) -> None:
        """Applies the next entry of the history. Credit under review is not part of any lot yet."""
        source = source_of(entry)
        if source and _counts_as_posted(entry):
            self.note_posted(source, entry.amount)
        if entry.under_review:
            return
        if entry.kind == RETURN:
            self.return_to(entry.order or "", entry.amount, entry.at)
        elif entry.kind == EXPIRY:
            self.expire(-entry.amount, entry.expires_at)
        elif entry.kind == CAPTURE:
            self.pay(entry.order or "", -entry.amount)
        else:
            self._enter_other(entry, source)

    def _enter_other(self, entry: Entry, source: RewardSource | None) -> None:
        if entry.amount > 0:
            if moved := _source_of_moved(entry):
                self.note_posted(moved, entry.amount)
            source = source or moved
            date = entry.available_on or entry.at
            self.add(Lot(date, entry.amount, entry.expires_at, source))
        elif source and entry.kind in OF_REWARDS:
            self.take(-entry.amount, source, entry.available_on)
        elif entry.reason["code"] in (MERGED_INTO, MERGED_FROM):
            self.take_moved(-entry.amount, entry.available_on, entry.expires_at)
        elif entry.amount:
            self.take(-entry.amount)

    def note_posted(self, source: RewardSource, amount: int) -> None:
        """Adds to the amount that is posted of a reward."""
        self.posted[source] = self.posted.get(source, 0) + amount

    def add(self, lot: Lot) -> None:
        """Adds a lot. It pays the debt first, and only the remainder stays open."""
        paid = min(self.debt, lot.amount)
        self.debt -= paid
        if lot.amount > paid:
            rest = replace(lot, amount=lot.amount - paid)
            if lot.expires_at and (self._first_end is None or lot.expires_at < self._first_end):
                self._first_end = lot.expires_at
            insort(self.open, rest, key=lambda other: other.available_on)

    def take(
        self, amount: int, source: RewardSource | None = None, date: datetime | None = None
    ) -> list[Lot]:
        """Takes credit: first from the lots of the given reward, then from those of the given date,
        then from the oldest. What cannot be taken becomes debt. Returns the parts that were taken.
        """
        return self._take_from(self._in_turn(source, date), amount)

    def take_moved(self, amount: int, date: datetime | None, end: datetime | None) -> None:
        """Takes credit that moves between two members who are one person: first from the lots with
        this date and expiry date.
        """
        lots = sorted(self.open, key=lambda lot: (lot.available_on != date, lot.expires_at != end))
        self._take_from(lots, amount)

    def _take_from(self, lots: Iterable[Lot], amount: int) -> list[Lot]:
        taken = []
        for lot in lots:
            if not amount:
                break
            taken.append(_take_some(lot, amount))
            amount -= taken[-1].amount
        self._forget_empty()
        self.debt += amount
        return taken

    def _in_turn(self, source: RewardSource | None, date: datetime | None) -> Iterable[Lot]:
        if source is None:
            return self.open
        return sorted(self.open, key=lambda lot: (lot.source != source, lot.available_on != date))

    def _forget_empty(self) -> None:
        if any(not lot.amount for lot in self.open):
            self.open = [lot for lot in self.open if lot.amount]

    def pay(self, order: str, amount: int) -> None:
        """Spends the oldest credit on an order. What is missing becomes debt."""
        self.paid.setdefault(order, []).extend(self.take(amount))

    def return_to(self, order: str, amount: int, at: datetime) -> None:
        """Returns credit that was spent on an order. The lots come back with their dates, the lot
        spent last first; what exceeds them becomes a lot of the date `at` that never expires.

        An `amount` below 0 spends that much on the order again.
        """
        if amount < 0:
            self.pay(order, -amount)
            return
        paid = self.paid.get(order, [])
        while amount and paid:
            lot = _take_some(paid[-1], amount)
            amount -= lot.amount
            self.add(lot)
            if not paid[-1].amount:
                paid.pop()
        if amount:
            self.add(Lot(at, amount))

    def expire(self, amount: int, expires_at: datetime | None) -> None:
        """Expires `amount` of the credit whose expiry date is `expires_at`. It takes the newest
        lots first, because held credit is the oldest and must stay. What cannot be taken becomes
        debt.
        """
        ending = [lot for lot in self.open if lot.expires_at == expires_at]
        for lot in reversed(ending):
            if amount:
                gone = _take_some(lot, amount)
                amount -= gone.amount
                self._note_lapse(gone)
        self._forget_empty()
        if expires_at == self._first_end:
            self._first_end = min(self.ends(), default=None)
        self.debt += amount

    def _note_lapse(self, gone: Lot) -> None:
        """Adds expired credit to the lapse of its reward. The lapse is at most what is posted of
        the reward, because a clawback may have been taken from other credit.
        """
        if gone.source:
            before, posted = (
                self.lapses.get(gone.source, Lapse(0, 0)),
                self.posted.get(gone.source, 0),
            )
            expired = max(before.expired, min(before.expired + gone.amount, posted))
            self.lapses[gone.source] = Lapse(expired, max(before.of, posted))

    def add_lapses(self, others: Iterable["Lots"]) -> None:
        """Adds what expired of these rewards after their credit had moved to other members who are
        the same person.
        """
        for other in others:
            for source, lapse in other.lapses.items():
                own = self.lapses.get(source, Lapse(0, 0))
                posted = max(own.of, lapse.of, self.posted.get(source, 0))
                self.lapses[source] = Lapse(own.expired + lapse.expired, posted)

    def has_ended(self, at: datetime) -> bool:
        """Whether any credit may have expired at an instant. A fast check before calling `due`."""
        return self._first_end is not None and self._first_end <= at

    def due(self, held: int, available: int, at: datetime) -> dict[datetime, int]:
        """What expires at an instant, by expiry date, the earliest first; never more than
        `available`.

        Held credit does not expire. It is the oldest credit, because a capture would spend that.
        """
        amounts: dict[datetime, int] = {}
        for lot in self.open:
            still_held = min(held, lot.amount)
            held -= still_held
            if lot.expires_at is None or lot.expires_at > at:
                continue
            amount = min(lot.amount - still_held, available)
            if amount > 0:
                amounts[lot.expires_at] = amounts.get(lot.expires_at, 0) + amount
                available -= amount
        return dict(sorted(amounts.items()))

    def ends(self) -> Iterator[datetime]:
        """The expiry dates of the open lots."""
        return (lot.expires_at for lot in self.open if lot.expires_at)


def _take_some(lot: Lot, most: int) -> Lot:
    """Takes at most `most` out of a lot, and returns the taken part as a lot."""
    part = replace(lot, amount=min(lot.amount, most))
    lot.amount -= part.amount
    return part


def source_of(entry: Entry) -> RewardSource | None:
    """The reward that an entry belongs to; `None` if it belongs to none."""
    inputs = entry.reason.get("inputs", {})
    if entry.order is None or "level" not in inputs:
        return None
    level = inputs["level"]
    if level:
        return RewardSource(entry.order, level, REFERRAL)
    codes = inputs.get("reward"), entry.reason["code"]
    return RewardSource(entry.order, 0, FRIEND_BONUS if FRIEND_BONUS in codes else CUSTOMER)


def _source_of_moved(entry: Entry) -> RewardSource | None:
    """The reward of another member of the same person that moved credit came from; `None` if the
    entry moves none.
    """
    inputs = entry.reason.get("inputs", {})
    if "source_order" not in inputs:
        return None
    return RewardSource(inputs["source_order"], inputs["source_level"], inputs["source_reward"])


def _counts_as_posted(entry: Entry) -> bool:
    """Whether an entry changes `posted`. A clawback of an ended referral does not: it is a
    deduction (specification: taken).
    """
    return entry.kind == REWARD or (
        entry.kind == CLAWBACK and entry.reason["code"] != REFERRAL_ENDED
    )


def lots_of(entries: Iterable[Entry]) -> Lots:
    lots = Lots()
    for entry in entries:
        lots.enter(entry)
    return lots


def lapse_of(lots: Lots, order: str, reward: PostedReward) -> Lapse | None:
    """The lapse of one reward of an order; `None` if nothing expired. `lots` are those of the
    reward's member.
    """
    return lots.lapses.get(RewardSource(order, reward.level, reward.code))
