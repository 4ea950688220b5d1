"""Reading foreign JSON: each function takes whatever stands there, and answers None where it is not what was asked for."""

from datetime import UTC, datetime
from decimal import Decimal

from shared.domain.money import MAX_AMOUNT

LONGEST_ID = 110
"""Characters of a processor's id, so that with the processor's name before it the domain still takes it."""


def dig(value: object, *path: str) -> object:
    """The value at the end of nested objects."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def objects(value: object) -> list[dict]:
    """The objects of a list; of anything else none."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def word(value: object, limit: int = 250) -> str | None:
    """A text that is not blank, fits the limit and survives UTF-8."""
    if not isinstance(value, str) or len(value) > limit:
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return None
    return value.strip() or None


def identity(value: object, limit: int = LONGEST_ID) -> str | None:
    """An id as printable text, exact whatever its size; of an expanded object its `id`."""
    if isinstance(value, dict):
        value = value.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 < value < 10**40 else None
    told = word(value, limit)
    return told if told and told.isprintable() else None


def whole(value: object) -> int | None:
    """A JSON integer that an amount may have, whatever its sign."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_AMOUNT:
        return value
    return None


def decimal_text(value: object) -> str | None:
    """A decimal as it was written, be it JSON text or a JSON number."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    return str(value).strip() or None


def rfc3339(moment: datetime) -> str:
    """The instant in UTC to the second, such as `2026-03-01T10:00:00Z`; raises `OverflowError` at the ends of the calendar."""
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def instant(value: object) -> str | None:
    """A Unix time in seconds or an ISO 8601 text (without an offset: UTC) as RFC 3339 UTC."""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return rfc3339(datetime.fromtimestamp(value, UTC))
        if isinstance(value, str) and len(value) <= 40:
            moment = datetime.fromisoformat(value)
            return rfc3339(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError, OSError):
        return None
    return None
