"""Reads JSON that other systems wrote. A value of an unexpected type is read as `None`.

Plugins and middlemen write the same value in several forms: a number as text, a whole number as
`12.0`, a list with one row as that row, a list of PHP as an object with numbered names. All forms
are read alike.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal

from shared.domain.document import LONGEST_TEXT
from shared.domain.money import MAX_AMOUNT

LONGEST_NUMBER = 20
"""Characters of a whole number that is written as text."""
LONGEST_ID = 110
"""Characters in a provider's id. With the provider's name in front, it still fits the domain's
limit.
"""

_EXACT = 2**53
"""Programs that count in floating point keep whole numbers below this exactly."""
_DIGITS, _INTEGER = re.compile("[0-9]{1,9}"), re.compile("-?[0-9]+")
_SECONDS = re.compile("[0-9]{9,11}")


class JsonObject:
    """A JSON object. Any other value is read as an empty object.

    All methods take a path: the names of nested objects, and then the name of the value.
    """

    __slots__ = ("fields",)

    def __init__(self, value: object):
        self.fields: dict[str, object] = value if isinstance(value, dict) else {}

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def value(self, *path: str) -> object:
        """The parsed value, of any type; `None` if it is absent."""
        value: object = self.fields
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    def section(self, *path: str) -> "JsonObject":
        """A nested object; empty if it is absent."""
        return JsonObject(self.value(*path))

    def rows(self, *path: str) -> list["JsonObject"]:
        """The objects in a list (see `list_of`). Other values in the list are skipped."""
        return [JsonObject(row) for row in list_of(self.value(*path)) if isinstance(row, dict)]

    def text(self, *path: str) -> str | None:
        """A text without blanks at its ends; `None` if it is blank."""
        return text_of(self.value(*path))

    def own_id(self) -> str | None:
        """The object's `id` as text, see `identifier_of`; `None` if there is no usable one."""
        return identifier_of(self.fields)

    def identifier(self, *path: str, longest: int = LONGEST_ID) -> str | None:
        """The id at a path as text, see `identifier_of`; `None` if there is no usable one."""
        return identifier_of(self.value(*path), longest)

    def instant(self, *path: str) -> str | None:
        """A time as RFC 3339 text in UTC; `None` if it cannot be read."""
        return instant_of(self.value(*path))

    def flag(self, *path: str) -> bool:
        """Whether the value is JSON's `true`."""
        return self.value(*path) is True


def list_of(value: object) -> list[object]:
    """The values of a list, or of an object whose names are all numbers. Any other object is the
    only row of the list, unless it is empty or is a page of rows (`data`). Anything else is an
    empty list.
    """
    if isinstance(value, list):
        return value
    if not isinstance(value, dict) or not value or "data" in value:
        return []
    is_numbered = all(_DIGITS.fullmatch(name) for name in value)
    return list(value.values()) if is_numbered else [value]


def text_of(value: object, longest: int = LONGEST_TEXT) -> str | None:
    """A text without blanks at its ends; `None` if it is blank, too long, or cannot be encoded in
    UTF-8.
    """
    if not isinstance(value, str) or len(value) > longest:
        return None
    try:
        value.encode()
    except UnicodeEncodeError:
        return None
    return value.strip() or None


def identifier_of(value: object, longest: int = LONGEST_ID) -> str | None:
    """An id as printable text. Integers are kept exactly. If the value is an object, its `id`.

    `None` for any other value, a number below 1 (as text, too: `"0"` is how shops say nobody), and
    text that is blank, longer than `longest` characters or not printable.
    """
    if isinstance(value, dict):
        value = value.get("id")
    if isinstance(value, Decimal):
        value = _whole(value) if abs(value) < _EXACT else None
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if 0 < value < 10**40 else None
    text = text_of(value, longest)
    return text if text and text.isprintable() and text != "0" else None


def whole_number_of(value: object) -> int | None:
    """A whole number within the range of the ledger, negative ones too, also as text or with a
    fraction of 0; `None` for anything else.
    """
    if isinstance(value, str) and len(value) <= LONGEST_NUMBER:
        value = int(value) if _INTEGER.fullmatch(value.strip()) else None
    if isinstance(value, Decimal):
        value = _whole(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_AMOUNT:
        return value
    return None


def _whole(value: Decimal) -> int | None:
    """The decimal as an integer; `None` if it has a fraction or is out of any range."""
    is_whole = value.is_finite() and value.adjusted() < LONGEST_NUMBER and value == int(value)
    return int(value) if is_whole else None


def decimal_text_of(value: object) -> str | None:
    """A JSON number, or any JSON text, as text with the same digits. Whether it is a decimal is not
    checked. `None` for other values and for blank text.
    """
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    return str(value).strip() or None


def instant_of(value: object) -> str | None:
    """A time as RFC 3339 text in UTC, from Unix seconds or ISO 8601 text. A text without an offset
    is read as UTC. `None` if it cannot be read.
    """
    if isinstance(value, str) and _SECONDS.fullmatch(value.strip()):
        value = int(value)
    try:
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return rfc3339(datetime.fromtimestamp(int(value), UTC))
        if isinstance(value, str) and len(value) <= 40:
            moment = datetime.fromisoformat(value.strip())
            return rfc3339(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    except (ValueError, OverflowError, OSError):
        return None
    return None


def rfc3339(moment: datetime) -> str:
    """An instant in whole seconds, such as `2026-03-01T10:00:00Z`.

    Raises `OverflowError` within one day of the first and the last date of the calendar.
    """
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
