"""The balances of all accounts at an instant, from the stored closing of an earlier day and the
lines since then (decision 150).
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta

from shared.domain.instants import DAY
from shared.domain.ledger.trial_balance import TrialBalance
from shared.problem import Unavailable
from shared.store.programs import journal
from shared.store.programs.closings import Closing, find_last_closing, put_closing
from shared.store.programs.journal import JournalLine, place_of

CLOSED_AFTER = timedelta(hours=26)
"""How long after its end a day is closed. Entries may arrive an hour late, and the stream delivers
within a day.
"""
MOST_LINES_ADDED = 200_000
"""Lines of past days that one request adds up before it is refused. What it has added up is stored.
"""
FIRST_DAY, LAST_DAY = "0", "9"


def balance_at(instant: datetime | None, now: datetime) -> TrialBalance:
    """The balance of every account just before an instant; `None` means now, with all entries.

    Raises `Unavailable` while too many lines are not added up yet; each further request adds up
    more.
    """
    last_day = instant.date().isoformat() if instant else LAST_DAY
    closing = find_last_closing(last_day)
    balance, added = closing.balance if closing else TrialBalance(), 0
    for day in journal.list_days(closing.day if closing else FIRST_DAY, last_day):
        if closing and day == closing.day:
            continue
        if added > MOST_LINES_ADDED:
            raise Unavailable(
                "journal_behind", "The books are still being updated. Try again in a moment."
            )
        until = place_of(instant) if instant and day == last_day else journal.LAST_PLACE
        booked = [line.amount for line in journal.list_lines(day, until=until)]
        balance = balance.after(booked)
        if day != last_day and now >= _end_of(day) + CLOSED_AFTER:
            put_closing(Closing(day, balance))
            added += len(booked)
    return balance


def close_days(now: datetime) -> None:
    """Stores the closing of days that ended long enough ago, so that no request has to wait for it.
    The next call continues.
    """
    with suppress(Unavailable):
        balance_at(now, now)


def list_lines_between(
    since: datetime | None,
    until: datetime | None,
    after: tuple[str, str] | None = None,
    at_once: int = journal.MOST_AT_ONCE,
) -> Iterator[JournalLine]:
    """The lines of a period in order, starting after the given day and sort key.

    `at_once` lines of one day are read with one request.
    """
    first = max(since.date().isoformat() if since else FIRST_DAY, after[0] if after else "")
    last = until.date().isoformat() if until else LAST_DAY
    for day in journal.list_days(first, last) if first <= last else ():
        begin = (
            place_of(since) if since and day == since.date().isoformat() else journal.FIRST_PLACE
        )
        if after and day == after[0]:
            begin = max(begin, after[1] + " ")
        end = place_of(until) if until and day == last else journal.LAST_PLACE
        yield from journal.list_lines(day, begin, end, at_once)


def _end_of(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC) + DAY
