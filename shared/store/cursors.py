"""Cursors: the place from which a list goes on.

A cursor comes back from the caller, who may have made it up, so it is checked before it is part of
a request.
"""

import json
from collections.abc import Sequence
from typing import Any

from pynamodb.pagination import ResultIterator

from shared.store.keys import Key

LONGEST_PARTITION_BYTES, LONGEST_SORT_BYTES = 2048, 1024
"""The longest parts of a key that DynamoDB takes; it refuses a request with a longer one."""


class InvalidCursor(Exception):
    """No list goes on from there."""


def sort_key(text: str, least: str = "", most: str = "") -> str:
    """The sort key in a cursor; raises `InvalidCursor`, also where it is outside the bounds of its
    list.
    """
    _check(text, LONGEST_SORT_BYTES)
    if text < least or (most and text > most):
        raise InvalidCursor
    return text


def start(
    partition: str, after: str, least: str = "", most: str = ""
) -> dict[str, dict[str, str]] | None:
    """A query's `last_evaluated_key`, `None` where the list begins; raises `InvalidCursor`."""
    return {"pk": {"S": partition}, "sk": {"S": sort_key(after, least, most)}} if after else None


def next_page(page: ResultIterator[Any]) -> str | None:
    """The cursor of the page that follows one that was read to its end, `None` after the last."""
    last = page.last_evaluated_key
    return last["sk"]["S"] if last else None


def parse_key(value: object) -> Key:
    """A whole key from the two texts of a JSON array; raises `InvalidCursor`."""
    if not isinstance(value, list) or len(value) != len(Key._fields):
        raise InvalidCursor
    _check(value[0], LONGEST_PARTITION_BYTES)
    _check(value[1], LONGEST_SORT_BYTES)
    return Key(*value)


def parse_document(text: str) -> object:
    """The JSON document in a cursor, for lists where one sort key is not enough; raises
    `InvalidCursor`.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidCursor from None


def write_document(place: Sequence[object]) -> str:
    """Such a document as text."""
    return json.dumps(place, ensure_ascii=False, separators=(",", ":"))


def _check(text: object, longest: int) -> None:
    try:
        fits = isinstance(text, str) and 0 < len(text.encode()) <= longest
    except UnicodeEncodeError:
        fits = False
    if not fits:
        raise InvalidCursor
