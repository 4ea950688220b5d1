"""Which credit is spent first: the oldest, lot by lot (specification: lots, debt).

The lots of an account follow from its history alone, however many there are: an entry names what
was spent or came back in one sum, and going through the entries tells which lots that was.
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
from shared.domain.ledger.reason import REFERRAL_ENDED
from shared.domain.rewards.reward import CUSTOMER, FRIEND_BONUS, REFERRAL

OF_REWARDS = (CLAWBACK, FORFEIT, ADJUSTMENT)
"""Kinds whose entries about an order take from the lot of their own reward first."""


class RewardSource(NamedTuple):
    """The reward of an order that credit of an account comes from."""

    order: str
    level: int
    code: str


@dataclass(slots=True)
class Lot:
    """Credit that came at once, in minor units; without `expires_at` it never expires."""

    available_on: datetime
    amount: int
    expires_at: datetime | None = None
    source: RewardSource | None = None


@dataclass(slots=True)
class Lots:
    """The credit that a history leaves, the oldest date first.

    `debt` is what was taken when nothing was left; the next credit pays it. `paid` has by order the
    lots that captures spent on it, `lapses` what expired of each reward, `posted` what its rewards
    and clawbacks add up to.
    """

    open: list[Lot] = field(default_factory=list)
    debt: int = 0
    paid: dict[str, list[Lot]] = field(default_factory=dict)
    lapses: dict[RewardSource, Lapse] = field(default_factory=dict)
    posted: dict[RewardSource, int] = field(default_factory=dict)
    _first_end: datetime | None = None

    @property
    def left(self) -> dict[datetime, int]:
        """What is left of each date."""
        left: dict[datetime, int] = {}
        for lot in self.open:
            left[lot.available_on] = left.get(lot.available_on, 0) + lot.amount
        return left

    def enter(self, entry: Entry) -> None:
        """Counts the next entry of the history; credit under review belongs to no lot yet."""
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
            date = entry.available_on or entry.at
            self.add(Lot(date, entry.amount, entry.expires_at, source))
        elif source and entry.kind in OF_REWARDS:
            self.take(-entry.amount, source, entry.available_on)
        elif entry.amount:
            self.take(-entry.amount)

    def note_posted(self, source: RewardSource, amount: int) -> None:
        """Adds to what is posted of a reward."""
        self.posted[source] = self.posted.get(source, 0) + amount

    def add(self, lot: Lot) -> None:
        """Adds credit; what pays the debt is not left."""
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
        """Takes credit of a reward first, then of a date, then the oldest; the rest becomes debt."""
        taken = []
        for lot in self._in_turn(source, date):
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
        """Spends the oldest credit on an order."""
        self.paid.setdefault(order, []).extend(self.take(amount))

    def return_to(self, order: str, amount: int, at: datetime) -> None:
        """Brings back credit of an order as it was, what was spent last first.

        An amount below 0 spends that much on the order again.
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
        """Takes what expires at one instant; what is held of it is the oldest and stays."""
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
        """At most what is posted of the reward: a clawback may have taken from other credit."""
        if gone.source:
            before, posted = (
                self.lapses.get(gone.source, Lapse(0, 0)),
                self.posted.get(gone.source, 0),
            )
            expired = max(before.expired, min(before.expired + gone.amount, posted))
            self.lapses[gone.source] = Lapse(expired, max(before.of, posted))

    def has_ended(self, at: datetime) -> bool:
        """Whether anything may expire at an instant; quick, for all that come before it."""
        return self._first_end is not None and self._first_end <= at

    def due(self, held: int, available: int, at: datetime) -> dict[datetime, int]:
        """What expires at an instant by its end, the earliest first; never more than is available.

        Held credit is taken to be the oldest, as its capture would take it, and stays.
        """
        amounts: dict[datetime, int] = {}
        for lot in self.open:
            kept = min(held, lot.amount)
            held -= kept
            if lot.expires_at is None or lot.expires_at > at:
                continue
            amount = min(lot.amount - kept, available)
            if amount > 0:
                amounts[lot.expires_at] = amounts.get(lot.expires_at, 0) + amount
                available -= amount
        return dict(sorted(amounts.items()))

    def ends(self) -> Iterator[datetime]:
        """When what is left expires, lot by lot."""
        return (lot.expires_at for lot in self.open if lot.expires_at)


def _take_some(lot: Lot, most: int) -> Lot:
    """What is taken out of a lot, at most so much, as a lot of its own."""
    part = replace(lot, amount=min(lot.amount, most))
    lot.amount -= part.amount
    return part


def source_of(entry: Entry) -> RewardSource | None:
    """The reward that an entry is about, `None` for one about no reward."""
    inputs = entry.reason.get("inputs", {})
    if entry.order is None or "level" not in inputs:
        return None
    level = inputs["level"]
    if level:
        return RewardSource(entry.order, level, REFERRAL)
    codes = inputs.get("reward"), entry.reason["code"]
    return RewardSource(entry.order, 0, FRIEND_BONUS if FRIEND_BONUS in codes else CUSTOMER)


def _counts_as_posted(entry: Entry) -> bool:
    """What a referral's end takes back is deducted instead (specification: taken)."""
    return entry.kind == REWARD or (
        entry.kind == CLAWBACK and entry.reason["code"] != REFERRAL_ENDED
    )


def lots_of(entries: Iterable[Entry]) -> Lots:
    lots = Lots()
    for entry in entries:
        lots.enter(entry)
    return lots


def lapse_of(lots: Lots, order: str, reward: PostedReward) -> Lapse | None:
    """What expired unspent of one reward of an order; `lots` are its member's."""
    return lots.lapses.get(RewardSource(order, reward.level, reward.code))
