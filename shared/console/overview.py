"""What the overview shows: the last days, and what waits for staff.

Closed days have stored totals. Open days are summed from their journals (decision 103).
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple

from shared import dead_letters
from shared.domain.evaluation.decision import TEST_ORDER
from shared.domain.instants import DAY
from shared.domain.ledger.daily_totals import DailyTotals, begin_day, end_day, go_on
from shared.store.ledger import settlements
from shared.store.programs import day_totals, journal, parked, reviews
from shared.store.programs.day_totals import DayDraft, MovementPage

CLOSED_AFTER = timedelta(hours=24)
"""How long after its end a day is closed. Until then the stream may still deliver entries of the
day.
"""
MOST_DAYS_SUMMED = 62
"""How many open days one request sums."""
MOST_LINES_SUMMED = 100_000
"""How many entries one request sums. The next one goes on from there."""
LEAST_LINES_KEPT = 20_000
"""A sum of fewer entries is not stored."""
SETTLED_AFTER = timedelta(minutes=5)
"""The stream delivers an entry within this time, as a rule. Sums are stored up to there."""
MOST_COUNTED = 100
NO_TOTALS = DailyTotals()


class RecentDays(NamedTuple):
    """The totals of each of the last days, oldest first, and what is owed.

    `now` is the state now. If too many days are open, it is the state at the end of the day
    `until`, and later days are empty.
    """

    rows: Sequence[tuple[date, DailyTotals]]
    now: DailyTotals
    until: str | None


class OpenTasks(NamedTuple):
    """What waits for staff. Each number stops at `MOST_COUNTED`, except `dead_letters`.

    * `parked`: without test orders, which are parked on purpose.
    * `deadline`: the next deadline of a review.
    * `unsettled`: accounts that failed in the newest settlement, the one of `month`.
    * `dead_letters`: those that can be put back on their queue.
    """

    parked: int
    reviews: int
    deadline: str | None
    unsettled: int
    month: str | None
    dead_letters: int


def load_recent_days(currency: str, now: datetime, days: int = 30) -> RecentDays:
    """The last `days` days in UTC. Sums at most `MOST_DAYS_SUMMED` open days and
    `MOST_LINES_SUMMED` entries, and stores the sums. Days that ended long enough ago are closed and
    not summed again.
    """
    first = now.date() - (days - 1) * DAY
    known = dict(sorted(day_totals.load_closed_days(currency, first.isoformat()).items()))
    last_closed, totals = next(reversed(known.items()), ("", NO_TOTALS))
    open_days = [day for day in journal.list_days(last_closed or "0", "9") if day > last_closed]
    until = open_days[MOST_DAYS_SUMMED - 1] if len(open_days) > MOST_DAYS_SUMMED else None
    summing = _Summing(currency, now)
    for day in open_days[:MOST_DAYS_SUMMED]:
        totals, whole = summing.sum_day(day, totals)
        known[day] = totals
        if not whole:
            until = day
            break
        if summing.may_close(day):
            day_totals.close_day(day, currency, totals)
    return RecentDays(_rows(known, first, now), totals, until)


class _Summing:
    """Sums open days for one request: at most `MOST_LINES_SUMMED` entries."""

    def __init__(self, currency: str, now: datetime) -> None:
        self._currency, self._now, self._left = currency, now, MOST_LINES_SUMMED
        self._drafts = day_totals.list_drafts(currency)

    def may_close(self, day: str) -> bool:
        return self._now >= _end_of(day) + CLOSED_AFTER

    def sum_day(self, day: str, before: DailyTotals) -> tuple[DailyTotals, bool]:
        """The totals of a day, and whether all its entries are in them."""
        draft = self._draft_of(day) or DayDraft(begin_day(before), "", self._now)
        page, summed = MovementPage([], draft.place, False), 0
        kept = draft
        settled = journal.place_of(self._now - SETTLED_AFTER)
        while not page.whole and self._left > 0:
            page = day_totals.read_movements(day, self._currency, draft.place)
            draft = draft._replace(totals=go_on(draft.totals, page.movements), place=page.place)
            summed, self._left = summed + len(page.movements), self._left - len(page.movements)
            kept = draft if page.place < settled else kept
        if summed >= LEAST_LINES_KEPT:
            day_totals.put_draft(day, self._currency, kept)
        return end_day(draft.totals, _end_of(day)), page.whole

    def _draft_of(self, day: str) -> DayDraft | None:
        """What was summed before. A day is closed with sums that were begun when no entry could be
        added to it any more.
        """
        draft = self._drafts.get(day)
        is_late = self.may_close(day) and draft and draft.begun_at < _end_of(day) + CLOSED_AFTER
        return None if is_late else draft


def _rows(
    known: Mapping[str, DailyTotals], first: date, now: datetime
) -> list[tuple[date, DailyTotals]]:
    shown = [first + number * DAY for number in range((now.date() - first).days + 1)]
    return [(day, known.get(day.isoformat(), NO_TOTALS)) for day in shown]


def _end_of(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), UTC) + DAY


def count_open_tasks() -> OpenTasks:
    listed, _ = parked.list_parked(MOST_COUNTED)
    parked_deliveries = [row for row in listed if row["reason"] != TEST_ORDER]
    open_reviews, _ = reviews.list_reviews(MOST_COUNTED)
    run = settlements.find_last_run()
    unsettled = (
        list(islice(settlements.list_unsolved_failures(run.month), MOST_COUNTED)) if run else []
    )
    return OpenTasks(
        len(parked_deliveries),
        len(open_reviews),
        open_reviews[0].deadline if open_reviews else None,
        len(unsettled),
        run.month if run else None,
        dead_letters.count_with_way_back(),
    )
