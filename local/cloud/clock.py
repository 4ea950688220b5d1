"""The clock of the local cloud: it shows the real time, or a fixed instant."""

from datetime import UTC, datetime

from shared.domain.instants import FIRST_YEAR, LAST_YEAR


class Clock:
    """Shows the real time until an instant is set. A set instant is not stored: after a restart of
    the local cloud the clock shows the real time again.
    """

    def __init__(self) -> None:
        self._fixed: datetime | None = None

    @property
    def follows(self) -> bool:
        return self._fixed is None

    def now(self) -> datetime:
        return self._fixed or datetime.now(UTC)

    def set(self, instant: datetime | None) -> None:
        """Stops the clock at the instant; with None it shows the real time again."""
        self._fixed = instant


def parse_instant(text: object) -> datetime:
    """Parses an RFC 3339 text with an offset into an instant in UTC.

    Raises ValueError with a message for the user.
    """
    if not isinstance(text, str):
        raise ValueError("must be a text such as 2026-03-01T10:00:00Z")
    try:
        instant = datetime.fromisoformat(text.upper())
    except ValueError:
        raise ValueError(f"{text!r} is no RFC 3339 instant such as 2026-03-01T10:00:00Z") from None
    if instant.tzinfo is None or "T" not in text.upper():
        raise ValueError(f"{text!r} names no offset; write it as 2026-03-01T10:00:00Z")
    try:
        instant = instant.astimezone(UTC)
    except OverflowError:
        instant = instant.replace(tzinfo=UTC)
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError(f"{text!r} is not in the years {FIRST_YEAR} to {LAST_YEAR}")
    return instant


def format_instant(instant: datetime) -> str:
    """Format as RFC 3339 in UTC; microseconds are left out if they are 0."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
