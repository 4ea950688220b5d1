"""What staff is writing for the next version of a program, one draft for each program, in the
programs table.
"""

from pynamodb.attributes import UnicodeAttribute

from shared.domain.instants import instant_text
from shared.domain.staff_action import StaffAction
from shared.store import keys
from shared.store.engine import Delete, Write, find
from shared.store.items import IntegerAttribute, ProgramsItem, unchanged


class DraftItem(ProgramsItem):
    """A document as staff sent it, which may be no program yet; `seen` is the version that it
    follows.
    """

    document = UnicodeAttribute()
    seen = IntegerAttribute()
    saved_at = UnicodeAttribute()
    saved_by = UnicodeAttribute()
    revision = IntegerAttribute()


def find_draft(program_id: str) -> DraftItem | None:
    return find(DraftItem, keys.program_draft(program_id))


def put_draft(
    program_id: str, document: str, seen: int, action: StaffAction, revision: int
) -> Write:
    """A draft as it becomes, where it still is what was read; with revision 0 there is none."""
    item = DraftItem(
        *keys.program_draft(program_id),
        document=document,
        seen=seen,
        saved_at=instant_text(action.at),
        saved_by=action.actor,
        revision=revision + 1,
    )
    return Write(item, unchanged(revision))


def drop_draft(before: DraftItem) -> Write:
    return Delete(before, unchanged(before.revision))
