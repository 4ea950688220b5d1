"""The staff who may use the console, in the programs table: by id, and by the keyed hash of their
e-mail address.
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
    """A staff member. Sessions that began before `signed_out_at` have ended."""

    email = UnicodeAttribute()
    email_hash = UnicodeAttribute()
    role = UnicodeAttribute()
    invited_at = InstantAttribute()
    signed_out_at = InstantAttribute(null=True)


class StaffEmailItem(ProgramsItem):
    """The staff id of an e-mail address."""

    staff = UnicodeAttribute()


class StaffMember(NamedTuple):
    """A person who may use the console."""

    id: str
    email: str
    email_hash: str
    role: str
    invited_at: datetime
    signed_out_at: datetime | None = None


class UnknownStaffMember(Exception):
    """No staff member has this id."""


class AddressTaken(Exception):
    """A staff member already has this e-mail address."""


def staff_member_of(item: StaffItem) -> StaffMember:
    return StaffMember(
        item.sk, item.email, item.email_hash, item.role, item.invited_at, item.signed_out_at
    )


def list_staff() -> list[StaffMember]:
    """All staff, sorted by the time of their invitation. They are few, so there are no pages."""
    found = map(staff_member_of, StaffItem.query(keys.STAFF, consistent_read=True))
    return sorted(found, key=lambda member: (member.invited_at, member.id))


def find_by_email(email_hash: str) -> StaffMember | None:
    pointer = find(StaffEmailItem, keys.staff_email(email_hash))
    return find_staff_member(pointer.staff) if pointer is not None else None


def find_staff_member(staff_id: str) -> StaffMember | None:
    item = find(StaffItem, keys.staff(staff_id))
    return None if item is None else staff_member_of(item)


def invite(invited: StaffMember, action: StaffAction | None = None) -> None:
    """Adds a staff member. Raises `AddressTaken`.

    `action` is `None` for the first owner, who is named in the stack's settings.
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
    """Gives a staff member another role. Raises `UnknownStaffMember`."""

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
    """Ends all sessions of a staff member. Raises `UnknownStaffMember`."""

    def attempt() -> None:
        before = _load(staff_id)
        audit_line = put_audit_line(
            action, _subject(before), None, {"signed_out_at": instant_text(action.at)}
        )
        after = _item(before._replace(signed_out_at=action.at))
        write([Write(after, StaffItem.role == before.role), audit_line])

    retrying(attempt)


def remove(staff_id: str, action: StaffAction) -> None:
    """Removes a staff member, who can then no longer use the console. Raises `UnknownStaffMember`."""

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
