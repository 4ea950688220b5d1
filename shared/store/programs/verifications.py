"""Verifications of the whole ledger in the programs table: how far each one is, and what it found."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from pynamodb.attributes import BinaryAttribute, UnicodeAttribute

from shared.store import keys
from shared.store.codec import TUPLE, Document, Field, Form, many
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


class TalliedAmount(NamedTuple):
    """One amount of a suspect, as it should be (`expected`) and as it is stored (`found`). `what`
    and `where` say which amount it is, as in a `Claim`.
    """

    what: str
    where: str
    expected: int
    found: int


class MonthMovement(NamedTuple):
    """By how much the statements of a month changed the balances in one currency, in minor units."""

    month: str
    currency: str
    amount: int


_TALLY = Document(
    TalliedAmount, what=Field("wt"), where=Field("wh"), expected=Field("e"), found=Field("f")
)
_MOVED = Document(MonthMovement, month=Field("m"), currency=Field("c"), amount=Field("a"))
_SUSPECTS: Form[Mapping[int, int]] = Form(
    lambda values: {str(number): value for number, value in values.items()},
    lambda row: {int(number): value for number, value in row.items()},
)
_CURSOR: Form[Any] = Form(
    lambda after: {"pk": after[0], "sk": after[1]}, lambda row: (row["pk"], row["sk"])
)


class VerificationItem(ProgramsItem):
    """One verification. It contains ids and sums, and no personal data."""

    state = UnicodeAttribute()
    asked_at = InstantAttribute()
    asked_by = UnicodeAttribute()
    changed_at = InstantAttribute()
    page = IntegerAttribute(default=0)
    look = IntegerAttribute(default=1)
    after: JsonAttribute[Cursor | None] = JsonAttribute(_CURSOR, null=True)
    items = IntegerAttribute(default=0)
    entries = IntegerAttribute(default=0)
    orders = IntegerAttribute(default=0)
    cells = IntegerAttribute()
    sketch = BinaryAttribute(legacy_encoding=False, null=True)
    suspects: JsonAttribute[Mapping[int, int]] = JsonAttribute(_SUSPECTS, default=dict)
    tally: JsonAttribute[tuple[TalliedAmount, ...]] = JsonAttribute(many(_TALLY), default=tuple)
    moved: JsonAttribute[tuple[MonthMovement, ...]] = JsonAttribute(many(_MOVED), default=tuple)
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
    tally: Sequence[TalliedAmount] = ()
    moved: Sequence[MonthMovement] = ()
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
        suspects=after.suspects,
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
        after=item.after,
        items=item.items,
        entries=item.entries,
        orders=item.orders,
        cells=item.cells,
        sketch=item.sketch or b"",
        suspects=item.suspects,
        tally=item.tally,
        moved=item.moved,
        months=item.months,
        differences=item.differences,
        found=item.found,
        revision=item.revision,
    )
