"""Imports in the programs table: their progress, the rows that are not done, and the rows that were
refused.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pynamodb.attributes import BooleanAttribute, UnicodeAttribute

from shared.domain.instants import DAY
from shared.store import keys
from shared.store.engine import Delete, Write, find
from shared.store.items import (
    ABSENT,
    InstantAttribute,
    IntegerAttribute,
    JsonAttribute,
    ProgramsItem,
    unchanged,
)

KEPT_DAYS = 14
"""Rows that could never be read are deleted after this time, which is as long as queues keep a
message.
"""
RUNNING, DONE, FAILED = "running", "done", "failed"

type StoredRow = dict[str, Any]
"""A row that is not done, in the form that `shared.imports` writes."""
type RefusedRow = tuple[int, str]
"""The number of a row, and why it was refused."""


class ImportItem(ProgramsItem):
    """One import without its rows. It is kept permanently, because it contains no personal data."""

    kind = UnicodeAttribute()
    rewards = BooleanAttribute(default=False)
    asked_at = InstantAttribute()
    asked_by = UnicodeAttribute()
    state = UnicodeAttribute()
    rows = IntegerAttribute()
    pages = IntegerAttribute()
    page = IntegerAttribute(default=0)
    changed = IntegerAttribute(default=0)
    same = IntegerAttribute(default=0)
    refused = IntegerAttribute(default=0)
    faults = IntegerAttribute(default=0)
    revision = IntegerAttribute()


class ImportPageItem(ProgramsItem):
    """The rows of one page as they were uploaded. They contain personal data, so they are deleted
    once they are done.
    """

    rows: JsonAttribute[list[StoredRow]] = JsonAttribute()
    expires_at = IntegerAttribute()


class ImportRefusalsItem(ProgramsItem):
    """The rows of one page that were refused."""

    rows: JsonAttribute[list[dict[str, Any]]] = JsonAttribute()


@dataclass(frozen=True, slots=True)
class ImportRun:
    """The progress of an import.

    * `rewards`: whether its orders earn rewards.
    * `page`: the number of the next page; earlier pages are done.
    * `changed`, `same`, `refused`: numbers of rows; a `same` row changed nothing.
    * `faults`: failed attempts at the current page.
    """

    id: str
    kind: str
    rewards: bool
    asked_at: datetime
    asked_by: str
    rows: int
    pages: int
    state: str = RUNNING
    page: int = 0
    changed: int = 0
    same: int = 0
    refused: int = 0
    faults: int = 0
    revision: int = 0


def find_import(import_id: str) -> ImportRun | None:
    item = find(ImportItem, keys.listed_import(import_id))
    return _run_of(item) if item else None


def list_imports(limit: int) -> list[ImportRun]:
    """The newest imports, newest first."""
    found = ImportItem.query(
        keys.IMPORTS, consistent_read=True, scan_index_forward=False, limit=limit
    )
    return [_run_of(item) for item in found]


def find_page(import_id: str, page: int) -> list[StoredRow]:
    """The rows of a page; empty if the page is done."""
    item = find(ImportPageItem, keys.import_page(import_id, page))
    return item.rows if item else []


def list_refusals(import_id: str) -> list[RefusedRow]:
    """All rows that were refused so far, sorted by their numbers."""
    partition, first = keys.import_refusals(import_id, 0)
    begins = ImportRefusalsItem.sk.startswith(first.partition("#")[0])
    pages = ImportRefusalsItem.query(partition, begins, consistent_read=True)
    return sorted((row["row"], row["reason"]) for item in pages for row in item.rows)


def put_import(after: ImportRun) -> Write:
    """The write that stores the progress of an import. It fails if the import has changed since it
    was read.
    """
    item = ImportItem(
        *keys.listed_import(after.id),
        kind=after.kind,
        rewards=after.rewards,
        asked_at=after.asked_at,
        asked_by=after.asked_by,
        state=after.state,
        rows=after.rows,
        pages=after.pages,
        page=after.page,
        changed=after.changed,
        same=after.same,
        refused=after.refused,
        faults=after.faults,
        revision=after.revision + 1,
    )
    return Write(item, unchanged(after.revision))


def put_page(import_id: str, page: int, rows: Sequence[StoredRow], at: datetime) -> Write:
    expires_at = int((at + KEPT_DAYS * DAY).timestamp())
    item = ImportPageItem(
        *keys.import_page(import_id, page), rows=list(rows), expires_at=expires_at
    )
    return Write(item, ABSENT)


def drop_page(import_id: str, page: int) -> Write:
    return Delete(ImportPageItem(*keys.import_page(import_id, page)))


def put_refusals(import_id: str, page: int, rows: Sequence[RefusedRow]) -> Write:
    told = [{"row": number, "reason": reason} for number, reason in rows]
    return Write(ImportRefusalsItem(*keys.import_refusals(import_id, page), rows=told))


def _run_of(item: ImportItem) -> ImportRun:
    return ImportRun(
        id=item.sk,
        kind=item.kind,
        rewards=item.rewards,
        asked_at=item.asked_at,
        asked_by=item.asked_by,
        rows=item.rows,
        pages=item.pages,
        state=item.state,
        page=item.page,
        changed=item.changed,
        same=item.same,
        refused=item.refused,
        faults=item.faults,
        revision=item.revision,
    )
