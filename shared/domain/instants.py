"""Instants: RFC 3339 texts at the edge, aware datetimes in UTC inside."""

from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)
SHORTEST_INSTANT = len("2026-03-01T10:00:00Z")
LAST_YEAR = 8999
"""Terms add up to a hundred years to an instant, and the sum must stay on the calendar."""
_MARKS = ("--T::", "-- ::")
"""What stands between the digits of an RFC 3339 text; other forms of ISO 8601 have other marks."""


def parse_instant(text: object) -> datetime:
    """An RFC 3339 text with an offset, as UTC; `T` and `Z` may be small. Raises `ValueError`."""
    try:
        if (
            isinstance(text, str)
            and len(text) >= SHORTEST_INSTANT
            and text[4:17:3].upper() in _MARKS
        ):
            return in_utc(datetime.fromisoformat(text.upper()))
    except (ValueError, OverflowError):
        pass
    raise ValueError("write an RFC 3339 instant, such as 2026-03-01T10:00:00Z")


def in_utc(instant: datetime) -> datetime:
    """An instant with an offset, as UTC.

    Raises `ValueError` without an offset or after `LAST_YEAR`, `OverflowError` off the calendar.
    """
    if instant.tzinfo is None or instant.year > LAST_YEAR:
        raise ValueError
    return instant if instant.tzinfo is UTC else instant.astimezone(UTC)


def instant_text(instant: datetime) -> str:
    """`2026-03-01T10:00:00Z`, with a fraction only where there is one."""
    return instant.isoformat().replace("+00:00", "Z")


def midnight_at_or_after(instant: datetime) -> datetime:
    """The first midnight in UTC that is not before an instant."""
    midnight = instant.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight if midnight == instant else midnight + DAY
