"""A member of staff looks at an advocate's pages, and changes nothing (specification: staff-view).

A view is a signed token of its own purpose: no session of the member's, so it opens neither the
API nor the widget. Whoever is signed out or removed from the staff sees no more at once.
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
    """Who of the staff looks, by id, at whose pages, and until when."""

    staff: str
    member: str
    ends_at: datetime


def begin_view(pepper: bytes, staff_id: str, member_id: str, action: StaffAction) -> str:
    """Note in the audit log that somebody looks, and return the token of the view.

    Raises `NotFound`, and `Conflict` for an erased member.
    """
    member = require_living_member(Reading(), member_id)
    engine.write([put_audit_line(action, {"member": member.public_id}, None, None)])
    named = f"{staff_id}.{member.id}"
    return sign_member_token(pepper, TokenPurpose.STAFF_VIEW, named, action.at)


def read_view(pepper: bytes, token: str) -> StaffView | None:
    """The view, even where it has ended; `None` where the token is of another purpose."""
    signed = read_token(pepper, TokenPurpose.STAFF_VIEW, token)
    if signed is None or signed.ends_at is None:
        return None
    staff_id, _, member_id = signed.payload.partition(".")
    return StaffView(staff_id, member_id, signed.ends_at)


def find_viewer(view: StaffView, now: datetime) -> StaffMember | None:
    """Who of the staff looks; `None` where the view is over."""
    staff_member = find_staff_member(view.staff)
    if staff_member is None or now >= view.ends_at:
        return None
    signed_out_at = staff_member.signed_out_at
    began_at = view.ends_at - LIFETIMES[TokenPurpose.STAFF_VIEW]
    return None if signed_out_at and began_at <= signed_out_at else staff_member


def view_only() -> Forbidden:
    return Forbidden(
        "staff_view",
        "You look at these pages as staff and may change nothing here; leave them first.",
    )
