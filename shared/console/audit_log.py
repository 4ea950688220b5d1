"""The audit log as staff reads it: who changed what, when and why."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from shared.console.listing import Column, RowPage
from shared.console.staff_accounts import emails_by_author
from shared.store.programs import audit_log

MOST_PAGES_READ = 10
"""How many pages of the log are read at most for one page of a filtered list."""


class AuditLine(NamedTuple):
    """A line of the log. `email` is the author's address, `None` if the author is no longer in the
    staff.
    """

    change: Mapping[str, Any]
    email: str | None

    @property
    def subject(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self.change["subject"].items())


COLUMNS: list[Column[AuditLine]] = [
    ("at", lambda line: line.change["at"]),
    ("who", lambda line: line.change["who"]),
    ("what", lambda line: line.change["what"]),
    ("subject", lambda line: line.subject),
    ("before", lambda line: _json(line.change["before"])),
    ("after", lambda line: _json(line.change["after"])),
    ("reason", lambda line: line.change["reason"]),
]


def list_audit_lines(filters: Mapping[str, str], limit: int, after: str) -> RowPage[AuditLine]:
    """Lines whose fields contain the texts of the filters, newest first.

    A filtered page may have more or fewer than `limit` lines.
    """
    emails = emails_by_author()
    lines: list[AuditLine] = []
    last: str | None = after
    for _ in range(MOST_PAGES_READ):
        changes, last = audit_log.list_audit_lines(limit, last or "")
        matching = [change for change in changes if _matches(change, filters)]
        lines += [AuditLine(change, emails.get(change["who"])) for change in matching]
        if last is None or len(lines) >= limit or not any(filters.values()):
            break
    return RowPage(lines, last)


def _matches(change: Mapping[str, Any], filters: Mapping[str, str]) -> bool:
    return all(not text or text in change[name] for name, text in filters.items())


def _json(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
