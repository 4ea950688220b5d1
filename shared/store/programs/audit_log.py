"""The audit: who changed what, when and why, in the programs table. Each line is put once, in the transaction of the change it tells."""

import secrets
from collections.abc import Mapping

from pynamodb.attributes import UnicodeAttribute

from shared.domain.instants import instant_text
from shared.domain.staff_action import StaffAction
from shared.store import keys
from shared.store.cursors import sort_key
from shared.store.engine import CompactJson, ProgramsItem, Write, read


class AuditLogItem(ProgramsItem):
    """One line; members, referrals and programs are named by their ids alone."""

    at = UnicodeAttribute()
    who = UnicodeAttribute()
    what = UnicodeAttribute()
    subject = CompactJson()
    before = CompactJson(null=True)
    after = CompactJson(null=True)
    reason = UnicodeAttribute(null=True)


def put_audit_line(
    act: StaffAction,
    subject: Mapping,
    before: Mapping | None,
    after: Mapping | None,
    name: str | None = None,
) -> Write:
    """The line of a change; one with a `name` is never put twice."""
    item = AuditLogItem(
        *keys.change(_place(act, name or secrets.token_urlsafe(6))),
        at=instant_text(act.at),
        who=act.who,
        what=act.what,
        subject=dict(subject),
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        reason=act.why,
    )
    return Write(item, AuditLogItem.pk.does_not_exist())


def told(act: StaffAction, name: str) -> bool:
    """Whether the line of this name is there, so that what it tells was done."""
    key = keys.change(_place(act, name))
    return key in read([(AuditLogItem, key)])


def listing(limit: int, after: str = "") -> tuple[list[dict], str | None]:
    """The newest first, following the place `after`; with them the last place where more follow."""
    before = AuditLogItem.sk < sort_key(after) if after else None
    rows = list(
        AuditLogItem.query(
            keys.AUDIT, before, consistent_read=True, scan_index_forward=False, limit=limit + 1
        )
    )
    some = rows[:limit]
    return [shown(row) for row in some], some[-1].sk if len(rows) > limit else None


def shown(row: AuditLogItem) -> dict:
    """A line as staff sees it."""
    return {
        name: getattr(row, name)
        for name in ("at", "who", "what", "subject", "before", "after", "reason")
    }


def _place(act: StaffAction, name: str) -> str:
    return f"{round(act.at.timestamp() * 1000):015d}#{name}"
