"""A member's statements as people read them: the frozen figures, and the lines told from the entries that they cover, friends masked."""

from dataclasses import asdict
from itertools import islice

from shared.api.answers import entry_answer
from shared.domain.instants import instant_text
from shared.domain.ledger.statement import Statement
from shared.domain.members.names import Names
from shared.domain.programs.program import Program
from shared.members.friends import MASK, masked
from shared.members.profile import Profile, people, profile
from shared.problem import NotFound
from shared.store.ledger.accounts import entries_between
from shared.store.ledger.statements import of_month, statements

MOST_LINES = 1_000
"""Lines in one answer; the rest are in the member's entries."""


def statement_of(member_id: str, month: str, currency: str | None = None) -> dict:
    """A month as it was frozen, in the program's currency unless it moved in another alone; raises `NotFound`."""
    return statement_in(profile(member_id), month, currency)


def statement_in(found: Profile, month: str, currency: str | None = None) -> dict:
    """The same for somebody who is read already."""
    statement = _chosen(
        list(of_month(found.member.id, month)),
        currency or found.program.currency,
        exact=currency is not None,
    )
    lines = list(
        islice(
            entries_between(statement.member, statement.currency, statement.first, statement.last),
            MOST_LINES,
        )
    )
    names = MaskedNames(found.names, people(lines), own=statement.member)
    return {
        **_heading(statement, found),
        "group": _group(found.program, statement.group),
        "previous_group": _group(found.program, statement.previous_group),
        "maturing": [
            {"available_on": date and instant_text(date), "amount": amount}
            for date, amount in statement.waiting
        ],
        "lines": [entry_answer(line, names) for line in lines],
        "lines_left_out": statement.last - statement.first + 1 - len(lines),
    }


def statements_page(member_id: str, limit: int, after: str) -> tuple[list[dict], str | None]:
    """A page of a member's statements without their lines, newest first, and where the next page begins; raises `NotFound`."""
    return statements_in(profile(member_id), limit, after)


def statements_in(found: Profile, limit: int, after: str) -> tuple[list[dict], str | None]:
    """The same for somebody who is read already."""
    rows, last = statements(found.member.id, limit, after)
    return [_heading(statement, found) for statement in rows], last


class MaskedNames(Names):
    """Whom the lines name besides the member: never by an id, by a login only masked."""

    def __init__(self, *known: Names, own: str):
        super().__init__(*(names.members.values() for names in known))
        self.own = own

    def public(self, member_id: str | None) -> str | None:
        return super().public(member_id) if member_id in (None, self.own) else self.login(member_id)

    def login(self, member_id: str) -> str:
        member = self.members.get(member_id)
        return masked(member.login if member else None) or MASK


def _chosen(rows: list[Statement], currency: str, exact: bool) -> Statement:
    fitting = [row for row in rows if row.currency == currency] or ([] if exact else rows)
    if not fitting:
        raise NotFound(
            "no_statement",
            "Nothing moved in this month, or it is not closed yet; GET …/statements lists what there is.",
        )
    return fitting[0]


def _heading(statement: Statement, found: Profile) -> dict:
    return {
        "member": found.member.public_id,
        "month": statement.month,
        "number": statement.number,
        "currency": statement.currency,
        "time_zone": statement.time_zone,
        **asdict(statement.figures),
        "hash": statement.hash,
        "issued_at": instant_text(statement.issued_at),
    }


def _group(program: Program, group_id: str | None) -> dict | None:
    """The group as the program in force describes it; one that it has no longer goes by its id."""
    if group_id is None:
        return None
    for group in program.groups:
        if group.id == group_id:
            return {"id": group.id, "name": group.name, "description": group.description}
    return {"id": group_id, "name": group_id, "description": ""}
