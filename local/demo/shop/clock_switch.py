"""The switch of the clock: what the nights in between would have done is done, at their own times."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta

from local.cloud.resources import Schedule
from local.cloud.schedule_expressions import FiringTimes
from local.demo.shop.grapevine_client import ApiRefused, GrapevineClient

DAY = timedelta(days=1)
MORNING = time(9)


class ClockSwitch:
    def __init__(self, grapevine: GrapevineClient, schedules: Sequence[tuple[Schedule, FiringTimes]]) -> None:
        self.grapevine, self.schedules = grapevine, schedules

    def to_next_day(self) -> None:
        self.to(self.grapevine.now() + DAY)

    def to_next_month(self) -> None:
        """The same day of it, or its last."""
        self.to(same_day_of_next_month(self.grapevine.now()))

    def to_the_first(self) -> None:
        """The morning after the month was closed."""
        now = self.grapevine.now()
        self.to(datetime.combine(first_of_next_month(now), MORNING, now.tzinfo))

    def back_to(self, moment: datetime) -> None:
        """To where it stood before a restart; the nights until then have done their work."""
        self.grapevine.set_clock(moment)

    def to_real_time(self) -> None:
        self.grapevine.set_clock(None)

    def to(self, until: datetime) -> None:
        """Stands still there; where that is earlier than now, nothing fires. Raises the first `ApiRefused` once all else is done."""
        failed: list[ApiRefused] = []
        for at, function in self._firings(self.grapevine.now(), until):
            self.grapevine.set_clock(at)
            try:
                self.grapevine.fire(function, at)
            except ApiRefused as refused:
                failed.append(refused)
            self.grapevine.drain()
        self.grapevine.set_clock(until)
        self.grapevine.drain()
        if failed:
            raise failed[0]

    def _firings(self, after: datetime, until: datetime) -> Iterator[tuple[datetime, str]]:
        """Of the first night of each month and the last of all: what nightly work leaves one night it finds the next."""
        for day in sorted({*_firsts(after, until), until.date()}):
            midnight = datetime.combine(day, time(), after.tzinfo)
            for minute in (midnight + timedelta(minutes=number) for number in range(24 * 60)):
                if after < minute <= until:
                    yield from (
                        (minute, schedule.function)
                        for schedule, times in self.schedules
                        if times.fires(minute)
                    )


def _firsts(after: datetime, until: datetime) -> Iterator:
    day = first_of_next_month(after)
    while day <= until.date():
        yield day
        day = first_of_next_month(datetime.combine(day, time(), after.tzinfo))


def first_of_next_month(moment: datetime):
    """A date."""
    return (moment.replace(day=1) + 32 * DAY).replace(day=1).date()


def same_day_of_next_month(moment: datetime) -> datetime:
    first = first_of_next_month(moment)
    last = first_of_next_month(datetime.combine(first, time(), moment.tzinfo)) - DAY
    return moment.replace(year=first.year, month=first.month, day=min(moment.day, last.day))
