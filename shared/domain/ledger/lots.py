"""Which credit is spent first: the oldest, lot by lot, read from a member's history (design, sections 3 and 6)."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.ledger import CAPTURE, CLAWBACK, EXPIRY, FORFEIT, Entry


class Lot(NamedTuple):
    """Credit of one date; `None` where a posting named no date."""

    available_on: datetime | None
    amount: int


class Lots:
    """What is left of each date's credit after a history; `debt` is what was taken when nothing was left, paid by what comes next."""

    def __init__(self) -> None:
        self.left: dict[datetime | None, int] = {}
        self.debt = 0
        self.spent: dict[str, list[Lot]] = {}

    def enter(self, entry: Entry) -> None:
        """The next entry, in the order of the history. What waits for a review is nobody's to spend yet."""
        if entry.under_review:
            return
        if entry.amount > 0:
            self.add(entry.available_on or entry.at, entry.amount)
        elif entry.amount < 0:
            own = entry.available_on if entry.kind in (CLAWBACK, EXPIRY, FORFEIT) else None
            taken = self.take(-entry.amount, own)
            if entry.kind == CAPTURE:
                self.spent[entry.reason["inputs"]["hold"]] = taken

    def add(self, date: datetime, amount: int) -> None:
        paid = min(self.debt, amount)
        self.debt -= paid
        if amount > paid:
            self.left[date] = self.left.get(date, 0) + amount - paid

    def take(self, amount: int, first: datetime | None) -> list[Lot]:
        """From the lot a clawback or an expiry belongs to, then from the oldest; what is not there becomes debt."""
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


def taken_from(entries: Iterable[Entry], hold_id: str) -> list[Lot]:
    """The lots that a captured hold was paid from."""
    return lots_of(entries).spent.get(hold_id, [])
