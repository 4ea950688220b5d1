"""Lists in pages: `?limit=&cursor=` in the request, `{"items": [], "next_cursor": null}` in the
answer.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from shared import base64url
from shared.domain.document import FieldError, InvalidDocument
from shared.problem import invalid_cursor

USUAL_LIMIT = 100
MOST_LIMIT = 1000
MARK_BYTES = 6


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A request for at most `limit` items of the list at `path`, beginning after the item `after`.
    An empty `after` means from the start.
    """

    path: str
    limit: int = USUAL_LIMIT
    after: str = ""

    def listing(self, items: Sequence[object], last: str | None) -> dict[str, object]:
        """The answer with these items. `last` is the item after which the next page begins, `None`
        if this is the last page.
        """
        cursor = None if last is None else encode_cursor(self.path, last)
        return {"items": list(items), "next_cursor": cursor}


def parse_page(
    path: str, limit: str | None, cursor: str | None, usual: int = USUAL_LIMIT
) -> PageRequest:
    """The page that a request asks for. `usual` is the limit of a request that names none.

    Raises `InvalidDocument` for a wrong limit, and `BadRequest` for a cursor of another list.
    """
    most = usual if limit is None else _parse_limit(limit)
    return PageRequest(path, most, _decode_cursor(path, cursor) if cursor else "")


def _parse_limit(limit: str) -> int:
    if limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= MOST_LIMIT:
        return int(limit)
    raise InvalidDocument([FieldError("limit", f"must be a whole number from 1 to {MOST_LIMIT}")])


def encode_cursor(path: str, after: str) -> str:
    """A cursor: opaque text that is valid only for the list at `path`."""
    return base64url.encode(_mark(path, after.encode()) + after.encode())


def _decode_cursor(path: str, cursor: str) -> str:
    try:
        raw = base64url.decode(cursor)
        mark, after = raw[:MARK_BYTES], raw[MARK_BYTES:]
        if mark == _mark(path, after):
            return after.decode()
    except ValueError:
        pass
    raise invalid_cursor()


def _mark(path: str, after: bytes) -> bytes:
    """A short hash that ties a cursor to its list. It is not secret."""
    return hashlib.sha256(path.encode() + b"\0" + after).digest()[:MARK_BYTES]
