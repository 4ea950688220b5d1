"""The last days as the overview tells them: from days that are closed, and the journals of those that are not (decision 103)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from shared.domain.instants import DAY, UTC
from shared.domain.ledger.daily_totals import DailyTotals, day_after
from shared.store.programs import journal

SHOWN_DAYS = 30
CLOSES_AFTER = timedelta(hours=24)
"""After a day's end: as long as a write may be told late by the stream."""
MOST_DAYS_A_VIEW = 62
EMPTY = DailyTotals()


class Days(NamedTuple):
    """Each of the last days with what it moved, the oldest first; `now` is as it stands, or as it stood at the end of `until`."""

    rows: Sequence[tuple[date, DailyTotals]]
    now: DailyTotals
    until: str | None


def last_days(currency: str, now: datetime) -> Days:
    """Days are in UTC. What can be closed is closed on the way, so that each is summed up once."""
    first = now.date() - (SHOWN_DAYS - 1) * DAY
    known = dict(sorted(journal.closed_days(currency, first.isoformat()).items()))
    last, state = next(reversed(known.items()), ("", EMPTY))
    missing = [day for day in journal.days_between(last or "0", "9") if day > last]
    for day in missing[:MOST_DAYS_A_VIEW]:
        state = day_after(state, journal.moved_on(day, currency), _end_of(day))
        known[day] = state
        if now >= _end_of(day) + CLOSES_AFTER:
            journal.close(day, currency, state)
    until = missing[MOST_DAYS_A_VIEW - 1] if len(missing) > MOST_DAYS_A_VIEW else None
    return Days(_rows(known, first, now), state, until)


def _rows(
    known: Mapping[str, DailyTotals], first: date, now: datetime
) -> list[tuple[date, DailyTotals]]:
    shown = [first + number * DAY for number in range((now.date() - first).days + 1)]
    return [(day, known.get(day.isoformat(), EMPTY)) for day in shown]


def _end_of(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC) + DAY
