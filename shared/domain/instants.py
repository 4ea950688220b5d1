"""Instants: RFC 3339 texts at the edge, aware datetimes in UTC inside."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
SHORTEST_INSTANT = len("2026-03-01T10:00:00Z")
FIRST_YEAR, LAST_YEAR = 1970, 2200
"""Of instants that are told, in UTC. Terms add time to them, and the sum stays on the calendar."""
_MARKS = ("--T::", "-- ::")
"""What stands between the digits of an RFC 3339 text; other forms of ISO 8601 have other marks."""


def parse_instant(text: object) -> datetime:
    """An RFC 3339 text with an offset, as UTC; `T` and `Z` may be small.

    Raises `ValueError`, also for an instant outside `FIRST_YEAR` to `LAST_YEAR`.
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
    """An instant with an offset, as UTC.

    Raises `ValueError` without an offset or outside `FIRST_YEAR` to `LAST_YEAR` after the
    conversion, `OverflowError` off the calendar.
    """
    if instant.tzinfo is None:
        raise ValueError
    there = instant if instant.tzinfo is UTC else instant.astimezone(UTC)
    if not FIRST_YEAR <= there.year <= LAST_YEAR:
        raise ValueError
    return there


def read_instant(text: str) -> datetime:
    """An instant as `instant_text` wrote it; what terms added to one may be later than any told."""
    return datetime.fromisoformat(text).astimezone(UTC)


def instant_text(instant: datetime) -> str:
    """`2026-03-01T10:00:00Z`, with a fraction only where there is one."""
    return instant.isoformat().replace("+00:00", "Z")


def midnight_at_or_after(instant: datetime) -> datetime:
    """The first midnight in UTC that is not before an instant."""
    midnight = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if midnight == instant else midnight + DAY


def day_end(instant: datetime, zone: str) -> datetime:
    """The first instant after the day that an instant falls into in a time zone, in UTC."""
    there = instant.astimezone(ZoneInfo(zone)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (there + DAY).replace(fold=0).astimezone(UTC)
