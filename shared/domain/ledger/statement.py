"""One member's month, frozen (design, section 6): the figures follow from entries, and the hash from figures and entries.

A statement covers the entries that follow those of the one before, up to the first that was posted after its month. So every entry is in
exactly one, and one that comes late, stamped with a month that is closed, is in the month that is open when it is posted (decision 70).
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from itertools import takewhile

from shared.domain.instants import instant_text
from shared.domain.ledger.ledger import (
    ADJUSTMENT,
    CAPTURE,
    CLAWBACK,
    EXPIRY,
    FORFEIT,
    HOLD,
    RETURN,
    REWARD,
    VOID,
    Account,
    Entry,
    LastStatement,
)
from shared.domain.month import end_of, month_of

FIGURE_OF = {
    REWARD: "earned",
    CLAWBACK: "clawed_back",
    FORFEIT: "forfeited",
    ADJUSTMENT: "adjusted",
    CAPTURE: "redeemed",
    RETURN: "returned",
    EXPIRY: "expired",
}
"""In which figure entries of a kind are summed up; holds and voids move nothing."""
TAKEN = ("clawed_back", "forfeited", "redeemed", "expired")
"""Figures that stand after a minus and are written positive."""
MOVES_NOTHING = (HOLD, VOID)


class DoesNotReconcile(ValueError):
    """A member's entries do not follow from one another or from the statement before: nothing is frozen that is not right."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums in minor units. Those after a minus (clawed back, forfeited, redeemed, expired) are written positive."""

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
        """0 where the figures add up."""
        plus = self.opening + self.earned + self.adjusted + self.returned
        return (
            plus - self.clawed_back - self.forfeited - self.redeemed - self.expired - self.closing
        )

    def __add__(self, other: "Figures") -> "Figures":
        mine, others = asdict(self), asdict(other)
        return Figures(**{name: amount + others[name] for name, amount in mine.items()})


@dataclass(frozen=True, slots=True)
class Statement:
    """`first` to `last` are the sequences of its entries; `maturing` what was pending when the month ended, by its date,
    `reviewed` what waited for a review.

    `group` and `previous_group` are the advocate's when it was issued and on the statement before, outside of the hash.
    """

    member: str
    currency: str
    month: str
    number: int
    first: int
    last: int
    figures: Figures
    hash: str
    time_zone: str = "UTC"
    maturing: Mapping[datetime, int] = field(default_factory=dict)
    reviewed: int = 0
    group: str | None = None
    previous_group: str | None = None
    issued_at: datetime | None = None

    @property
    def waiting(self) -> list[tuple[datetime | None, int]]:
        """What was not to be spent yet, the earliest first; what has no date is last."""
        return [*sorted(self.maturing.items()), *([(None, self.reviewed)] if self.reviewed else [])]

    @property
    def settled(self) -> LastStatement:
        """What the account remembers of it."""
        return LastStatement(self.last, self.number, self.month, self.figures.closing)


def close_month(
    account: Account, month: str, zone: str, before: Statement | None, entries: Iterable[Entry]
) -> Statement | None:
    """The statement of a month, from the entries that follow the statement `before`; `None` where nothing moved.

    Raises `DoesNotReconcile`. Entries are taken one by one, however many there are.
    """
    reached = account.settled or LastStatement()
    adding = _Adding(account, reached, before)
    for entry in takewhile(lambda entry: month_of(entry.at, zone) <= month, entries):
        adding.add(entry)
    if not adding.moved:
        return None
    figures, number = adding.figures(), reached.number + 1
    heading = {
        "member": account.member,
        "currency": account.currency,
        "month": month,
        "number": number,
    }
    return Statement(
        **heading,
        first=reached.sequence + 1,
        last=adding.last,
        figures=figures,
        hash=adding.hash_with(heading, figures),
        time_zone=zone,
        maturing=adding.maturing_after(end_of(month, zone)),
        reviewed=adding.reviewed,
        previous_group=before.group if before else None,
    )


def figures_of(opening: int, entries: Iterable[Entry]) -> Figures:
    """The figures again, from the entries of one statement."""
    sums: Counter[str] = Counter()
    for entry in entries:
        if entry.kind not in MOVES_NOTHING:
            sums[FIGURE_OF[entry.kind]] += entry.amount
    return _figures(opening, sums)


def hash_of(statement: Statement, entries: Iterable[Entry]) -> str:
    """The hash again, from the statement's figures and its entries."""
    digest = hashlib.sha256()
    for entry in entries:
        digest.update(_line(entry))
    return _finish(digest, _heading(statement), statement.figures)


class _Adding:
    """The entries of one month as they are added up."""

    def __init__(self, account: Account, reached: LastStatement, before: Statement | None):
        if reached.number and (before is None or before.settled != reached):
            raise DoesNotReconcile("the account and its last statement disagree")
        self.where = f"{account.member}/{account.currency}"
        self.opening = self.balance = reached.closing
        self.last = reached.sequence
        self.sums: Counter[str] = Counter()
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
            self.moved = True
            if entry.kind in MOVES_NOTHING:
                raise DoesNotReconcile(
                    f"entry {entry.sequence} is a {entry.kind} and moves something"
                )
            self.sums[FIGURE_OF[entry.kind]] += entry.amount
            if entry.available_on:
                self.maturing[entry.available_on] += entry.amount
            elif entry.under_review:
                self.reviewed += entry.amount
        self.digest.update(_line(entry))

    def figures(self) -> Figures:
        return _figures(self.opening, self.sums)

    def maturing_after(self, end: datetime) -> dict[datetime, int]:
        return {
            date: amount for date, amount in sorted(self.maturing.items()) if amount and date > end
        }

    def hash_with(self, heading: Mapping, figures: Figures) -> str:
        return _finish(self.digest, heading, figures)


def _figures(opening: int, sums: Mapping[str, int]) -> Figures:
    written = {name: -amount if name in TAKEN else amount for name, amount in sums.items()}
    return Figures(opening=opening, closing=opening + sum(sums.values()), **written)


def _heading(statement: Statement) -> dict:
    return {name: getattr(statement, name) for name in ("member", "currency", "month", "number")}


def _line(entry: Entry) -> bytes:
    """An entry as the hash sees it: ids and sums, no sentence and no name, which may change when somebody is erased."""
    told = {
        "sequence": entry.sequence,
        "at": instant_text(entry.at),
        "kind": entry.kind,
        "amount": entry.amount,
        "available_on": instant_text(entry.available_on) if entry.available_on else None,
        "order": entry.order,
        "reason": dict(entry.reason),
        "balance_after": entry.balance_after,
    }
    return _canonical(told) + b"\n"


def _finish(digest: "hashlib._Hash", heading: Mapping, figures: Figures) -> str:
    digest.update(_canonical({**heading, **asdict(figures)}))
    return digest.hexdigest()


def _canonical(value: Mapping) -> bytes:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
