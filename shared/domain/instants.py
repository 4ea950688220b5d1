"""Instants: RFC 3339 text in documents, aware `datetime` values in UTC everywhere else."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SHORTEST_INSTANT = len("2026-03-01T10:00:00Z")
FIRST_YEAR, LAST_YEAR = 1970, 2200
"""The years, in UTC, in which an instant from outside must lie.

Programs add days to instants; the limits keep the sum inside the calendar.
"""
_MARKS = ("--T::", "-- ::")
"""The characters between the digits of an RFC 3339 text. Other forms of ISO 8601 have different
ones and are refused.
"""


def parse_instant(text: object) -> datetime:
    """Reads an RFC 3339 text with an offset; returns it in UTC. `t` and `z` may be lower case.

    Raises `ValueError` if the text is anything else, or if its year is not in `FIRST_YEAR` to
    `LAST_YEAR`.
    """
    try:
        if (
            isinstance(text, str)
            and len(text) >= SHORTEST_INSTANT
            and text[4:17:3].upper() in _MARKS
        ):
            return in_utc(datetime.fromisoformat(text.upper()))
    except (ValueError, OverflowError):
        pass
    raise ValueError(
        "write an RFC 3339 instant, such as 2026-03-01T10:00:00Z, in the years "
        f"{FIRST_YEAR} to {LAST_YEAR}"
    )


def in_utc(instant: datetime) -> datetime:
    """An instant with an offset, converted to UTC.

    Raises `ValueError` if it has no offset or if its year in UTC is not in `FIRST_YEAR` to
    `LAST_YEAR`. Raises `OverflowError` if the conversion leaves the calendar.
    """
    if instant.tzinfo is None:
        raise ValueError
    there = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    if not FIRST_YEAR <= there.year <= LAST_YEAR:
        raise ValueError
    return there


def read_instant(text: str) -> datetime:
    """Reads an instant that `instant_text` wrote. Its year may be after `LAST_YEAR`, because a
    program may have added days.
    """
    return datetime.fromisoformat(text).astimezone(UTC)


def instant_text(instant: datetime) -> str:
    """The instant as text, such as `2026-03-01T10:00:00Z`. Fractions of a second appear only if
    they are not 0.
    """
    return instant.isoformat().replace("+00:00", "Z")


def midnight_at_or_after(instant: datetime) -> datetime:
    """The first midnight in UTC that is not earlier than the instant."""
    midnight = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if midnight == instant else midnight + DAY


def day_end(instant: datetime, zone: str) -> datetime:
    """The end of the day of an instant in a time zone: the first instant of the next day there, in
    UTC.
    """
    there = instant.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (there + DAY).replace(fold=0).astimezone(UTC)
