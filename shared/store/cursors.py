"""Places from which a list goes on. They come back in a cursor, which anybody may have made up: what cannot be a key is no place."""

import json
from collections.abc import Sequence

from shared.store.keys import Key

LONGEST_PARTITION_BYTES, LONGEST_SORT_BYTES = 2048, 1024
"""What DynamoDB takes as the parts of a key; it refuses a request that names a longer one."""


class InvalidCursor(Exception):
    """No list goes on from there."""


def sort_key(text: str, least: str = "", most: str = "") -> str:
    """The sort key in a cursor, within a list's bounds where the engine wants them kept; raises `InvalidCursor`."""
    _check(text, LONGEST_SORT_BYTES)
    if text < least or (most and text > most):
        raise InvalidCursor
    return text


def start(partition: str, after: str, least: str = "", most: str = "") -> dict | None:
    """As a query wants it; `None` for the beginning. Raises `InvalidCursor`."""
    return {"pk": {"S": partition}, "sk": {"S": sort_key(after, least, most)}} if after else None


def key(value: object) -> Key:
    """A whole key, its two parts as in a JSON document; raises `InvalidCursor`."""
    if not isinstance(value, list) or len(value) != len(Key._fields):
        raise InvalidCursor
    _check(value[0], LONGEST_PARTITION_BYTES)
    _check(value[1], LONGEST_SORT_BYTES)
    return Key(*value)


def document(text: str) -> object:
    """What a cursor holds where one key is not enough; raises `InvalidCursor`."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidCursor from None


def written(place: Sequence) -> str:
    """Such a document, compact."""
    return json.dumps(place, ensure_ascii=False, separators=(",", ":"))


def _check(text: object, longest: int) -> None:
    try:
        fits = isinstance(text, str) and 0 < len(text.encode()) <= longest
    except UnicodeEncodeError:
        fits = False
    if not fits:
        raise InvalidCursor
