"""Who is in the staff: owners invite people and give them roles. At least one owner always remains."""

import re
from collections.abc import Mapping

from shared import identity
from shared.console import sign_in
from shared.console.roles import OWNER, ROLES
from shared.domain.document import LONGEST_EMAIL, FieldError, InvalidDocument
from shared.domain.staff_action import StaffAction
from shared.problem import Conflict, NotFound
from shared.store.programs import staff
from shared.store.programs.staff import AddressTaken, StaffMember

_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")


def invite(pepper: bytes, email: str, role: str, action: StaffAction) -> None:
    """Adds a staff member. No mail is sent; the staff member requests a link on the sign-in page.

    Raises `InvalidDocument`, and `Conflict` if a staff member has the address already.
    """
    is_address = len(email) <= LONGEST_EMAIL and _ADDRESS.fullmatch(email)
    if faults := [
        *([] if is_address else [FieldError("email", "must be an email address")]),
        *_role_faults(role),
    ]:
        raise InvalidDocument(faults)
    email_hash = identity.email_hash(pepper, email)
    staff_member = StaffMember(sign_in.new_staff_id(), email, email_hash, role, action.at)
    try:
        staff.invite(staff_member, action)
    except AddressTaken:
        raise Conflict(
            "address_taken", "A staff member already has this address. Change their role instead."
        ) from None


def change_role(pepper: bytes, staff_id: str, role: str, action: StaffAction) -> None:
    """Changes the role of a staff member. Raises `InvalidDocument` and `NotFound`.

    Raises `Conflict` for the last owner, and for the owner whom the stack names.
    """
    if faults := _role_faults(role):
        raise InvalidDocument(faults)
    before = _load(staff_id)
    if role != OWNER:
        _check_owner_stays(pepper, before)
    staff.change_role(staff_id, role, action)


def remove(pepper: bytes, staff_id: str, action: StaffAction) -> None:
    """Removes a staff member. Their sessions end with their next request.

    Raises `NotFound`, and `Conflict` as `change_role` does.
    """
    _check_owner_stays(pepper, _load(staff_id))
    staff.remove(staff_id, action)


def emails_by_author() -> Mapping[str, str]:
    """The address of each staff member, by the name of the author in the audit log: `staff:<id>`."""
    return {f"staff:{member.id}": member.email for member in staff.list_staff()}


def _load(staff_id: str) -> StaffMember:
    staff_member = staff.find_staff_member(staff_id)
    if staff_member is None:
        raise NotFound("unknown_staff", "No staff member has this id. See the Staff page.")
    return staff_member


def _check_owner_stays(pepper: bytes, staff_member: StaffMember) -> None:
    """Raises `Conflict` for an owner who must stay."""
    if staff_member.role != OWNER:
        return
    if sign_in.is_first_owner(pepper, staff_member.email_hash):
        raise Conflict(
            "named_owner", "This owner is set by the stack's OwnerEmail. Change it there first."
        )
    if sum(member.role == OWNER for member in staff.list_staff()) == 1:
        raise Conflict(
            "last_owner", "There must be at least one owner. Make someone else an owner first."
        )


def _role_faults(role: str) -> list[FieldError]:
    return [] if role in ROLES else [FieldError("role", f"must be one of: {', '.join(ROLES)}")]
