"""The journal's page in the console."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlencode

from shared.api.request import Request
from shared.domain.ledger.trial_balance import TrialBalance
from shared.domain.month import month_before, month_end, month_of
from shared.journal.answer import BEANCOUNT, CSV, DATEV, JSON, MOST_IN_FILE
from shared.journal.books import balance_at
from shared.journal.period import Period, parse_period
from shared.journal.rows import AccountRow
from shared.store.programs import programs
from shared.store.programs.programs import DEFAULT

FILES = {"CSV": CSV, "beancount": BEANCOUNT, "DATEV": DATEV, "JSON": JSON}


class JournalOverview(NamedTuple):
    """The shop's accounts, and the addresses of the period's files.

    * `first`: the first day of the period; `end`: the day after its last day.
    * `balanced`: whether the balances of each currency add up to 0.
    * `most`: how many postings a file in one piece may have.
    """

    first: str | None
    end: str | None
    zone: str
    accounts: Sequence[AccountRow]
    balanced: bool
    files: Sequence[tuple[str, str]]
    most: int


def load_overview(request: Request) -> JournalOverview:
    """The overview of the requested period; without one, of the last month that has ended. Raises
    `InvalidDocument`, and `Unavailable` while older days are still being added up.
    """
    program = programs.active_program_of(programs.load_active_item(DEFAULT))
    zone, queries = program.time_zone, request.queries
    named = queries.get("from") or queries.get("until")
    period = parse_period(request, zone) if named else _last_month(request.now, zone)
    opening = balance_at(period.since, request.now) if period.since else TrialBalance()
    closing = balance_at(period.until, request.now)
    accounts = [
        AccountRow(place.account, place.currency, opening.shop.get(place, 0), closing.shop[place])
        for place in sorted(closing.shop)
    ]
    first, end = _day(period, period.since), _day(period, period.until)
    return JournalOverview(
        first, end, zone, accounts, _is_balanced(closing), _files(first, end), MOST_IN_FILE
    )


def _day(period: Period, bound: datetime | None) -> str | None:
    return period.day_of(bound).isoformat() if bound else None


def _last_month(now: datetime, zone: str) -> Period:
    last = month_before(month_of(now, zone))
    return Period(month_end(month_before(last), zone), month_end(last, zone), zone)


def _is_balanced(balance: TrialBalance) -> bool:
    sums: Counter[str] = Counter()
    for place, amount in balance.shop.items():
        sums[place.currency] += amount
    return not any(sums.values())


def _files(first: str | None, end: str | None) -> list[tuple[str, str]]:
    """The name of each format and the address of its file."""
    bounds = {name: day for name, day in (("from", first), ("until", end)) if day}
    return [
        (name, f"/console/journal?{urlencode({**bounds, 'format': form})}")
        for name, form in FILES.items()
    ]
