"""What the page of a closed month adds to its run: how it follows on from the month before, what
members without a movement hold, and what the next month will make available (decision 247).
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from shared.domain.ledger.settlement import ClosedRun, SettlementRun
from shared.domain.month import month_after, month_before, month_end
from shared.store.ledger.settlements import find_run, total_counts
from shared.store.programs import day_totals, journal

HALF_A_DAY = timedelta(hours=12)


class MonthBefore(NamedTuple):
    """The month before a closed month, and the shop's closing balances of it, in minor units by
    currency.
    """

    month: str
    closing: Mapping[str, int]


class Maturing(NamedTuple):
    """When the credit that was pending at the end of a month becomes available, in minor units.

    * `month`: the month after it.
    * `next_month`: what becomes available in that month; `later`: what becomes available after it.
    * `reviewed`: what reviews hold.
    """

    month: str
    next_month: int
    later: int
    reviewed: int

    @property
    def pending(self) -> int:
        return self.next_month + self.later + self.reviewed


def load_month_before(month: str) -> MonthBefore | None:
    """The month before a month; `None` if that one is not closed, as before the shop's first month."""
    before = month_before(month)
    if not isinstance(find_run(before), ClosedRun):
        return None
    shop = total_counts(before).shop
    return MonthBefore(before, {currency: figures.closing for currency, figures in shop.items()})


def load_maturing(run: SettlementRun, currency: str) -> Maturing | None:
    """What was pending at the end of the run's month. `None` as long as some days of the month are
    not summed; the page Overview sums them.

    Totals are kept by days in UTC, but the month ends in the run's time zone. So the totals are
    those of the day in UTC that has most of the last day of the month.
    """
    ends, following = month_end(run.month, run.time_zone), month_after(run.month)
    last = (ends - HALF_A_DAY).date().isoformat()
    found = day_totals.find_closed_day(currency, last)
    if found is None or any(day > found.day for day in journal.list_days(found.day, last)):
        return None
    waiting = {at: amount for at, amount in found.totals.maturing.items() if at > ends}
    next_ends = month_end(following, run.time_zone)
    soon = sum(amount for at, amount in waiting.items() if at <= next_ends)
    later = sum(waiting.values()) - soon
    return Maturing(following, soon, later, found.totals.reviewed)
