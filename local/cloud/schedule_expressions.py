"""EventBridge schedule expressions, `rate(…)` and `cron(…)`: in which minutes they run."""

import re
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from local.cloud.resources import Schedule
from local.cloud.template import TemplateError

_MONTHS = {
    name: number
    for number, name in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), 1)
}
_WEEKDAYS = {name: number for number, name in enumerate("SUN MON TUE WED THU FRI SAT".split(), 1)}
_NO_NAMES: dict[str, int] = {}
_UNIT_MINUTES = {"minute": 1, "hour": 60, "day": 1440}
_FIELDS = (
    (0, 59, _NO_NAMES),  # minutes
    (0, 23, _NO_NAMES),  # hours
    (1, 31, _NO_NAMES),  # day of month
    (1, 12, _MONTHS),
    (1, 7, _WEEKDAYS),
    (1970, 2199, _NO_NAMES),  # year
)
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")


@dataclass(frozen=True)
class RateTimes:
    """The minutes of a `rate(…)`: every `every_minutes` minutes, counted from the beginning of
    1970.
    """

    every_minutes: int

    def fires(self, minute: datetime) -> bool:
        return int(minute.timestamp() // 60) % self.every_minutes == 0


@dataclass(frozen=True)
class CronTimes:
    """The minutes of a `cron(…)`: those whose six fields, in the time zone, have allowed values."""

    fields: tuple[frozenset[int], ...]
    zone: ZoneInfo

    def fires(self, minute: datetime) -> bool:
        local = minute.astimezone(self.zone)
        values = (
            local.minute,
            local.hour,
            local.day,
            local.month,
            local.isoweekday() % 7 + 1,
            local.year,
        )
        return all(value in allowed for value, allowed in zip(values, self.fields, strict=True))


type FiringTimes = RateTimes | CronTimes


def parse_firing_times(schedule: Schedule) -> FiringTimes:
    """Parses the expression of the schedule; raises TemplateError if it is not supported."""
    where = f"{schedule.function}.{schedule.name}: {schedule.expression}"
    try:
        zone = ZoneInfo(schedule.time_zone)
    except ZoneInfoNotFoundError:
        raise TemplateError(f"{where}: there is no time zone {schedule.time_zone}") from None
    if rate := _RATE.fullmatch(schedule.expression):
        return RateTimes(int(rate[1]) * _UNIT_MINUTES[rate[2]])
    if not (cron := _CRON.fullmatch(schedule.expression)):
        raise TemplateError(f"{where}: is neither rate(…) nor a cron(…) of six fields")
    try:
        fields = tuple(
            _parse_field(text, *field) for text, field in zip(cron.groups(), _FIELDS, strict=True)
        )
    except ValueError as wrong:
        raise TemplateError(f"{where}: {wrong}, which is not known here") from None
    return CronTimes(fields, zone)


def _parse_field(text: str, lowest: int, highest: int, names: dict[str, int]) -> frozenset[int]:
    """Returns the values that a field such as `MON-FRI`, `*/15` or `1,15` allows.

    Raises ValueError if a part is neither a number nor a name.
    """
    allowed: set[int] = set()
    for part in text.split(","):
        span, _, step = part.partition("/")
        if span in ("*", "?"):
            first, last = lowest, highest
        else:
            begin, dash, end = span.partition("-")
            first = names.get(begin.upper()) or int(begin)
            last = (names.get(end.upper()) or int(end)) if dash else (highest if step else first)
        allowed.update(range(first, last + 1, int(step or 1)))
    return frozenset(allowed)
