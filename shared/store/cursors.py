"""Cursors: the sort keys from which lists continue.

A cursor comes back from the caller of the API, who may have made it up. So it is checked before it
becomes part of a request to the table.
"""

import json
from collections.abc import Sequence
from typing import Any

from pynamodb.pagination import ResultIterator

from shared.store.keys import Key

LONGEST_PARTITION_BYTES, LONGEST_SORT_BYTES = 2048, 1024
"""The longest parts of a key that DynamoDB takes; it refuses a request with a longer one."""


class InvalidCursor(Exception):
    """No list can continue from this cursor."""


def sort_key(text: str, least: str = "", most: str = "") -> str:
    """The sort key in a cursor. Raises `InvalidCursor` if it is empty, too long, or outside the
    bounds `least` and `most` of its list.
    """
    _check(text, LONGEST_SORT_BYTES)
    if text < least or (most and text > most):
        raise InvalidCursor
    return text


def start(
    partition: str, after: str, least: str = "", most: str = ""
) -> dict[str, dict[str, str]] | None:
    """The `last_evaluated_key` of a query that continues from a cursor; `None` if the cursor is
    empty. Raises `InvalidCursor`.
    """
    return {"pk": {"S": partition}, "sk": {"S": sort_key(after, least, most)}} if after else None


def next_page(page: ResultIterator[Any]) -> str | None:
    """The cursor of the following page; `None` after the last page. `page` must have been read to
    its end.
    """
    last = page.last_evaluated_key
    return last["sk"]["S"] if last else None


def parse_key(value: object) -> Key:
    """A key from a JSON array of two texts (partition key and sort key). Raises `InvalidCursor`."""
    if not isinstance(value, list) or len(value) != len(Key._fields):
        raise InvalidCursor
    _check(value[0], LONGEST_PARTITION_BYTES)
    _check(value[1], LONGEST_SORT_BYTES)
    return Key(*value)


def parse_document(text: str) -> object:
    """The JSON document in a cursor, for lists whose cursor is more than one sort key. Raises
    `InvalidCursor`.
    """
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidCursor from None


def write_document(place: Sequence[object]) -> str:
    """The cursor text of a JSON document, which `parse_document` reads."""
    return json.dumps(place, ensure_ascii=False, separators=(",", ":"))


def _check(text: object, longest: int) -> None:
    try:
        fits = isinstance(text, str) and 0 < len(text.encode()) <= longest
    except UnicodeEncodeError:
        fits = False
    if not fits:
        raise InvalidCursor
