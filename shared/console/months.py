"""Months as staff looks at them: runs, statements of a month or of a member, and the mails that told of them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from shared.console.listing import Column, ListPage
from shared.domain.ledger.settlement import SettlementRun
from shared.domain.ledger.statement import Statement
from shared.domain.members.member import Member
from shared.domain.outgoing.mail import MailRecord
from shared.jobs.settlement_report import heading
from shared.members.profile import known_member
from shared.orders import attribution
from shared.store import keys
from shared.store.filtered_scan import ScanFilter, scan_filtered
from shared.store.ledger.settlements import runs
from shared.store.ledger.statements import StatementItem, of_month, statement_from, statements
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


class StatementRow(NamedTuple):
    """A statement, whose it is, and by which name people know them."""

    statement: Statement
    member: str
    login: str | None


RUN_FIELDS = ("month", "state", "time_zone", "begun_at", "closed_at")
RUNS: list[Column[Mapping]] = [(name, lambda row, name=name: row[name]) for name in RUN_FIELDS]
STATEMENTS: list[Column[StatementRow]] = [
    ("month", lambda row: row.statement.month),
    ("member", lambda row: row.member),
    ("number", lambda row: row.statement.number),
    ("currency", lambda row: row.statement.currency),
    *(
        (f"{name}_minor", lambda row, name=name: getattr(row.statement.figures, name))
        for name in FIGURES
    ),
    ("hash", lambda row: row.statement.hash),
]
MAILS: list[Column[MailRecord]] = [
    ("member", lambda row: row.letter.member),
    ("kind", lambda row: row.letter.kind),
    ("about", lambda row: row.letter.thing),
    ("outcome", lambda row: row.state),
    ("at", lambda row: row.at.isoformat()),
    ("note", lambda row: row.note),
]


def runs_of(limit: int, after: str) -> ListPage[Mapping]:
    found, last = runs(limit, after)
    return ListPage([heading(run) for run in found], last)


def is_unfinished(run: SettlementRun | None) -> bool:
    return run is not None and run.closed_at is None


def statements_of(filters: Mapping[str, str], limit: int, after: str) -> ListPage[StatementRow]:
    """Of a member, newest first; of a month, as the ledger has them, looked through a part at a time. Raises `NotFound`."""
    if filters["member"]:
        member = known_member(Reading(), filters["member"])
        if filters["month"]:
            rows, last = list(of_month(member.id, filters["month"])), None
        else:
            rows, last = statements(member.id, limit, after)
        return ListPage([_row(statement, {member.id: member}) for statement in rows], last)
    rows, last = scan_filtered(
        StatementItem,
        ScanFilter(keys.statements(""), {}),
        lambda item: _in(item, filters["month"]),
        limit,
        after,
    )
    people = _people({statement.member for statement in rows})
    return ListPage([_row(statement, people) for statement in rows], last)


def mails_of(member_id: str, limit: int, after: str) -> ListPage[MailRecord]:
    """By kind and what they are about; without a member there is nothing to list."""
    return (
        ListPage(*mails.sendings(known_member(Reading(), member_id).id, limit, after))
        if member_id
        else ListPage([], None)
    )


def _in(item: StatementItem, month: str) -> Statement | None:
    return (
        statement_from(item)
        if not month or item.sk.startswith(keys.statement("", "", month).sk)
        else None
    )


def _people(names: Sequence[str] | set[str]) -> dict[str, Member]:
    reading = Reading()
    reading.fetch(*attribution.members_wanted(names))
    return {name: member for name in names if (member := attribution.member(reading, name))}


def _row(statement: Statement, people: Mapping[str, Member]) -> StatementRow:
    member = people.get(statement.member)
    return StatementRow(
        statement,
        member.public_id if member else statement.member,
        member.login if member else None,
    )
