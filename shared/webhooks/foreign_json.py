"""Reads JSON that somebody else wrote. A value that is not of the expected kind is read as None."""

from datetime import UTC, datetime
from decimal import Decimal

from shared.domain.money import MAX_AMOUNT

LONGEST_TEXT = 250
LONGEST_ID = 110
"""Characters of a provider's id. With the provider's name before it, the domain still takes it."""


class JsonObject:
    """A JSON object; anything else is read as an empty one.

    Every reader takes a path: the names of nested objects, and last the name of the value.
    """

    __slots__ = ("fields",)

    def __init__(self, value: object):
        self.fields: dict[str, object] = value if isinstance(value, dict) else {}

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def value(self, *path: str) -> object:
        """The value as it was parsed."""
        value: object = self.fields
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def section(self, *path: str) -> "JsonObject":
        """A nested object."""
        return JsonObject(self.value(*path))

    def rows(self, *path: str) -> list["JsonObject"]:
        """The objects of a list, without its other values; empty where it is no list."""
        value = self.value(*path)
        rows = value if isinstance(value, list) else []
        return [JsonObject(row) for row in rows if isinstance(row, dict)]

    def text(self, *path: str) -> str | None:
        """A text that is not blank, stripped."""
        return text_of(self.value(*path))

    def own_id(self) -> str | None:
        return identifier_of(self.fields)

    def identifier(self, *path: str, longest: int = LONGEST_ID) -> str | None:
        """An id as text; of an expanded object its `id`."""
        return identifier_of(self.value(*path), longest)

    def instant(self, *path: str) -> str | None:
        """A time as RFC 3339 in UTC."""
        return instant_of(self.value(*path))

    def flag(self, *path: str) -> bool:
        """True only where the value is JSON's `true`."""
        return self.value(*path) is True


def text_of(value: object, longest: int = LONGEST_TEXT) -> str | None:
    """A stripped text, unless it is blank, too long, or not to be written in UTF-8."""
    if not isinstance(value, str) or len(value) > longest:
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return None
    return value.strip() or None


def identifier_of(value: object, longest: int = LONGEST_ID) -> str | None:
    """An id as printable text. Integers are kept exactly, whatever their size."""
    if isinstance(value, dict):
        value = value.get("id")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 < value < 10**40 else None
    text = text_of(value, longest)
    return text if text and text.isprintable() else None


def whole_number_of(value: object) -> int | None:
    """A JSON integer, of either sign, that the ledger can hold."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_AMOUNT:
        return value
    return None


def decimal_text_of(value: object) -> str | None:
    """A decimal as it was written, as a JSON text or a JSON number."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    return str(value).strip() or None


def instant_of(value: object) -> str | None:
    """RFC 3339 in UTC, from Unix seconds or from ISO 8601 text; text without an offset is UTC."""
    try:
        if isinstance(value, int) and not isinstance(value, bool):
            return rfc3339(datetime.fromtimestamp(value, UTC))
        if isinstance(value, str) and len(value) <= 40:
            moment = datetime.fromisoformat(value)
            return rfc3339(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError, OSError):
        return None
    return None


def rfc3339(moment: datetime) -> str:
    """The instant to the second, such as `2026-03-01T10:00:00Z`.

    Raises `OverflowError` within a day of the calendar's ends.
    """
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
