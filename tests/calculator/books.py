"""Entries of members, and which of their credit is left: replayed from the first entry each time.

Rules: `entries`, `available-on`, `lots`, `debt`, `lapsed`, `return`.
"""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """`amount` is signed. `lot` is the order, level and code of a reward, or the order spent on."""

    at: datetime
    member: str
    kind: str
    amount: int
    lot: tuple[str, int, str]
    available_on: datetime
    expires_at: datetime | None = None

    @property
    def order(self) -> str:
        return self.lot[0]


@dataclass
class Lot:
    """What is left of one reward."""

    key: tuple[str, int, str]
    available_on: datetime
    expires_at: datetime | None
    left: int = 0


@dataclass
class Wallet:
    """One member's lots after some of their entries; `debt` is what no lot could pay."""

    lots: list[Lot] = field(default_factory=list)
    debt: int = 0
    spent: dict[str, list[tuple[Lot, int]]] = field(default_factory=dict)

    def lot(self, entry: Entry) -> Lot:
        for lot in self.lots:
            if lot.key == entry.lot and lot.available_on == entry.available_on:
                return lot
        self.lots.append(Lot(entry.lot, entry.available_on, entry.expires_at))
        return self.lots[-1]

    def take_oldest(self, amount: int, now: datetime) -> list[tuple[Lot, int]]:
        """Take from available lots, the oldest first; what none can pay becomes debt."""
        taken = []
        for lot in sorted(self.lots, key=lambda lot: lot.available_on):
            part = min(lot.left, amount) if lot.available_on <= now else 0
            if part > 0:
                lot.left -= part
                amount -= part
                taken.append((lot, part))
        self.debt += amount
        return taken

    def pay_debt(self, now: datetime) -> None:
        debt, self.debt = self.debt, 0
        self.take_oldest(debt, now)

    def apply(self, entry: Entry) -> None:
        match entry.kind:
            case "reward":
                self.lot(entry).left += entry.amount
            case "clawback" | "forfeit":
                lot = self.lot(entry)
                own = min(lot.left, -entry.amount)
                lot.left -= own
                self.take_oldest(-entry.amount - own, entry.at)
            case "expiry":
                self.lot(entry).left += entry.amount
            case "capture":
                taken = self.take_oldest(-entry.amount, entry.at)
                self.spent.setdefault(entry.order, []).extend(taken)
            case "return" if entry.amount > 0:
                self.give_back(entry)
            case "return":
                self.take_oldest(-entry.amount, entry.at)
        self.pay_debt(entry.at)

    def give_back(self, entry: Entry) -> None:
        amount = entry.amount
        spent = self.spent.get(entry.order, [])
        while amount and spent:
            lot, part = spent.pop()
            back = min(part, amount)
            lot.left += back
            amount -= back
            if part > back:
                spent.append((lot, part - back))


def wallet(entries: list[Entry], member: str, now: datetime) -> Wallet:
    """A member's wallet at an instant."""
    purse = Wallet()
    for entry in entries:
        if entry.member == member:
            purse.apply(entry)
    purse.pay_debt(now)
    return purse
