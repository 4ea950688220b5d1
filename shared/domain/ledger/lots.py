"""Which credit is spent first: the oldest, lot by lot (specification: lots, debt)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.ledger import CAPTURE, CLAWBACK, EXPIRY, FORFEIT, Entry


class Lot(NamedTuple):
    """Credit of one date, in minor units."""

    available_on: datetime
    amount: int


class Lots:
    """The credit that a history leaves of each date.

    `left` is by date. `debt` is what was taken when nothing was left; the next credit pays it.
    `spent` has the lots that each captured hold was paid from, by the hold's id.
    """

    def __init__(self) -> None:
        self.left: dict[datetime, int] = {}
        self.debt = 0
        self.spent: dict[str, list[Lot]] = {}

    def enter(self, entry: Entry) -> None:
        """Counts the next entry of the history; credit under review belongs to no lot yet."""
        if entry.under_review:
            return
        if entry.amount > 0:
            self.add(entry.available_on or entry.at, entry.amount)
        elif entry.amount < 0:
            own_date = entry.available_on if entry.kind in (CLAWBACK, EXPIRY, FORFEIT) else None
            taken = self.take(-entry.amount, own_date)
            if entry.kind == CAPTURE:
                self.spent[entry.reason["inputs"]["hold"]] = taken

    def add(self, date: datetime, amount: int) -> None:
        """Adds credit of a date; what pays the debt is not left."""
        paid = min(self.debt, amount)
        self.debt -= paid
        if amount > paid:
            self.left[date] = self.left.get(date, 0) + amount - paid

    def take(self, amount: int, first: datetime | None) -> list[Lot]:
        """Takes credit of the date `first`, then of the oldest dates; the rest becomes debt."""
        taken = []
        for date in sorted(self.left, key=lambda date: (date != first, date)):
            part = min(self.left[date], amount)
            if part:
                taken.append(Lot(date, part))
                amount -= part
                self.left[date] -= part
        self.left = {date: left for date, left in self.left.items() if left}
        self.debt += amount
        return taken


def lots_of(entries: Iterable[Entry]) -> Lots:
    lots = Lots()
    for entry in entries:
        lots.enter(entry)
    return lots


def lots_spent_by(entries: Iterable[Entry], hold_id: str) -> list[Lot]:
    """The lots that a captured hold was paid from."""
    return lots_of(entries).spent.get(hold_id, [])
