"""Enrols a customer by hand, for staff; usually the shop's server does that."""

from collections.abc import Callable, Mapping

from shared.domain.members.member import Member
from shared.domain.staff_action import StaffAction
from shared.members.profile import require_member
from shared.members.registration import register_member
from shared.members.registration_form import parse_member_form
from shared.problem import Conflict, NotFound
from shared.store import engine
from shared.store.programs.audit_log import put_audit_line
from shared.store.reading import Reading

FIELDS = ("login", "name", "email", "referrer_login")


def enrol_member(
    form: Mapping[str, str], hash_email: Callable[[str], str], action: StaffAction
) -> Member:
    """Registers the member of a form, with a line in the audit log. Without an `id` in the form,
    the login is the id.

    Raises `InvalidDocument` for faults of the form, and `Conflict` if the id or the login belongs
    to a member already.
    """
    document: dict[str, object] = {name: form[name] for name in FIELDS if form.get(name)}
    parsed = parse_member_form(document, hash_email)
    member_id = form.get("id") or form.get("login", "")
    if _is_known(member_id):
        raise Conflict("known_member", "A member with this ID already exists.")
    member = register_member(member_id, parsed, action.at)
    engine.write([put_audit_line(action, {"member": member.public_id}, None, {"status": "active"})])
    return member


def _is_known(member_id: str) -> bool:
    try:
        require_member(Reading(), member_id)
    except NotFound:
        return False
    return True
