"""Dates and instants of tables, as people and programs write them."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple

from shared.domain.instants import FIRST_YEAR, LAST_YEAR, in_utc, instant_text

type DayOrder = Literal["day first", "month first"] | None
"""What comes first in dates of three numbers, such as `03/04/2026`; `None` if nobody knows."""

LONGEST_DATE = 60
"""Characters of a cell with a date."""
_TIME = (
    r"(?:(?: at)?[ T,]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})"
    r"(?:[.,][0-9]+)?)?(?: ?(?P<half>[AaPp])\.?[Mm]\.?)?"
    r"(?: ?(?P<zone>Z|UTC|GMT|(?:UTC|GMT)?[+-][0-9]{1,2}(?::?[0-9]{2})?))?)?"
)
_NUMBERS = re.compile(
    r"(?P<first>[0-9]{1,2})(?P<mark>[./-])(?P<second_of>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})"
    + _TIME
)
_YEAR_FIRST = re.compile(
    r"(?P<year>[0-9]{4})(?P<mark>[./-])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})" + _TIME
)
_DAY_AND_NAME = re.compile(
    r"(?P<day>[0-9]{1,2})\.?[ -](?P<name>[^\W\d]{3,9})\.?[ ,-]{1,2}(?P<year>[0-9]{4})" + _TIME
)
_NAME_AND_DAY = re.compile(
    r"(?P<name>[^\W\d]{3,9})\.? (?P<day>[0-9]{1,2})(?:st|nd|rd|th)?,? (?P<year>[0-9]{4})" + _TIME
)
_ZONE = re.compile(r"(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>[0-9]{1,2}):?(?P<minutes>[0-9]{2})?")
_SERIAL = re.compile(r"(?P<days>[2-7][0-9]{4})(?:[.,][0-9]+)?")
_FIRST_DAY = date(1899, 12, 30)
"""Day 0 of the numbers by which spreadsheets count days (those of Windows)."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner",
            "february feb februar",
            "march mar märz mär mrz",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        1,
    )
    for name in names.split()
}


class _Day(NamedTuple):
    year: int
    month: int
    day: int


@lru_cache(maxsize=4096)
def read_instant_text(text: str, order: DayOrder = None) -> str:
    """An instant or a date as RFC 3339 text in UTC. A text without a zone is read as UTC.

    `order` says what comes first in a date of three numbers that could be two dates. Raises
    `ValueError` if the text is not a date, or if it could be two dates and `order` is `None`.
    """
    plain = text.strip().removeprefix("'")
    if len(plain) > LONGEST_DATE:
        raise ValueError(f"{text!r} is not a date; write it like 2026-12-31 or 31.12.2026")
    for form in (_YEAR_FIRST, _NUMBERS, _DAY_AND_NAME, _NAME_AND_DAY):
        if found := form.fullmatch(plain):
            return _instant_text(text, found, _day(text, found, order))
    if serial := _SERIAL.fullmatch(plain):
        day = _FIRST_DAY + timedelta(days=int(serial["days"]))
        raise ValueError(
            f"{text!r} is a spreadsheet's number of a day, perhaps {day}; show the column as dates"
            " like 2026-12-31 before you save the file"
        )
    raise ValueError(f"{text!r} is not a date; write it like 2026-12-31 or 31.12.2026")


def find_day_order(texts: Iterable[str]) -> DayOrder:
    """What comes first in the dates of a table: it is learnt from the dates that can be only one
    day. `None` if there are none of these, or if they contradict one another.
    """
    orders: set[DayOrder] = set()
    for text in texts:
        found = _NUMBERS.fullmatch(text.strip()) if 8 <= len(text) <= LONGEST_DATE else None
        if found and found["mark"] != ".":
            first, second = int(found["first"]), int(found["second_of"])
            if 12 < first <= 31 and second <= 12:
                orders.add("day first")
            elif first <= 12 < second <= 31:
                orders.add("month first")
    return orders.pop() if len(orders) == 1 else None


def _day(text: str, found: re.Match[str], order: DayOrder) -> _Day:
    """The day that a form has. Raises `ValueError` where it could be two."""
    parts, year = found.groupdict(), int(found["year"])
    if "month" in parts:
        return _Day(year, int(found["month"]), int(found["day"]))
    if "name" in parts:
        return _Day(year, _MONTHS.get(found["name"].lower(), 0), int(found["day"]))
    first, second = int(found["first"]), int(found["second_of"])
    if found["mark"] == "." or first > 12 or first == second or order == "day first":
        return _Day(year, second, first)
    if second > 12 or order == "month first":
        return _Day(year, first, second)
    raise ValueError(
        f"{text!r} could be {year}-{second:02}-{first:02} or {year}-{first:02}-{second:02};"
        " write dates like 2026-12-31 or 31.12.2026"
    )


def _instant_text(text: str, found: re.Match[str], day: _Day) -> str:
    """The instant of a day and the time beside it. Raises `ValueError` if the calendar has none."""
    hour, half = int(found["hour"] or 0), (found["half"] or "").lower()
    try:
        if half and not 1 <= hour <= 12:
            raise ValueError
        hour = hour % 12 + 12 * (half == "p") if half else hour
        there = datetime(*day, hour, int(found["minute"] or 0), int(found["second"] or 0))
        return instant_text(in_utc((there - _offset(found["zone"])).replace(tzinfo=UTC)))
    except (ValueError, OverflowError):
        raise ValueError(
            f"{text!r} is no day from {FIRST_YEAR} to {LAST_YEAR}; write it like 2026-12-31 or "
            "31.12.2026"
        ) from None


def _offset(zone: str | None) -> timedelta:
    """How far a zone is ahead of UTC."""
    found = _ZONE.fullmatch(zone or "")
    if found is None:
        return timedelta()
    ahead = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return -ahead if found["sign"] == "-" else ahead
