"""Who may come into the console, in the programs table: people of the staff by their ids, found by the keyed hash of their address."""

from datetime import datetime
from typing import NamedTuple

from pynamodb.attributes import UnicodeAttribute

from shared.domain.act import Act
from shared.domain.moment import instant_text, parse_instant
from shared.store import staff_keys as keys
from shared.store.changes import put_change
from shared.store.engine import ProgramsItem, Write, read, retrying, write


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


class Person(NamedTuple):
    """Somebody of the staff."""

    id: str
    email: str
    email_hash: str
    role: str
    invited_at: datetime
    signed_out_at: datetime | None = None


class UnknownPerson(Exception):
    """Nobody of the staff has this id."""


class AddressTaken(Exception):
    """Somebody of the staff has this address already."""


def person_of(item: StaffItem | None) -> Person | None:
    if item is None:
        return None
    signed_out_at = parse_instant(item.signed_out_at) if item.signed_out_at else None
    return Person(item.sk, item.email, item.email_hash, item.role, parse_instant(item.invited_at), signed_out_at)


def everybody() -> list[Person]:
    """Staff by the time of their invitation; they are few."""
    found = [person_of(item) for item in StaffItem.query(keys.STAFF, consistent_read=True)]
    return sorted(found, key=lambda person: (person.invited_at, person.id))


def by_email(email_hash: str) -> Person | None:
    pointer_key = keys.staff_email(email_hash)
    pointer = read([(StaffEmailItem, pointer_key)]).get(pointer_key)
    return find(pointer.staff) if pointer is not None else None


def find(staff_id: str) -> Person | None:
    key = keys.staff(staff_id)
    return person_of(read([(StaffItem, key)]).get(key))


def invite(person: Person, act: Act | None = None) -> None:
    """Raises `AddressTaken`. Without an act it is the owner whom the stack names, who is nobody's invitation."""
    pointer = Write(StaffEmailItem(*keys.staff_email(person.email_hash), staff=person.id), StaffEmailItem.pk.does_not_exist())
    told = [put_change(act, _subject(person), None, {"role": person.role})] if act else []

    def attempt() -> None:
        if by_email(person.email_hash):
            raise AddressTaken
        write([pointer, Write(_item(person), StaffItem.pk.does_not_exist()), *told])

    retrying(attempt)


def change_role(staff_id: str, role: str, act: Act) -> None:
    """Raises `UnknownPerson`."""

    def attempt() -> None:
        before = _known(staff_id)
        if before.role != role:
            told = put_change(act, _subject(before), {"role": before.role}, {"role": role})
            write([Write(_item(before._replace(role=role)), StaffItem.role == before.role), told])

    retrying(attempt)


def sign_out(staff_id: str, act: Act) -> None:
    """End every visit of somebody; raises `UnknownPerson`."""

    def attempt() -> None:
        before = _known(staff_id)
        told = put_change(act, _subject(before), None, {"signed_out_at": instant_text(act.at)})
        write([Write(_item(before._replace(signed_out_at=act.at)), StaffItem.role == before.role), told])

    retrying(attempt)


def remove(staff_id: str, act: Act) -> None:
    """Raises `UnknownPerson`."""

    def attempt() -> None:
        before = _known(staff_id)
        pointer = Write(StaffEmailItem(*keys.staff_email(before.email_hash)), StaffEmailItem.staff == staff_id, delete=True)
        told = put_change(act, _subject(before), {"role": before.role}, None)
        write([pointer, Write(_item(before), StaffItem.role == before.role, delete=True), told])

    retrying(attempt)


def _known(staff_id: str) -> Person:
    found = find(staff_id)
    if found is None:
        raise UnknownPerson(staff_id)
    return found


def _item(person: Person) -> StaffItem:
    return StaffItem(
        *keys.staff(person.id),
        email=person.email,
        email_hash=person.email_hash,
        role=person.role,
        invited_at=instant_text(person.invited_at),
        signed_out_at=instant_text(person.signed_out_at) if person.signed_out_at else None,
    )


def _subject(person: Person) -> dict:
    return {"staff": person.id}
