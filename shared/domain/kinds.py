"""The kinds of values in documents. Each limit is declared once, for reading and for JSON Schema."""

from datetime import datetime
from typing import Annotated

from shared.domain.document import (
    LONGEST_EMAIL,
    LONGEST_ID,
    LONGEST_TEXT,
    parse_amount,
    parse_choice,
    parse_currency,
    parse_flag,
    parse_identifier,
    parse_text,
    parse_whole,
)
from shared.domain.instants import SHORTEST_INSTANT, instant_text, parse_instant
from shared.domain.money import MAX_AMOUNT, MINOR_DIGITS
from shared.domain.shape import JsonSchema, Kind

IDENTIFIER = Kind(
    parse_identifier,
    {
        "type": "string",
        "minLength": 1,
        "maxLength": LONGEST_ID,
        "description": "Printable characters",
    },
)
AMOUNT = Kind(
    parse_amount,
    {
        "type": "integer",
        "minimum": 0,
        "maximum": MAX_AMOUNT,
        "description": "Minor units of the currency",
    },
)
INSTANT = Kind(
    parse_instant,
    {
        "type": "string",
        "format": "date-time",
        "minLength": SHORTEST_INSTANT,
        "description": "RFC 3339",
    },
    instant_text,
)
CURRENCY = Kind(parse_currency, {"enum": sorted(MINOR_DIGITS), "description": "ISO 4217"})
FLAG = Kind(parse_flag, {"type": "boolean"})


def text(longest: int) -> Kind[str]:
    """A text of at most `longest` characters."""
    schema = {"type": "string", "maxLength": longest}
    return Kind(lambda value: parse_text(value, longest), schema)


def texts(most: int) -> Kind[tuple[str, ...]]:
    """A list of at most `most` texts, none of them empty."""

    def check(value: object) -> tuple[str, ...]:
        if (
            not isinstance(value, list)
            or len(value) > most
            or not all(isinstance(row, str) and 0 < len(row) <= LONGEST_TEXT for row in value)
        ):
            raise ValueError(f"must be a list with at most {most} strings")
        return tuple(value)

    items = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
    return Kind(check, {"type": "array", "items": items, "maxItems": most}, list)


def count(least: int = 0, most: int = 36_500) -> Kind[int]:
    """A whole number from `least` to `most`."""
    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Kind(lambda value: parse_whole(value, least, most), schema)


def choice(*options: str) -> Kind[str]:
    return Kind(lambda value: parse_choice(value, options), {"enum": list(options)})


class Unread(Kind[None]):
    """A field that is accepted and ignored."""

    def __init__(self, schema: JsonSchema):
        super().__init__(lambda value: None, schema)


def unread(schema: JsonSchema) -> Kind[None]:
    return Unread(schema)


Identifier = Annotated[str, IDENTIFIER]
Text = Annotated[str, text(LONGEST_TEXT)]
Email = Annotated[str, text(LONGEST_EMAIL)]
Amount = Annotated[int, AMOUNT]
Instant = Annotated[datetime, INSTANT]
Currency = Annotated[str, CURRENCY]
Flag = Annotated[bool, FLAG]
