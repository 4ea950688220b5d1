"""Who may come into the console, in the programs table: staff by their ids, found by the keyed hash
of their address.
"""

from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import UnicodeAttribute

from shared.domain.instants import instant_text
from shared.domain.staff_action import StaffAction
from shared.store import keys
from shared.store.engine import Delete, Write, find, retrying, write
from shared.store.items import ABSENT, InstantAttribute, ProgramsItem
from shared.store.programs.audit_log import put_audit_line


class StaffItem(ProgramsItem):
    """A member of staff; sessions that began before `signed_out_at` are over."""

    email = UnicodeAttribute()
    email_hash = UnicodeAttribute()
    role = UnicodeAttribute()
    invited_at = InstantAttribute()
    signed_out_at = InstantAttribute(null=True)


class StaffEmailItem(ProgramsItem):
    """An address, and the id of its member of staff."""

    staff = UnicodeAttribute()


class StaffMember(NamedTuple):
    """One of the people who may come into the console."""

    id: str
    email: str
    email_hash: str
    role: str
    invited_at: datetime
    signed_out_at: datetime | None = None


class UnknownStaffMember(Exception):
    """Nobody of the staff has this id."""


class AddressTaken(Exception):
    """Somebody of the staff has this address already."""


def staff_member_of(item: StaffItem) -> StaffMember:
    return StaffMember(
        item.sk, item.email, item.email_hash, item.role, item.invited_at, item.signed_out_at
    )


def list_staff() -> list[StaffMember]:
    """All staff by the time of their invitation; they are few."""
    found = map(staff_member_of, StaffItem.query(keys.STAFF, consistent_read=True))
    return sorted(found, key=lambda member: (member.invited_at, member.id))


def find_by_email(email_hash: str) -> StaffMember | None:
    pointer = find(StaffEmailItem, keys.staff_email(email_hash))
    return find_staff_member(pointer.staff) if pointer is not None else None


def find_staff_member(staff_id: str) -> StaffMember | None:
    item = find(StaffItem, keys.staff(staff_id))
    return None if item is None else staff_member_of(item)


def invite(invited: StaffMember, action: StaffAction | None = None) -> None:
    """Add a member of staff; raises `AddressTaken`.

    Without an action it is the owner whom the stack names.
    """
    pointer = Write(StaffEmailItem(*keys.staff_email(invited.email_hash), staff=invited.id), ABSENT)
    audit_lines = (
        [put_audit_line(action, _subject(invited), None, {"role": invited.role})] if action else []
    )

    def attempt() -> None:
        if find_by_email(invited.email_hash):
            raise AddressTaken
        write([pointer, Write(_item(invited), ABSENT), *audit_lines])

    retrying(attempt)


def change_role(staff_id: str, role: str, action: StaffAction) -> None:
    """Raises `UnknownStaffMember`."""

    def attempt() -> None:
        before = _load(staff_id)
        if before.role != role:
            audit_line = put_audit_line(
                action, _subject(before), {"role": before.role}, {"role": role}
            )
            after = _item(before._replace(role=role))
            write([Write(after, StaffItem.role == before.role), audit_line])

    retrying(attempt)


def sign_out(staff_id: str, action: StaffAction) -> None:
    """End every session of a member of staff; raises `UnknownStaffMember`."""

    def attempt() -> None:
        before = _load(staff_id)
        audit_line = put_audit_line(
            action, _subject(before), None, {"signed_out_at": instant_text(action.at)}
        )
        after = _item(before._replace(signed_out_at=action.at))
        write([Write(after, StaffItem.role == before.role), audit_line])

    retrying(attempt)


def remove(staff_id: str, action: StaffAction) -> None:
    """Raises `UnknownStaffMember`."""

    def attempt() -> None:
        before = _load(staff_id)
        pointer = Delete(
            StaffEmailItem(*keys.staff_email(before.email_hash)), StaffEmailItem.staff == staff_id
        )
        audit_line = put_audit_line(action, _subject(before), {"role": before.role}, None)
        write([pointer, Delete(_item(before), StaffItem.role == before.role), audit_line])

    retrying(attempt)


def _load(staff_id: str) -> StaffMember:
    found = find_staff_member(staff_id)
    if found is None:
        raise UnknownStaffMember(staff_id)
    return found


def _item(member: StaffMember) -> StaffItem:
    return StaffItem(
        *keys.staff(member.id),
        email=member.email,
        email_hash=member.email_hash,
        role=member.role,
        invited_at=member.invited_at,
        signed_out_at=member.signed_out_at,
    )


def _subject(member: StaffMember) -> dict[str, str]:
    return {"staff": member.id}
