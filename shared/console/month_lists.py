"""Lists of settlement runs, of statements, and of the mails to a member."""

from collections.abc import Mapping, Sequence
from operator import attrgetter, itemgetter
from typing import NamedTuple

from shared.console.listing import Column, RowPage
from shared.domain.ledger.statement import Statement
from shared.domain.members.member import Member
from shared.domain.outgoing.mail import MailRecord
from shared.jobs.settlement_report import run_heading
from shared.members.profile import require_member
from shared.orders import attribution
from shared.store import keys
from shared.store.attributions.directory import (
    STATEMENTS,
    DirectoryItem,
    RowRange,
    begins_with,
    members_of,
    read_page,
    statement_key,
)
from shared.store.ledger.settlements import list_settlement_runs
from shared.store.ledger.statements import (
    StatementItem,
    list_member_statements,
    list_statements_of_month,
    statement_from,
)
from shared.store.programs import mails
from shared.store.reading import Reading

FIGURES = (
    "opening",
    "earned",
    "clawed_back",
    "forfeited",
    "adjusted",
    "redeemed",
    "returned",
    "expired",
    "closing",
)


MOST_MAILS = 2_000
"""How many mails to one member are read and sorted. They are stored by kind and topic, not by date.
"""


class StatementRow(NamedTuple):
    """A statement, and the public id and login of its member."""

    statement: Statement
    member: str
    login: str | None


type RunHeading = Mapping[str, object]
"""The result of `run_heading`."""

RUN_FIELDS = ("month", "state", "time_zone", "begun_at", "closed_at")
RUN_COLUMNS: list[Column[RunHeading]] = [(name, itemgetter(name)) for name in RUN_FIELDS]
STATEMENT_COLUMNS: list[Column[StatementRow]] = [
    ("month", lambda row: row.statement.month),
    ("member", lambda row: row.member),
    ("number", lambda row: row.statement.number),
    ("currency", lambda row: row.statement.currency),
    *((f"{name}_minor", attrgetter(f"statement.figures.{name}")) for name in FIGURES),
    ("hash", lambda row: row.statement.hash),
]
MAIL_COLUMNS: list[Column[MailRecord]] = [
    ("member", lambda row: row.key.member),
    ("kind", lambda row: row.key.kind),
    ("about", lambda row: row.key.topic),
    ("outcome", lambda row: row.state),
    ("at", lambda row: row.at.isoformat()),
    ("note", lambda row: row.note),
]


def list_runs(limit: int, after: str) -> RowPage[RunHeading]:
    runs, last = list_settlement_runs(limit, after)
    return RowPage([run_heading(run) for run in runs], last)


def list_statements(filters: Mapping[str, str], limit: int, after: str) -> RowPage[StatementRow]:
    """Statements of the `member` in the filters, or of all members, newest first.

    If the filters name a `month`, only statements of that month. Raises `NotFound` for an unknown
    member.
    """
    if filters["member"]:
        return _list_of_member(filters["member"], filters["month"], limit, after)
    partition = keys.directory(STATEMENTS, "month")
    wanted = begins_with(partition, filters["month"]) if filters["month"] else RowRange(partition)
    found = read_page(wanted._replace(descending=True), limit, after)
    return RowPage(_load_rows(found.rows), found.last, found.total)


def list_mails(member_id: str, limit: int, after: str) -> RowPage[MailRecord]:
    """The newest `MOST_MAILS` mails to a member, newest first; none if no member is named.

    `after` is the number of mails on earlier pages. Raises `NotFound`.
    """
    if not member_id:
        return RowPage([], None)
    records, _ = mails.mail_records(require_member(Reading(), member_id).id, MOST_MAILS, "")
    newest = sorted(records, key=lambda record: record.at, reverse=True)
    begin = int(after) if after.isascii() and after.isdigit() else 0
    end = begin + limit
    return RowPage(newest[begin:end], str(end) if end < len(newest) else None)


def _list_of_member(member_id: str, month: str, limit: int, after: str) -> RowPage[StatementRow]:
    member = require_member(Reading(), member_id)
    if month:
        statements, last = list(list_statements_of_month(member.id, month)), None
    else:
        statements, last = list_member_statements(member.id, limit, after)
    return RowPage([_row(statement, {member.id: member}) for statement in statements], last)


def _load_rows(listed: Sequence[DirectoryItem]) -> list[StatementRow]:
    """The statements that rows of the directory name, with their members."""
    reading = Reading()
    statement_keys = [statement_key(row) for row in listed]
    reading.fetch(
        *((StatementItem, key) for key in statement_keys),
        *attribution.member_keys(members_of(listed)),
    )
    found = (reading.item(StatementItem, key) for key in statement_keys)
    statements = [statement_from(item) for item in found if item]
    members = {
        one.id: one for row in listed if (one := attribution.find_member(reading, row.member or ""))
    }
    return [_row(statement, members) for statement in statements]


def _row(statement: Statement, members: Mapping[str, Member]) -> StatementRow:
    member = members.get(statement.member)
    if member is None:
        return StatementRow(statement, statement.member, None)
    return StatementRow(statement, member.public_id, member.login)
