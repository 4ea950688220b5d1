"""Notes that staff keeps about a member. They are stored with the member, so they are handed out
and erased with everything else that is known of the person (decision 245).
"""

from dataclasses import replace

from shared.domain.document import FieldError, InvalidDocument
from shared.domain.members.member import Member, StaffNote
from shared.domain.staff_action import StaffAction
from shared.members.profile import require_living_member
from shared.problem import Conflict, NotFound
from shared.store import engine
from shared.store.attributions.members import put_member
from shared.store.programs.audit_log import put_audit_line
from shared.store.reading import Reading

LONGEST_NOTE = 500
MOST_NOTES = 20
"""An order reads its buyer and the advocates, so what they carry is small."""


def add_note(member_id: str, text: str, action: StaffAction) -> None:
    """Adds a note about a member, with an audit line that does not hold its text. Raises
    `NotFound`, `InvalidDocument` for an empty or too long note, and `Conflict` for an erased member
    or if there are `MOST_NOTES` already.
    """
    if not 1 <= len(text) <= LONGEST_NOTE:
        raise InvalidDocument([FieldError("note", f"must be 1 to {LONGEST_NOTE} characters")])
    engine.retrying(lambda: _add(member_id, text, action))


def _add(member_id: str, text: str, action: StaffAction) -> None:
    member = require_living_member(Reading(), member_id)
    if len(member.notes) >= MOST_NOTES:
        raise Conflict("too_many_notes", f"There are already {MOST_NOTES} notes. Remove one first.")
    _keep(member, (*member.notes, StaffNote(action.at, action.actor, text)), action)


def remove_note(member_id: str, number: int, action: StaffAction) -> None:
    """Removes the note with this number, counted from 0, oldest first. Raises `NotFound`, and
    `Conflict` for an erased member.
    """
    engine.retrying(lambda: _remove(member_id, number, action))


def _remove(member_id: str, number: int, action: StaffAction) -> None:
    member = require_living_member(Reading(), member_id)
    if not 0 <= number < len(member.notes):
        raise NotFound("unknown_note", "This note no longer exists.")
    _keep(member, member.notes[:number] + member.notes[number + 1 :], action)


def _keep(member: Member, notes: tuple[StaffNote, ...], action: StaffAction) -> None:
    """Stores the notes. The audit log says how many there are, never what they say."""
    before, after = {"notes": len(member.notes)}, {"notes": len(notes)}
    audit_line = put_audit_line(action, {"member": member.public_id}, before, after)
    engine.write([put_member(replace(member, notes=notes)), audit_line])
