"""Lists in pages: `?limit=&cursor=` in, `{"items": [], "next_cursor": null}` out."""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from shared.domain.document import FieldError, InvalidDocument
from shared.problem import invalid_cursor

USUAL_LIMIT = 100
MOST_LIMIT = 1000
MARK_BYTES = 6


@dataclass(frozen=True, slots=True)
class PageRequest:
    """At most `limit` items of the list at `path`, those that follow `after` (empty: from the start)."""

    path: str
    limit: int = USUAL_LIMIT
    after: str = ""

    def listing(self, items: Sequence[object], last: str | None) -> dict:
        """The answer; `last` is where the next page goes on, `None` at the end."""
        return {
            "items": list(items),
            "next_cursor": None if last is None else cursor(self.path, last),
        }


def parse_page(
    path: str, limit: str | None, cursor_text: str | None, usual: int = USUAL_LIMIT
) -> PageRequest:
    """`usual` is the limit where none is told. Raises `InvalidDocument` for the limit, `BadRequest` for a cursor that this list did not give."""
    if limit is not None and not (
        limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= MOST_LIMIT
    ):
        raise InvalidDocument(
            [FieldError("limit", f"must be a whole number from 1 to {MOST_LIMIT}")]
        )
    return PageRequest(
        path, int(limit) if limit else usual, _after(path, cursor_text) if cursor_text else ""
    )


def cursor(path: str, after: str) -> str:
    """Opaque text that only the list at `path` takes back."""
    return (
        base64.urlsafe_b64encode(_mark(path, after.encode()) + after.encode()).decode().rstrip("=")
    )


def _after(path: str, text: str) -> str:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        mark, after = raw[:MARK_BYTES], raw[MARK_BYTES:]
        if mark == _mark(path, after):
            return after.decode()
    except (binascii.Error, ValueError):
        pass
    raise invalid_cursor()


def _mark(path: str, after: bytes) -> bytes:
    return hashlib.sha256(path.encode() + b"\0" + after).digest()[:MARK_BYTES]
