"""Verifications of the whole ledger in the programs table: how far each one is, and what it found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute

from shared.store import keys
from shared.store.codec import TUPLE
from shared.store.engine import Write, find
from shared.store.items import (
    InstantAttribute,
    IntegerAttribute,
    JsonAttribute,
    ProgramsItem,
    unchanged,
)
from shared.store.ledger.scan import Cursor

RUNNING, DONE = "running", "done"

type Amounts = tuple[str, str, int, int]
"""What and where, the amount expected and the amount found."""


class VerificationItem(ProgramsItem):
    """One verification. It contains ids and sums, and no personal data."""

    state = UnicodeAttribute()
    asked_at = InstantAttribute()
    asked_by = UnicodeAttribute()
    changed_at = InstantAttribute()
    page = IntegerAttribute(default=0)
    look = IntegerAttribute(default=1)
    after: JsonAttribute[Sequence[str] | None] = JsonAttribute(null=True)
    items = IntegerAttribute(default=0)
    entries = IntegerAttribute(default=0)
    orders = IntegerAttribute(default=0)
    cells = IntegerAttribute()
    sketch = BinaryAttribute(legacy_encoding=False, null=True)
    suspects: JsonAttribute[Sequence[tuple[int, int]]] = JsonAttribute(TUPLE, default=tuple)
    tally: JsonAttribute[Sequence[Amounts]] = JsonAttribute(TUPLE, default=tuple)
    moved: JsonAttribute[Sequence[tuple[str, str, int]]] = JsonAttribute(TUPLE, default=tuple)
    months: JsonAttribute[Sequence[str]] = JsonAttribute(TUPLE, default=tuple)
    differences: JsonAttribute[Sequence[Mapping[str, Any]]] = JsonAttribute(TUPLE, default=tuple)
    found = IntegerAttribute(default=0)
    revision = IntegerAttribute()


@dataclass(frozen=True, slots=True)
class Verification:
    """The progress of a verification, which reads the whole ledger once for each look.

    * `page`: the number of the next page; `after`: the item of the ledger after which it begins.
    * `look`: 1 recomputes everything and sketches both sides; 2 sketches again; 3 names what
      differed in both.
    * `items`, `entries`, `orders`: how many were read in the first look.
    * `sketch`: of `cells` cells. `suspects`: the numbers of the subjects that differ, each with its
      value. `tally`: the amounts of the suspects.
    * `moved`: by month and currency, what the statements moved; `months`: closed before it began.
    * `differences`: the first ones; `found`: how many there are.
    """

    id: str
    asked_at: datetime
    asked_by: str
    changed_at: datetime
    cells: int
    months: Sequence[str] = ()
    state: str = RUNNING
    page: int = 0
    look: int = 1
    after: Cursor | None = None
    items: int = 0
    entries: int = 0
    orders: int = 0
    sketch: bytes = b""
    suspects: Mapping[int, int] = field(default_factory=dict)
    tally: Sequence[Amounts] = ()
    moved: Sequence[tuple[str, str, int]] = ()
    differences: Sequence[Mapping[str, Any]] = ()
    found: int = 0
    revision: int = 0


def find_verification(verification_id: str) -> Verification | None:
    item = find(VerificationItem, keys.verification(verification_id))
    return _verification_of(item) if item else None


def list_verifications(limit: int) -> list[Verification]:
    """The newest verifications, newest first."""
    found = VerificationItem.query(
        keys.VERIFICATIONS, consistent_read=True, scan_index_forward=False, limit=limit
    )
    return [_verification_of(item) for item in found]


def put_verification(after: Verification) -> Write:
    """The write that stores a verification. It fails if it has changed since it was read."""
    item = VerificationItem(
        *keys.verification(after.id),
        state=after.state,
        asked_at=after.asked_at,
        asked_by=after.asked_by,
        changed_at=after.changed_at,
        page=after.page,
        look=after.look,
        after=after.after,
        items=after.items,
        entries=after.entries,
        orders=after.orders,
        cells=after.cells,
        sketch=after.sketch or None,
        suspects=tuple(after.suspects.items()),
        tally=tuple(after.tally),
        moved=tuple(after.moved),
        months=tuple(after.months),
        differences=tuple(after.differences),
        found=after.found,
        revision=after.revision + 1,
    )
    return Write(item, unchanged(after.revision))


def _verification_of(item: VerificationItem) -> Verification:
    return Verification(
        id=item.sk,
        state=item.state,
        asked_at=item.asked_at,
        asked_by=item.asked_by,
        changed_at=item.changed_at,
        page=item.page,
        look=item.look,
        after=(item.after[0], item.after[1]) if item.after else None,
        items=item.items,
        entries=item.entries,
        orders=item.orders,
        cells=item.cells,
        sketch=item.sketch or b"",
        suspects=dict(item.suspects),
        tally=item.tally,
        moved=item.moved,
        months=item.months,
        differences=item.differences,
        found=item.found,
        revision=item.revision,
    )
