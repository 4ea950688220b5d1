"""Instants: RFC 3339 texts at the edge, aware datetimes in UTC inside."""

from datetime import UTC, datetime, timedelta

DAY = timedelta(days=1)
LAST_YEAR = 8999
"""Whatever terms add to an instant, at most a hundred years, must stay on the calendar."""
_MARKS = ("--T::", "-- ::")
"""What stands between the digits of a calendar date and a time with seconds; other ISO 8601 forms are not RFC 3339."""


def parse_instant(text: object) -> datetime:
    """An RFC 3339 text with its offset as UTC, its T and Z in either case; raises `ValueError`."""
    try:
        if isinstance(text, str) and len(text) >= 20 and text[4:17:3].upper() in _MARKS:
            return in_utc(datetime.fromisoformat(text.upper()))
    except (ValueError, OverflowError):
        pass
    raise ValueError("write an RFC 3339 instant, such as 2026-03-01T10:00:00Z")


def in_utc(instant: datetime) -> datetime:
    """An instant with an offset as UTC; raises `ValueError` without one or after the last year, `OverflowError` off the calendar."""
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
