"""The period of a request for the journal."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from shared.api.request import Request
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.instants import FIRST_YEAR, LAST_YEAR

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = timedelta(microseconds=1)


class Period(NamedTuple):
    """A period from an instant (included) to another (not included). `None` means from the first
    entry, or to the last.

    Days are those of `zone`, the program's time zone.
    """

    since: datetime | None
    until: datetime | None
    zone: str

    def day_of(self, at: datetime) -> date:
        return at.astimezone(ZoneInfo(self.zone)).date()

    def first_day(self, first: datetime) -> date:
        """The first day of the period; `first` is the instant of its first line."""
        return self.day_of(self.since or first)

    def last_day(self, last: datetime) -> date:
        """The last day of the period; `last` is the instant of its last line."""
        return self.day_of(self.until - MOMENT if self.until else last)


def parse_period(request: Request, zone: str) -> Period:
    """The period between the parameters `from` and `until`; raises `InvalidDocument`."""
    since, until = _bound(request, "from", zone), _bound(request, "until", zone)
    if since and until and since > until:
        raise InvalidDocument([FieldError("until", "must not be before from")])
    return Period(since, until, zone)


def _bound(request: Request, name: str, zone: str) -> datetime | None:
    """An instant, or the start of a day in the time zone; `None` if the parameter is missing."""
    text = (request.query(name) or "").strip()
    if not text:
        return None
    if not _DATE.fullmatch(text):
        return request.instant(name)
    try:
        day = datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
    except (ValueError, OverflowError):
        pass
    message = f"write a day or an instant, such as 2026-03-01, in {FIRST_YEAR} to {LAST_YEAR}"
    raise InvalidDocument([FieldError(name, message)])
