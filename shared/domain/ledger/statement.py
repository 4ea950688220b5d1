"""A member's statement: one month of one account; it never changes (specification: statement).

A statement begins with the entry after the last statement and ends before the first entry that was
posted after its month. So every entry is in exactly one statement. A late entry, whose instant lies
in a closed month, is in the statement of the month in which it was posted (decision 70).
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import Any, NamedTuple

from shared.domain.instants import instant_text
from shared.domain.ledger.entry import (
    ADJUSTMENT,
    CAPTURE,
    CLAWBACK,
    EXPIRY,
    FORFEIT,
    HOLD,
    RETURN,
    REWARD,
    VOID,
    Entry,
)
from shared.domain.ledger.ledger import Account, LastStatement
from shared.domain.month import month_end, month_of

FIGURE_OF = {
    REWARD: "earned",
    CLAWBACK: "clawed_back",
    FORFEIT: "forfeited",
    ADJUSTMENT: "adjusted",
    CAPTURE: "redeemed",
    RETURN: "returned",
    EXPIRY: "expired",
}
"""For each kind of entry, the figure that adds it up."""
SUBTRACTED = ("clawed_back", "forfeited", "redeemed", "expired")
"""Figures that are subtracted. They are stored as positive numbers."""
MOVES_NOTHING = (HOLD, VOID)


class DoesNotReconcile(ValueError):
    """An account's entries do not add up, or do not continue its last statement."""


@dataclass(frozen=True, slots=True)
class Figures:
    """A statement's sums, in minor units. Figures in `SUBTRACTED` are positive."""

    opening: int = 0
    earned: int = 0
    clawed_back: int = 0
    forfeited: int = 0
    adjusted: int = 0
    redeemed: int = 0
    returned: int = 0
    expired: int = 0
    closing: int = 0

    @property
    def difference(self) -> int:
        """0 if opening balance, sums and closing balance agree."""
        plus = self.opening + self.earned + self.adjusted + self.returned
        minus = self.clawed_back + self.forfeited + self.redeemed + self.expired
        return plus - minus - self.closing

    def __add__(self, other: "Figures") -> "Figures":
        added = asdict(other)
        return Figures(**{name: amount + added[name] for name, amount in asdict(self).items()})


class StatementHeading(NamedTuple):
    """What identifies a statement. `number` counts the statements of an account, from 1."""

    member: str
    currency: str
    month: str
    number: int


class MonthEnd(NamedTuple):
    """The month to close, the time zone of its run, and the instant at which its statements are
    issued.
    """

    month: str
    time_zone: str
    issued_at: datetime


@dataclass(frozen=True, slots=True)
class Statement:
    """One account's month.

    * `first`, `last`: the sequence numbers of its first and last entry.
    * `hash`: SHA-256 over the heading, the figures and the entries. It does not cover the groups.
    * `maturing`, `reviewed`: credit that was pending at the end of the month by its date, and
      credit that reviews held.
    * `group`, `previous_group`: the advocate's group when this statement and the one before were
      issued.
    """

    member: str
    currency: str
    month: str
    number: int
    first: int
    last: int
    figures: Figures
    hash: str
    time_zone: str
    issued_at: datetime
    maturing: Mapping[datetime, int] = field(default_factory=dict)
    reviewed: int = 0
    group: str | None = None
    previous_group: str | None = None

    @property
    def heading(self) -> StatementHeading:
        return StatementHeading(self.member, self.currency, self.month, self.number)

    @property
    def waiting(self) -> list[tuple[datetime | None, int]]:
        """The credit that could not be spent at the end of the month, by date, the earliest first.
        Credit held by reviews has no date and comes last.
        """
        return [*sorted(self.maturing.items()), *([(None, self.reviewed)] if self.reviewed else [])]

    @property
    def settled(self) -> LastStatement:
        """The part of this statement that the account stores."""
        return LastStatement(self.last, self.number, self.month, self.figures.closing)


