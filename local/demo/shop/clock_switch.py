"""Moves the local clock forward and runs the schedules on the way."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from local.cloud.resources import Schedule
from local.cloud.schedule_expressions import FiringTimes
from local.demo.shop.local_controls import LocalControls
from web.clients.grapevine import Problem

DAY = timedelta(days=1)
MINUTES_A_DAY = 24 * 60
MORNING = time(9)


class ClockSwitch:
    def __init__(
        self, controls: LocalControls, schedules: Sequence[tuple[Schedule, FiringTimes]]
    ) -> None:
        self.controls, self.schedules = controls, schedules

    def to_next_day(self) -> None:
        self.turn_to(self.controls.now() + DAY)

    def to_next_month(self) -> None:
        """Moves the clock to the same day of the next month, or to its last day if the month is
        shorter.
        """
        self.turn_to(same_day_of_next_month(self.controls.now()))

    def to_the_first(self) -> None:
        """Moves the clock to 09:00 on the first of the next month. The nightly schedules on the way
        close the month before.
        """
        now = self.controls.now()
        self.turn_to(datetime.combine(first_of_next_month(now), MORNING, now.tzinfo))

    def set(self, moment: datetime) -> None:
        """Sets the clock and runs no schedules. It is for a moment that the clock had reached
        before a restart, so the schedules until then have already run.
        """
        self.controls.set_clock(moment)

    def to_real_time(self) -> None:
        self.controls.set_clock(None)

    def turn_to(self, until: datetime) -> None:
        """Moves the clock to `until`, where it stays. Runs the schedules of the last day, and of
        each first of a month on the way; none if `until` is in the past.

        If a schedule fails, the others still run; the first Problem is raised at the end.
        """
        refusals: list[Problem] = []
        for at, function in self._firings(self.controls.now(), until):
            self.controls.set_clock(at)
            try:
                self.controls.fire(function, at)
            except Problem as refused:
                refusals.append(refused)
            self.controls.drain()
        self.controls.set_clock(until)
        self.controls.drain()
        if refusals:
            raise refusals[0]

    def _firings(self, after: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
        """Yields the time and the function of each schedule that is due on the first day of a month
        or on the last day of the period.

        Other days can be skipped, because a nightly function catches up on earlier nights.
        """
        for day in sorted({*_firsts(after, until), until.date()}):
            midnight = datetime.combine(day, time(), after.tzinfo)
            for minute in (midnight + timedelta(minutes=number) for number in range(MINUTES_A_DAY)):
                if after < minute <= until:
                    for schedule, times in self.schedules:
                        if times.fires(minute):
                            yield minute, schedule.function


def _firsts(after: datetime, until: datetime) -> Iterator[date]:
    day = first_of_next_month(after)
    while day <= until.date():
        yield day
        day = first_of_next_month(day)


def first_of_next_month(day: date) -> date:
    """Returns the first day of the month after the month of `day`, which is a date or a datetime."""
    following = day.replace(day=1) + 32 * DAY
    return date(following.year, following.month, 1)


def same_day_of_next_month(moment: datetime) -> datetime:
    first = first_of_next_month(moment)
    last = first_of_next_month(first) - DAY
    return moment.replace(year=first.year, month=first.month, day=min(moment.day, last.day))
