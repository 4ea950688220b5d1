"""Figures of the overview over a period, beside those of the period before (decision 246).

Everything comes from daily totals and from the directory, so the number of requests depends on the
number of days, not on the size of the shop.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from shared.console.overview import RecentDays
from shared.domain.instants import DAY
from shared.domain.ledger.daily_totals import DailyTotals
from shared.domain.ledger.entry import CAPTURE, EXPIRY
from shared.domain.members.member import Member
from shared.orders import attribution
from shared.store import keys
from shared.store.attributions.directory import (
    EVERYBODY,
    JOINED,
    ORDERS,
    VOLUME,
    Count,
    RowRange,
    count_rows,
    list_rows,
    members_of,
    money_order,
    since,
)
from shared.store.click_counts import count_clicks
from shared.store.ledger.accounts import AccountItem, account_of
from shared.store.ledger.orders import REWARDED
from shared.store.reading import Reading

PERIODS = (7, 30, 90, 365)
USUAL_PERIOD = 30
MOST_TOP = 5
AGES = (30, 90, 365)
SOON = (7, 30)


class PeriodSums(NamedTuple):
    """Sums of a period in minor units; `orders` is the number of friends' orders that earned."""

    earned: int
    taken_back: int
    spent: int
    orders: int
    revenue: int

    @property
    def cost(self) -> int:
        """What rewards cost: those posted, less those taken back."""
        return self.earned - self.taken_back

    @property
    def share(self) -> str | None:
        """The cost in percent of what friends bought, with one decimal; `None` if they bought
        nothing.
        """
        return f"{round(1_000 * self.cost / self.revenue) / 10:g}" if self.revenue > 0 else None


class OwedPart(NamedTuple):
    """A part of what is owed, in minor units. `days` is the end of its span, counted in days from
    today; `None` for what lies beyond the spans.
    """

    days: int | None
    amount: int


class OwedByDate(NamedTuple):
    """What is owed, by when it can be spent: now, within the spans of `SOON`, later, after a
    review.
    """

    now: int
    soon: Sequence[OwedPart]
    later: int
    reviewed: int


class Funnel(NamedTuple):
    """How many clicks there were in a period, how many members joined, how many orders came, and how
    many of these earned.
    """

    clicks: int
    joined: Count
    orders: Count
    rewarded: Count


class TopAdvocate(NamedTuple):
    """An advocate and what their friends bought, in minor units."""

    member: Member
    volume: int


def sum_days(rows: Sequence[tuple[date, DailyTotals]]) -> PeriodSums:
    days = [totals for _, totals in rows]
    return PeriodSums(
        sum(day.earned for day in days),
        sum(day.taken_back for day in days),
        sum(day.spent for day in days),
        sum(day.orders for day in days),
        sum(day.revenue for day in days),
    )


def owed_by_date(owed: DailyTotals, now: datetime) -> OwedByDate:
    """When the credit that is owed now can be spent."""
    waiting = {at: amount for at, amount in owed.maturing.items() if at > now}
    soon, left = [], dict(waiting)
    for days in SOON:
        due = {at: amount for at, amount in left.items() if at <= now + timedelta(days=days)}
        left = {at: amount for at, amount in left.items() if at not in due}
        soon.append(OwedPart(days, sum(due.values())))
    return OwedByDate(owed.owed - owed.waiting(now), soon, sum(left.values()), owed.reviewed)


def owed_by_age(days: RecentDays) -> list[OwedPart]:
    """What is owed by the age of the credit, as if the oldest credit of the shop were spent first.

    Credit that is older than the days that are known is in the last part.
    """
    left, parts, newest = max(0, days.now.owed), [], list(reversed(days.rows))
    start = 0
    for end in AGES:
        added = sum(_added(totals.sums) for _, totals in newest[start:end])
        amount = min(left, max(0, added))
        parts.append(OwedPart(end, amount))
        left, start = left - amount, end
    return [*parts, OwedPart(None, left)]


def _added(sums: Mapping[str, int]) -> int:
    """What a day added to the credit, without what was spent or expired."""
    return sum(amount for kind, amount in sums.items() if kind not in (CAPTURE, EXPIRY))


def count_funnel(first: date, now: datetime) -> Funnel:
    start = datetime.combine(first, time(), now.tzinfo)
    joined = count_rows(since(keys.directory(EVERYBODY, JOINED), start))
    orders = count_rows(since(keys.directory(ORDERS, "all"), start))
    rewarded = count_rows(since(keys.directory(ORDERS, REWARDED), start))
    return Funnel(count_clicks(first), joined, orders, rewarded)


def list_top_advocates(currency: str) -> list[TopAdvocate]:
    """The `MOST_TOP` advocates with the greatest volume of all time in a currency, or fewer:
    advocates whose data was erased are left out. Each has the volume of their account, however late
    the rows of the directory are.
    """
    partition = keys.directory(EVERYBODY, money_order(VOLUME, currency))
    ids = dict.fromkeys(members_of(list_rows(RowRange(partition, descending=True), MOST_TOP)))
    account_keys = {name: keys.account(name, currency) for name in ids}
    reading = Reading()
    reading.fetch(
        *attribution.member_keys(ids), *((AccountItem, key) for key in account_keys.values())
    )
    top = []
    for name, key in account_keys.items():
        member = attribution.find_member(reading, name)
        volume = account_of(name, currency, reading.item(AccountItem, key)).volume
        if member and volume > 0 and not member.erased:
            top.append(TopAdvocate(member, volume))
    return sorted(top, key=lambda one: -one.volume)


def first_day(now: datetime, days: int) -> date:
    """The first of the last `days` days in UTC. Today is the last of them."""
    return now.date() - (days - 1) * DAY