def close_month(
    account: Account,
    end: MonthEnd,
    before: Statement | None,
    entries: Iterable[Entry],
    group: str | None = None,
) -> Statement | None:
    """The statement of a month; `None` if nothing moved. Raises `DoesNotReconcile`.

    * `before`: the account's last statement.
    * `entries`: the entries after that statement, the oldest first. They are read one by one, up to
      the first that was posted after the month.
    * `group`: the advocate's present group.
    """
    reached = account.settled or LastStatement()
    sums = _MonthSums(account, reached, before)
    for entry in takewhile(lambda entry: month_of(entry.at, end.time_zone) <= end.month, entries):
        sums.add(entry)
    if not sums.moved:
        return None
    figures = _figures(reached.closing, sums.by_figure)
    heading = StatementHeading(account.member, account.currency, end.month, reached.number + 1)
    return Statement(
        **heading._asdict(),
        first=reached.sequence + 1,
        last=sums.last,
        figures=figures,
        hash=_finish(sums.digest, heading, figures),
        time_zone=end.time_zone,
        issued_at=end.issued_at,
        maturing=sums.maturing_after(month_end(end.month, end.time_zone)),
        reviewed=sums.reviewed,
        group=group,
        previous_group=before.group if before else None,
    )


def figures_of(opening: int, entries: Iterable[Entry]) -> Figures:
    """The figures of a statement, recomputed from its entries."""
    sums: Counter[str] = Counter()
    for entry in entries:
        if entry.kind not in MOVES_NOTHING:
            sums[FIGURE_OF[entry.kind]] += entry.amount
    return _figures(opening, sums)


def hash_of(statement: Statement, entries: Iterable[Entry]) -> str:
    """The hash of a statement (SHA-256, hexadecimal), recomputed from its figures and entries."""
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(_line(entry))
    return _finish(digest, statement.heading, statement.figures)


class _MonthSums:
    """Checks the entries of one month and adds them up, one by one."""

    def __init__(self, account: Account, reached: LastStatement, before: Statement | None):
        if reached.number and (before is None or before.settled != reached):
            raise DoesNotReconcile("the account and its last statement disagree")
        self.balance = reached.closing
        self.last = reached.sequence
        self.by_figure: Counter[str] = Counter()
        self.moved = False
        self.maturing: Counter[datetime] = Counter(before.maturing if before else {})
        self.reviewed = before.reviewed if before else 0
        self.digest = hashlib.sha256()

    def add(self, entry: Entry) -> None:
        self.last += 1
        self.balance += entry.amount
        if (entry.sequence, entry.balance_after) != (self.last, self.balance):
            raise DoesNotReconcile(f"entry {entry.sequence} does not follow from the one before")
        if entry.amount:
            self._add_amount(entry)
        self.digest.update(_line(entry))

    def _add_amount(self, entry: Entry) -> None:
        if entry.kind in MOVES_NOTHING:
            raise DoesNotReconcile(f"entry {entry.sequence} is a {entry.kind} and moves something")
        self.moved = True
        self.by_figure[FIGURE_OF[entry.kind]] += entry.amount
        if entry.available_on:
            self.maturing[entry.available_on] += entry.amount
        elif entry.under_review:
            self.reviewed += entry.amount

    def maturing_after(self, end: datetime) -> dict[datetime, int]:
        return {
            date: amount for date, amount in sorted(self.maturing.items()) if amount and date > end
        }


def _figures(opening: int, sums: Mapping[str, int]) -> Figures:
    written = {name: -amount if name in SUBTRACTED else amount for name, amount in sums.items()}
    return Figures(opening=opening, closing=opening + sum(sums.values()), **written)


def _line(entry: Entry) -> bytes:
    """An entry as the hash covers it. It has ids and amounts but no names, because an erasure may
    change names.
    """
    line = {
        "sequence": entry.sequence,
        "at": instant_text(entry.at),
        "kind": entry.kind,
        "amount": entry.amount,
        "available_on": instant_text(entry.available_on) if entry.available_on else None,
        "order": entry.order,
        "reason": dict(entry.reason),
        "balance_after": entry.balance_after,
    }
    return _canonical(line) + b"\n"


def _finish(digest: "hashlib._Hash", heading: StatementHeading, figures: Figures) -> str:
    digest.update(_canonical({**heading._asdict(), **asdict(figures)}))
    return digest.hexdigest()


def _canonical(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
