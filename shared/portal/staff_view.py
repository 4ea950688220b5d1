"""A staff member views an advocate's pages and can change nothing (specification: staff-view).

A view is a signed token with its own purpose. It is not a session of the member, so it opens
neither the API nor the widget. It ends at once if the staff member signs out or is removed from the
staff.
"""

from datetime import datetime
from typing import NamedTuple

from shared.api.signed_tokens import LIFETIMES, TokenPurpose, read_token, sign_member_token
from shared.domain.staff_action import StaffAction
from shared.members.profile import require_living_member
from shared.problem import Forbidden
from shared.store import engine
from shared.store.programs.audit_log import put_audit_line
from shared.store.programs.staff import StaffMember, find_staff_member
from shared.store.reading import Reading


class StaffView(NamedTuple):
    """The id of the staff member, the id of the member whose pages are viewed, and the end of the
    view.
    """

    staff: str
    member: str
    ends_at: datetime


def begin_view(pepper: bytes, staff_id: str, member_id: str, action: StaffAction) -> str:
    """Writes a line into the audit log and returns the token of the view.

    Raises `NotFound`, and `Conflict` for an erased member.
    """
    member = require_living_member(Reading(), member_id)
    engine.write([put_audit_line(action, {"member": member.public_id}, None, None)])
    named = f"{staff_id}.{member.id}"
    return sign_member_token(pepper, TokenPurpose.STAFF_VIEW, named, action.at)


def read_view(pepper: bytes, token: str) -> StaffView | None:
    """The view in a token, even if it has ended; `None` if the token has another purpose."""
    signed = read_token(pepper, TokenPurpose.STAFF_VIEW, token)
    if signed is None or signed.ends_at is None:
        return None
    staff_id, _, member_id = signed.payload.partition(".")
    return StaffView(staff_id, member_id, signed.ends_at)


def find_viewer(view: StaffView, now: datetime) -> StaffMember | None:
    """The staff member of a view; `None` if the view has ended, also because the staff member
    signed out or was removed.
    """
    staff_member = find_staff_member(view.staff)
    if staff_member is None or now >= view.ends_at:
        return None
    signed_out_at = staff_member.signed_out_at
    began_at = view.ends_at - LIFETIMES[TokenPurpose.STAFF_VIEW]
    return None if signed_out_at and began_at <= signed_out_at else staff_member


def view_only() -> Forbidden:
    return Forbidden(
        "staff_view",
        "You are viewing these pages as staff and cannot change anything. Leave the staff view "
        "first.",
    )
