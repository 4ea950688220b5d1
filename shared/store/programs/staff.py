"""Who may come into the console, in the programs table: people of the staff by their ids, found by the keyed hash of their address."""

from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import UnicodeAttribute

from shared.domain.instants import instant_text, parse_instant
from shared.domain.staff_action import StaffAction
from shared.store.engine import ProgramsItem, Write, read, retrying, write
from shared.store.programs import staff_keys as keys
from shared.store.programs.audit_log import put_audit_line


class StaffItem(ProgramsItem):
    """Somebody of the staff; visits that began before `signed_out_at` are over."""

    email = UnicodeAttribute()
    email_hash = UnicodeAttribute()
    role = UnicodeAttribute()
    invited_at = UnicodeAttribute()
    signed_out_at = UnicodeAttribute(null=True)


class StaffEmailItem(ProgramsItem):
    """Whose address this is."""

    staff = UnicodeAttribute()


class StaffMember(NamedTuple):
    """Somebody of the staff."""

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


def person_of(item: StaffItem | None) -> StaffMember | None:
    if item is None:
        return None
    signed_out_at = parse_instant(item.signed_out_at) if item.signed_out_at else None
    return StaffMember(
        item.sk,
        item.email,
        item.email_hash,
        item.role,
        parse_instant(item.invited_at),
        signed_out_at,
    )


def everybody() -> list[StaffMember]:
    """Staff by the time of their invitation; they are few."""
    found = [person_of(item) for item in StaffItem.query(keys.STAFF, consistent_read=True)]
    return sorted(found, key=lambda person: (person.invited_at, person.id))


def by_email(email_hash: str) -> StaffMember | None:
    pointer_key = keys.staff_email(email_hash)
    pointer = read([(StaffEmailItem, pointer_key)]).get(pointer_key)
    return find(pointer.staff) if pointer is not None else None


def find(staff_id: str) -> StaffMember | None:
    key = keys.staff(staff_id)
    return person_of(read([(StaffItem, key)]).get(key))


def invite(person: StaffMember, act: StaffAction | None = None) -> None:
    """Raises `AddressTaken`. Without an act it is the owner whom the stack names, who is nobody's invitation."""
    pointer = Write(
        StaffEmailItem(*keys.staff_email(person.email_hash), staff=person.id),
        StaffEmailItem.pk.does_not_exist(),
    )
    told = [put_audit_line(act, _subject(person), None, {"role": person.role})] if act else []

    def attempt() -> None:
        if by_email(person.email_hash):
            raise AddressTaken
        write([pointer, Write(_item(person), StaffItem.pk.does_not_exist()), *told])

    retrying(attempt)


def change_role(staff_id: str, role: str, act: StaffAction) -> None:
    """Raises `UnknownStaffMember`."""

    def attempt() -> None:
        before = _known(staff_id)
        if before.role != role:
            told = put_audit_line(act, _subject(before), {"role": before.role}, {"role": role})
            write([Write(_item(before._replace(role=role)), StaffItem.role == before.role), told])

    retrying(attempt)


def sign_out(staff_id: str, act: StaffAction) -> None:
    """End every visit of somebody; raises `UnknownStaffMember`."""

    def attempt() -> None:
        before = _known(staff_id)
        told = put_audit_line(act, _subject(before), None, {"signed_out_at": instant_text(act.at)})
        write(
            [
                Write(_item(before._replace(signed_out_at=act.at)), StaffItem.role == before.role),
                told,
            ]
        )

    retrying(attempt)


def remove(staff_id: str, act: StaffAction) -> None:
    """Raises `UnknownStaffMember`."""

    def attempt() -> None:
        before = _known(staff_id)
        pointer = Write(
            StaffEmailItem(*keys.staff_email(before.email_hash)),
            StaffEmailItem.staff == staff_id,
            delete=True,
        )
        told = put_audit_line(act, _subject(before), {"role": before.role}, None)
        write([pointer, Write(_item(before), StaffItem.role == before.role, delete=True), told])

    retrying(attempt)


def _known(staff_id: str) -> StaffMember:
    found = find(staff_id)
    if found is None:
        raise UnknownStaffMember(staff_id)
    return found


def _item(person: StaffMember) -> StaffItem:
    return StaffItem(
        *keys.staff(person.id),
        email=person.email,
        email_hash=person.email_hash,
        role=person.role,
        invited_at=instant_text(person.invited_at),
        signed_out_at=instant_text(person.signed_out_at) if person.signed_out_at else None,
    )


def _subject(person: StaffMember) -> dict:
    return {"staff": person.id}
