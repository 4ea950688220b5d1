"""The audit log in the programs table: which staff member changed what, when and why."""

import secrets
from collections.abc import Mapping
from typing import Any

from pynamodb.attributes import UnicodeAttribute

from shared.domain.instants import instant_text
from shared.domain.staff_action import StaffAction
from shared.store import keys
from shared.store.cursors import sort_key
from shared.store.engine import Write, find
from shared.store.items import ABSENT, JsonAttribute, ProgramsItem

SHOWN = ("at", "who", "what", "subject", "before", "after", "reason")


class AuditLogItem(ProgramsItem):
    """One line, put once, in the transaction of the change. It identifies members, referrals and
    programs only by their ids.
    """

    at = UnicodeAttribute()
    who = UnicodeAttribute()
    what = UnicodeAttribute()
    subject: JsonAttribute[Mapping[str, Any]] = JsonAttribute()
    before: JsonAttribute[Mapping[str, Any]] = JsonAttribute(null=True)
    after: JsonAttribute[Mapping[str, Any]] = JsonAttribute(null=True)
    reason = UnicodeAttribute(null=True)


def put_audit_line(
    action: StaffAction,
    subject: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    name: str | None = None,
) -> Write:
    """The write that adds the line of a change. With a `name`, the line can be put only once."""
    item = AuditLogItem(
        *keys.audit_line(_place(action, name or secrets.token_urlsafe(6))),
        at=instant_text(action.at),
        who=action.actor,
        what=action.kind,
        subject=subject,
        before=before,
        after=after,
        reason=action.reason,
    )
    return Write(item, ABSENT)


def is_logged(action: StaffAction, name: str) -> bool:
    """Whether the line with this name exists, which means that its change was made."""
    return find(AuditLogItem, keys.audit_line(_place(action, name))) is not None


def list_audit_lines(limit: int, after: str = "") -> tuple[list[dict[str, Any]], str | None]:
    """A page of the audit log in the form that staff see, newest first, and the cursor of the next
    page; `None` after the last page. Raises `InvalidCursor`.
    """
    before = AuditLogItem.sk < sort_key(after) if after else None
    lines = list(
        AuditLogItem.query(
            keys.AUDIT, before, consistent_read=True, scan_index_forward=False, limit=limit + 1
        )
    )
    page = lines[:limit]
    return [_shown(line) for line in page], page[-1].sk if len(lines) > limit else None


def _shown(line: AuditLogItem) -> dict[str, Any]:
    return {name: getattr(line, name) for name in SHOWN}


def _place(action: StaffAction, name: str) -> str:
    return f"{round(action.at.timestamp() * 1000):015d}#{name}"
