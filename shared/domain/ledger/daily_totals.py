"""Daily totals: sums of a day's entries, and what the shop owed at the end of the day (decision
103).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from shared.domain.ledger.entry import CAPTURE, CLAWBACK, REWARD
from shared.domain.ledger.reason import Reason
from shared.domain.rewards.reward import REFERRAL


class Movement(NamedTuple):
    """What the totals of a day need of one entry. Amounts are minor units.

    `bought` is what is kept of the order, but only on the first reward of the level 1 advocate;
    `None` on all other entries. So each order is counted once.
    """

    kind: str
    amount: int
    available_on: datetime | None
    under_review: bool
    bought: int | None


def bought_of(kind: str, reason: Reason) -> int | None:
    """What is kept of the order, if this entry is the first reward of the level 1 advocate for it;
    `None` if not.

    A later correction has `posted` in the inputs of its reason.
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
    """What moved on one day, and where the day ended. Amounts are minor units.

    * `sums`: the sum of the day's entries, by kind of entry.
    * `orders`, `revenue`: number of friends' orders, and what was kept of them.
    * `owed`: all members' credit at the end of the day.
    * `maturing`: the part of `owed` that cannot be spent yet, by the date from which it can.
    * `reviewed`: the part of `owed` that is held by reviews.
    """

    sums: Mapping[str, int] = field(default_factory=dict)
    orders: int = 0
    revenue: int = 0
    owed: int = 0
    maturing: Mapping[datetime, int] = field(default_factory=dict)
    reviewed: int = 0

    def waiting(self, at: datetime) -> int:
        """The part of `owed` that cannot be spent at an instant."""
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
    """The totals of the next day that has entries, computed from the totals before it. `ends_at` is
    the end of that day.
    """
    return end_day(go_on(begin_day(before), moved), ends_at)


def begin_day(before: DailyTotals) -> DailyTotals:
    """The totals of a day at its start, before its first entry is added."""
    return replace(before, sums={}, orders=0, revenue=0)


def end_day(so_far: DailyTotals, ends_at: datetime) -> DailyTotals:
    """The totals at the end of the day. Credit whose date has come by `ends_at` is removed from
    `maturing`.
    """
    left = {date: amount for date, amount in so_far.maturing.items() if amount and date > ends_at}
    return replace(so_far, maturing=left)


def go_on(so_far: DailyTotals, moved: Iterable[Movement]) -> DailyTotals:
    """The totals of a day after more of its entries."""
    sums, owed = dict(so_far.sums), so_far.owed
    maturing, reviewed = dict(so_far.maturing), so_far.reviewed
    orders, revenue = so_far.orders, so_far.revenue
    for movement in moved:
        owed += movement.amount
        sums[movement.kind] = sums.get(movement.kind, 0) + movement.amount
        if movement.bought is not None:
            orders, revenue = orders + 1, revenue + movement.bought
        if movement.under_review:
            reviewed += movement.amount
        elif movement.available_on:
            date = movement.available_on
            maturing[date] = maturing.get(date, 0) + movement.amount
    return DailyTotals(sums, orders, revenue, owed, maturing, reviewed)
