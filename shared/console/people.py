"""Staff come and go: invited by an owner, in a role; there is always an owner left."""

import re

from shared import identity
from shared.console import sign_in
from shared.console.roles import OWNER, ROLES
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.staff_action import StaffAction
from shared.problem import Conflict, NotFound
from shared.store.programs import staff
from shared.store.programs.staff import AddressTaken, StaffMember

LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")


def invite(pepper: bytes, email: str, role: str, act: StaffAction) -> None:
    """Raises `InvalidDocument`, `Conflict` for an address that somebody has already. No mail is sent: they ask for their link themselves."""
    fits = len(email) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(email)
    if faults := [
        *([] if fits else [FieldError("email", "must be an e-mail address")]),
        *_role_faults(role),
    ]:
        raise InvalidDocument(faults)
    try:
        staff.invite(
            StaffMember(sign_in.new_id(), email, identity.email_hash(pepper, email), role, act.at),
            act,
        )
    except AddressTaken:
        raise Conflict(
            "address_taken",
            "Somebody of the staff has this address already; change their role instead.",
        ) from None


def change_role(pepper: bytes, staff_id: str, role: str, act: StaffAction) -> None:
    """Raises `InvalidDocument`, `NotFound`, `Conflict` for the last owner and for the one whom the stack names."""
    if faults := _role_faults(role):
        raise InvalidDocument(faults)
    before = _known(staff_id)
    if role != OWNER:
        _check_owner_stays(pepper, before)
    staff.change_role(staff_id, role, act)


def remove(pepper: bytes, staff_id: str, act: StaffAction) -> None:
    """Raises as `change_role`. Their visits end with the next page."""
    _check_owner_stays(pepper, _known(staff_id))
    staff.remove(staff_id, act)


def _known(staff_id: str) -> StaffMember:
    found = staff.find(staff_id)
    if found is None:
        raise NotFound(
            "unknown_staff",
            "Nobody of the staff is known by this; the page of the staff lists everybody.",
        )
    return found


def _check_owner_stays(pepper: bytes, person: StaffMember) -> None:
    if person.role != OWNER:
        return
    if sign_in.is_first_owner(pepper, person.email_hash):
        raise Conflict(
            "named_owner", "The stack names this owner (OwnerEmail); name another one there first."
        )
    if sum(other.role == OWNER for other in staff.everybody()) == 1:
        raise Conflict("last_owner", "There has to be an owner; make somebody else one first.")


def _role_faults(role: str) -> list[FieldError]:
    return [] if role in ROLES else [FieldError("role", f"must be one of: {', '.join(ROLES)}")]
