"""The audit as staff reads it: who changed what, by the addresses of those who are of the staff still."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from shared.console.listing import Column, ListPage
from shared.store.programs import audit_log, staff

MOST_PAGES = 10
"""Of the audit looked through for one page of a filtered list."""


class AuditLine(NamedTuple):
    """A change as it was written down, and the address of who made it, where that is known."""

    told: Mapping
    email: str | None

    @property
    def subject(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self.told["subject"].items())


COLUMNS: list[Column[AuditLine]] = [
    ("at", lambda line: line.told["at"]),
    ("who", lambda line: line.told["who"]),
    ("what", lambda line: line.told["what"]),
    ("subject", lambda line: line.subject),
    ("before", lambda line: _document(line.told["before"])),
    ("after", lambda line: _document(line.told["after"])),
    ("reason", lambda line: line.told["reason"]),
]


def changes_of(filters: Mapping[str, str], limit: int, after: str) -> ListPage[AuditLine]:
    """The newest first; a filtered page holds what was found among some hundreds of lines."""
    emails = {f"staff:{person.id}": person.email for person in staff.everybody()}
    rows: list[AuditLine] = []
    last: str | None = after
    for _ in range(MOST_PAGES):
        some, last = audit_log.listing(limit, last)
        rows += [AuditLine(row, emails.get(row["who"])) for row in some if _matches(row, filters)]
        if last is None or len(rows) >= limit or not any(filters.values()):
            break
    return ListPage(rows, last)


def _matches(row: Mapping, filters: Mapping[str, str]) -> bool:
    return all(not text or text in row[name] for name, text in filters.items())


def _document(value: object) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
