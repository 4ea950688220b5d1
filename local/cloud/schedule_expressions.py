"""Schedule expressions of EventBridge, `rate(…)` and `cron(…)`, and the event that a schedule sends."""

import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from local.cloud.resources import Schedule
from local.cloud.template import ACCOUNT, REGION, TemplateError

_MONTHS = {
    name: number
    for number, name in enumerate("JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split(), 1)
}
_DAYS = {name: number for number, name in enumerate("SUN MON TUE WED THU FRI SAT".split(), 1)}
_UNITS = {"minute": 1, "hour": 60, "day": 1440}
_FIELDS = (
    ("minutes", 0, 59, {}),
    ("hours", 0, 23, {}),
    ("day of month", 1, 31, {}),
    ("month", 1, 12, _MONTHS),
    ("day of week", 1, 7, _DAYS),
    ("year", 1970, 2199, {}),
)
_RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) (\S+)\)")


@dataclass(frozen=True)
class FiringTimes:
    """When a schedule fires: every so many minutes, or in the minutes that six fields allow."""

    every_minutes: int | None
    fields: tuple[frozenset[int], ...]
    zone: ZoneInfo

    def fires(self, minute: datetime) -> bool:
        if self.every_minutes is not None:
            return int(minute.timestamp() // 60) % self.every_minutes == 0
        local = minute.astimezone(self.zone)
        now = (
            local.minute,
            local.hour,
            local.day,
            local.month,
            local.isoweekday() % 7 + 1,
            local.year,
        )
        return all(value in allowed for value, allowed in zip(now, self.fields, strict=True))


def parse_firing_times(schedule: Schedule) -> FiringTimes:
    where = f"{schedule.function}.{schedule.name}: {schedule.expression}"
    try:
        zone = ZoneInfo(schedule.time_zone)
    except ZoneInfoNotFoundError:
        raise TemplateError(f"{where}: there is no time zone {schedule.time_zone}") from None
    if rate := _RATE.fullmatch(schedule.expression):
        return FiringTimes(int(rate[1]) * _UNITS[rate[2]], (), zone)
    if not (cron := _CRON.fullmatch(schedule.expression)):
        raise TemplateError(f"{where}: is neither rate(…) nor a cron(…) of six fields")
    try:
        return FiringTimes(
            None,
            tuple(
                _allowed(text, *field[1:])
                for text, field in zip(cron.groups(), _FIELDS, strict=True)
            ),
            zone,
        )
    except ValueError as wrong:
        raise TemplateError(f"{where}: {wrong}, which is not known here") from None


def _allowed(text: str, lowest: int, highest: int, names: dict[str, int]) -> frozenset[int]:
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


def scheduled_event(schedule: Schedule, at: datetime) -> dict:
    """The input that the template declares, with the time of this firing where it asks for it, else the standard event."""
    time = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if schedule.input is not None:
        return json.loads(schedule.input.replace("<aws.scheduler.scheduled-time>", time))
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": schedule.source,
        "account": ACCOUNT,
        "time": time,
        "region": REGION,
        "resources": [schedule.arn],
        "detail": {},
    }
