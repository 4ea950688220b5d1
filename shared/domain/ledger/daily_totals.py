"""What a day moved: sums of its entries, and what was owed at its end (decision 103)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.entry import CAPTURE, CLAWBACK, REWARD
from shared.domain.ledger.reason import Reason
from shared.domain.rewards.reward import REFERRAL


class Movement(NamedTuple):
    """An entry as its day counts it, amounts in minor units.

    `bought` is what is kept of an order, on the first reward for recommending its buyer.
    """

    kind: str
    amount: int
    available_on: datetime | None
    under_review: bool
    bought: int | None


def bought_of(kind: str, reason: Reason) -> int | None:
    """What is kept of the order, if an entry is the first that the level 1 advocate got for it.

    A correction is told by the `posted` in its reason.
    """
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
    """What one day moved and where it ended, in minor units.

    `sums` are by kind of entry. `orders` counts friends' orders, `revenue` is what was kept of
    them. At the day's end `owed` is all members' credit; of it `maturing` has later dates, and
    `reviewed` is under review.
    """

    sums: Mapping[str, int] = field(default_factory=dict)
    orders: int = 0
    revenue: int = 0
    owed: int = 0
    maturing: Mapping[datetime, int] = field(default_factory=dict)
    reviewed: int = 0

    def waiting(self, at: datetime) -> int:
        """The credit that cannot be spent at an instant."""
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
    """The totals of the next day in which something moved, which ends at `ends_at`."""
    sums: dict[str, int] = {}
    maturing, reviewed, bought = dict(before.maturing), before.reviewed, []
    for movement in moved:
        sums[movement.kind] = sums.get(movement.kind, 0) + movement.amount
        if movement.bought is not None:
            bought.append(movement.bought)
        if movement.under_review:
            reviewed += movement.amount
        elif movement.available_on:
            date = movement.available_on
            maturing[date] = maturing.get(date, 0) + movement.amount
    left = {date: amount for date, amount in maturing.items() if amount and date > ends_at}
    owed = before.owed + sum(sums.values())
    return DailyTotals(sums, len(bought), sum(bought), owed, left, reviewed)
