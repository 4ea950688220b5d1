"""The local cloud's clock: the real time, or an instant that stands still until it is set again."""

from datetime import UTC, datetime

from shared.domain.instants import FIRST_YEAR, LAST_YEAR


class Clock:
    """Follows the real time after each start of the cloud; a set instant is not kept."""

    def __init__(self) -> None:
        self._fixed: datetime | None = None

    @property
    def follows(self) -> bool:
        return self._fixed is None

    def now(self) -> datetime:
        return self._fixed or datetime.now(UTC)

    def set(self, instant: datetime | None) -> None:
        """Stand still at the instant; None follows the real time again."""
        self._fixed = instant


def parse_instant(text: object) -> datetime:
    """Parse RFC 3339 with an offset into UTC; raises ValueError with a sentence for the user."""
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
    """Format as RFC 3339 in UTC, with microseconds only where they are not 0."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
