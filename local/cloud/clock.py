"""The local cloud's idea of now: the real time, or an instant that stands still until it is set again."""

from datetime import UTC, datetime

FIRST_YEAR, LAST_YEAR = 1970, 2999
"""What is written at an instant is read again later: the product's calendar begins with Unix's and has to hold what terms add."""


class Clock:
    """Follows the real time at each start of the cloud; a set instant is not kept across restarts."""

    def __init__(self) -> None:
        self._standing: datetime | None = None

    @property
    def follows(self) -> bool:
        return self._standing is None

    def now(self) -> datetime:
        return self._standing or datetime.now(UTC)

    def set(self, instant: datetime | None) -> None:
        self._standing = instant


def parse_instant(text: object) -> datetime:
    """RFC 3339 with an offset; raises ValueError with a sentence."""
    if not isinstance(text, str):
        raise ValueError("must be a text such as 2026-03-01T10:00:00Z")
    try:
        instant = datetime.fromisoformat(text.upper())
    except ValueError:
        raise ValueError(f"{text!r} is no RFC 3339 instant such as 2026-03-01T10:00:00Z") from None
    if instant.tzinfo is None or "T" not in text.upper():
        raise ValueError(f"{text!r} names no offset; write it as 2026-03-01T10:00:00Z")
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise ValueError(f"{text!r} is not in the years {FIRST_YEAR} to {LAST_YEAR}")
    return instant.astimezone(UTC)


def format_instant(instant: datetime) -> str:
    """RFC 3339 in UTC, to the second, or to the microsecond where there is one."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
