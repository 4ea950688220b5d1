"""What staff is writing for the next version of a program, one draft for each, in the programs table."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute

from shared.domain.instants import instant_text
from shared.domain.staff_action import StaffAction
from shared.store.engine import ProgramsItem, Write, read
from shared.store.programs import staff_keys as keys


class DraftItem(ProgramsItem):
    """A document as it was sent, on top of version `seen`: it may be no program yet."""

    document = UnicodeAttribute()
    seen = NumberAttribute()
    saved_at = UnicodeAttribute()
    saved_by = UnicodeAttribute()
    revision = NumberAttribute()


def draft_of(program_id: str) -> DraftItem | None:
    key = keys.program_draft(program_id)
    return read([(DraftItem, key)]).get(key)


def put_draft(program_id: str, document: str, seen: int, act: StaffAction, revision: int) -> Write:
    """A draft as it becomes, where it still is what was read (`revision` 0: where there is none)."""
    item = DraftItem(
        *keys.program_draft(program_id),
        document=document,
        seen=seen,
        saved_at=instant_text(act.at),
        saved_by=act.who,
        revision=revision + 1,
    )
    return Write(
        item, DraftItem.revision == revision if revision else DraftItem.pk.does_not_exist()
    )


def drop_draft(before: DraftItem) -> Write:
    return Write(before, DraftItem.revision == before.revision, delete=True)
