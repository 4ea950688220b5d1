"""Programs and their versions, in the programs table. A version is put once and never changed."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache

from pynamodb.attributes import UnicodeAttribute
from pynamodb.expressions.condition import Condition

from shared.domain.instants import instant_text
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import parse_program, program_document
from shared.presets import load_preset
from shared.store import cursors, keys
from shared.store.engine import Write, find, read, retrying, write
from shared.store.items import ABSENT, IntegerAttribute, ProgramsItem

DEFAULT = "default"
FIRST_PRESET = "peer_to_peer"
FIRST_CURRENCY = "EUR"
MOST_VERSIONS = 999_999


class ProgramItem(ProgramsItem):
    """One version of a program. The latest version is stored a second time, under the key of the
    active one.
    """

    version = IntegerAttribute()
    document = UnicodeAttribute()
    published_at = UnicodeAttribute(null=True)
    published_by = UnicodeAttribute(null=True)


class ListedProgramItem(ProgramsItem):
    """Says that a program with this id exists."""


class NoProgram(Exception):
    """The program, or this version of it, does not exist."""


class ProgramChanged(Exception):
    """Another caller has published first. `current` is the latest version."""

    def __init__(self, current: int):
        super().__init__(current)
        self.current = current


def active_program_of(item: ProgramItem | None) -> Program:
    """The program in an item that was read at `keys.active_program`. A shop that has not published
    yet has no item and uses `first_program`.
    """
    return first_program() if item is None else parse_stored(item.document, item.version)


@lru_cache(maxsize=64)
def parse_stored(document: str, version: int) -> Program:
    """The program in a stored document. Results are cached in this process."""
    return parse_program(json.loads(document), version)


@lru_cache(maxsize=1)
def first_program() -> Program:
    """Version 1 of the default program, which applies until a shop publishes one; it is not stored
    before.
    """
    return parse_program(load_preset(FIRST_PRESET) | {"id": DEFAULT, "currency": FIRST_CURRENCY}, 1)


def load_version(current: Program, number: int) -> Program:
    """A version of the program `current`. Raises `NoProgram`."""
    if current.version == number:
        return current
    return _version(ProgramItem.Meta.table_name, current.id, number)


@lru_cache(maxsize=256)
def _version(_table: str, program_id: str, number: int) -> Program:
    return active_program_of(load_version_item(program_id, number))


def load_version_item(program_id: str, number: int) -> ProgramItem:
    """One version as it was published. Raises `NoProgram`."""
    return find(ProgramItem, keys.program_version(program_id, number)) or _unwritten(
        program_id, number
    )


def load_active_item(program_id: str) -> ProgramItem:
    """The latest version as it was published. Raises `NoProgram`."""
    return find(ProgramItem, keys.active_program(program_id)) or _unwritten(program_id, 1)


def list_versions(
    program_id: str, limit: int, after: str = ""
) -> tuple[list[ProgramItem], str | None]:
    """A page of a program's versions, newest first, and the cursor of the next page; `None` after
    the last page. Raises `NoProgram` and `InvalidCursor`.
    """
    place, end = (
        keys.program_version(program_id, 0),
        keys.program_version(program_id, MOST_VERSIONS),
    )
    start = cursors.start(place.pk, after, place.sk, end.sk)
    own = ProgramItem.sk.between(place.sk, end.sk)
    page = ProgramItem.query(
        place.pk,
        own,
        limit=limit,
        last_evaluated_key=start,
        consistent_read=True,
        scan_index_forward=False,
    )
    items = list(page)
    if not items and not after:
        return [_unwritten(program_id, 1)], None
    return items, cursors.next_page(page)


def publish(
    program: Program, seen: int, at: datetime, *also: Write, by: str | None = None
) -> ProgramItem:
    """Writes version `seen` + 1 of a program, together with `also`. Raises `ProgramChanged` if
    `seen` is not the latest version, and `NoProgram`.
    """
    return retrying(lambda: _publish(program, seen, at, by, also))


def _publish(
    program: Program, seen: int, at: datetime, by: str | None, also: Sequence[Write]
) -> ProgramItem:
    latest = load_active_item(program.id)
    if latest.version != seen:
        raise ProgramChanged(latest.version)
    program = replace(program, version=seen + 1)
    if latest.published_at is not None:
        write(
            [
                _put_version(program, at, by),
                _put_active(program, at, by, ProgramItem.version == seen),
                *also,
            ]
        )
    else:
        first = Write(latest, ABSENT)
        write(
            [
                first,
                _put_listed(program.id),
                _put_version(program, at, by),
                _put_active(program, at, by, ABSENT),
                *also,
            ]
        )
    return _item(keys.active_program(program.id), program, at, by)


def create(program: Program, at: datetime, *also: Write, by: str | None = None) -> ProgramItem:
    """Writes version 1 of a new program, together with `also`. Raises `ProgramChanged` if the id is
    taken.
    """
    return retrying(lambda: _create(replace(program, version=1), at, by, also))


def _create(program: Program, at: datetime, by: str | None, also: Sequence[Write]) -> ProgramItem:
    try:
        raise ProgramChanged(load_active_item(program.id).version)
    except NoProgram:
        write(
            [
                _put_listed(program.id),
                _put_version(program, at, by),
                _put_active(program, at, by, ABSENT),
                *also,
            ]
        )
        return _item(keys.active_program(program.id), program, at, by)


def list_programs(limit: int, after: str = "") -> tuple[list[ProgramItem], str | None]:
    """A page of the latest versions of all programs, sorted by id, and the id after which the next
    page begins; `None` after the last page. Raises `InvalidCursor`.
    """
    follows = ListedProgramItem.sk > cursors.sort_key(after) if after else None
    names = [
        item.sk
        for item in ListedProgramItem.query(
            keys.PROGRAMS, follows, consistent_read=True, limit=limit + 1
        )
    ]
    if after < DEFAULT and DEFAULT not in names:
        names = sorted([*names, DEFAULT])
    page = names[:limit]
    found = read([(ProgramItem, keys.active_program(name)) for name in page])
    items = [
        found.get(ProgramItem, keys.active_program(name)) or _unwritten(name, 1) for name in page
    ]
    return items, page[-1] if len(names) > limit else None


def _put_version(program: Program, at: datetime, by: str | None) -> Write:
    key = keys.program_version(program.id, program.version)
    return Write(_item(key, program, at, by), ABSENT)


def _put_active(program: Program, at: datetime, by: str | None, condition: Condition) -> Write:
    return Write(_item(keys.active_program(program.id), program, at, by), condition)


def _put_listed(program_id: str) -> Write:
    return Write(ListedProgramItem(*keys.listed_program(program_id)))


def _unwritten(program_id: str, number: int) -> ProgramItem:
    if (program_id, number) != (DEFAULT, 1):
        raise NoProgram(program_id, number)
    return _item(keys.program_version(DEFAULT, 1), first_program(), None)


def _item(
    key: keys.Key, program: Program, at: datetime | None, by: str | None = None
) -> ProgramItem:
    document = json.dumps(program_document(program), ensure_ascii=False, separators=(",", ":"))
    return ProgramItem(
        *key,
        version=program.version,
        document=document,
        published_at=at and instant_text(at),
        published_by=by,
    )
