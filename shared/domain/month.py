"""Calendar months in a time zone, written `2026-03`."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_MONTH = re.compile(r"[1-9][0-9]{3}-(0[1-9]|1[0-2])")


def parse_month(text: object) -> str:
    """Returns the text if it is a month such as `2026-03`; raises `ValueError` if not."""
    if not isinstance(text, str) or not _MONTH.fullmatch(text):
        raise ValueError("write a year and a month, such as 2026-03")
    return text


def month_of(at: datetime, zone: str) -> str:
    """The month of an instant in a time zone."""
    there = at.astimezone(ZoneInfo(zone))
    return _text(there.year, there.month)


def month_end(month: str, zone: str) -> datetime:
    """The end of a month in a time zone: the first instant of the next month, in UTC."""
    year, number = _parts(month_after(month))
    return datetime(year, number, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def month_after(month: str) -> str:
    year, number = _parts(month)
    return _text(year + number // 12, number % 12 + 1)


def month_before(month: str) -> str:
    year, number = _parts(month)
    return _text(year, number - 1) if number > 1 else _text(year - 1, 12)


def _parts(month: str) -> tuple[int, int]:
    year, _, number = month.partition("-")
    return int(year), int(number)


def _text(year: int, number: int) -> str:
    return f"{year:04d}-{number:02d}"
