"""What a day moved: sums of the entries that were written in it, and what is owed at its end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from shared.domain.ledger.ledger import CAPTURE, CLAWBACK, REWARD
from shared.domain.rewards.reward import REFERRAL

NONE: Mapping = MappingProxyType({})


class Movement(NamedTuple):
    """An entry as a day counts it. `bought` is what is kept of an order, with the first reward for recommending its buyer."""

    kind: str
    amount: int
    available_on: datetime | None
    under_review: bool
    bought: int | None


def bought_of(kind: str, reason: Mapping) -> int | None:
    """What a friend's order brought, where an entry is the first that its advocate got for it; a correction tells what was before."""
    inputs = reason["inputs"]
    is_first = (
        kind == REWARD
        and reason["code"] == REFERRAL
        and inputs.get("level") == 1
        and "posted" not in inputs
    )
    return inputs.get("kept") if is_first else None


@dataclass(frozen=True, slots=True)
class DailyTotals:
    """Sums by kind in minor units, `orders` and `revenue` by friends; at its end `owed` in all, of it `maturing` by date and `reviewed`."""

    sums: Mapping[str, int] = NONE
    orders: int = 0
    revenue: int = 0
    owed: int = 0
    maturing: Mapping[datetime, int] = field(default_factory=dict)
    reviewed: int = 0

    def waiting(self, at: datetime) -> int:
        return self.reviewed + sum(amount for date, amount in self.maturing.items() if date > at)

    @property
    def earned(self) -> int:
        return self.sums.get(REWARD, 0)

    @property
    def taken_back(self) -> int:
        return -self.sums.get(CLAWBACK, 0)

    @property
    def spent(self) -> int:
        return -self.sums.get(CAPTURE, 0)


def day_after(before: DailyTotals, moved: Iterable[Movement], ends_at: datetime) -> DailyTotals:
    """The next day that moved anything; what matured by its end waits no more."""
    sums: dict[str, int] = {}
    maturing, reviewed, bought = dict(before.maturing), before.reviewed, []
    for entry in moved:
        sums[entry.kind] = sums.get(entry.kind, 0) + entry.amount
        bought += [entry.bought] if entry.bought is not None else []
        if entry.under_review:
            reviewed += entry.amount
        elif entry.available_on:
            maturing[entry.available_on] = maturing.get(entry.available_on, 0) + entry.amount
    owed = before.owed + sum(sums.values())
    left = {date: amount for date, amount in maturing.items() if amount and date > ends_at}
    return DailyTotals(sums, len(bought), sum(bought), owed, left, reviewed)
