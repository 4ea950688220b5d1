"""What staff are writing for the next version of a program, in the programs table. Each program has
at most one draft.
"""

from pynamodb.attributes import UnicodeAttribute

from shared.domain.instants import instant_text
from shared.domain.staff_action import StaffAction
from shared.store import keys
from shared.store.engine import Delete, Write, find
from shared.store.items import IntegerAttribute, ProgramsItem, unchanged


class DraftItem(ProgramsItem):
    """A document as staff sent it; it need not be a valid program yet. `seen` is the version on
    which it is based.
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
    """The write that stores a draft. It fails if the draft has changed since it was read. With
    revision 0 there must be no draft yet.
    """
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
