"""A member's statements as people read them: the frozen figures, and lines for the entries that a
statement covers.
"""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import islice
from typing import Any

from shared.api.member_answers import entry_answer
from shared.domain.instants import instant_text
from shared.domain.ledger.statement import Statement
from shared.domain.programs.program import Program
from shared.members.profile import Profile
from shared.members.shown_names import load_all_names, load_shown_names
from shared.problem import NotFound
from shared.store.ledger.accounts import entries_between
from shared.store.ledger.statements import list_member_statements, list_statements_of_month

MOST_LINES = 1_000
"""Lines in one answer. All further lines are in the member's entries."""


def load_statement(
    profile: Profile, month: str, currency: str | None = None, *, for_shop: bool = False
) -> dict[str, Any]:
    """A member's statement of a month, for the member or, with `for_shop`, for the shop.

    Without `currency`, the statement in the program's currency counts; if there is none, the first
    one in another currency. Raises `NotFound`.
    """
    statement = _choose(
        list(list_statements_of_month(profile.member.id, month)),
        currency or profile.program.currency,
        exact=currency is not None,
    )
    covered = entries_between(statement.member, statement.currency, statement.first, statement.last)
    entries = list(islice(covered, MOST_LINES))
    names = (load_all_names if for_shop else load_shown_names)(profile, entries)
    return {
        **_summary(statement, profile),
        "group": _group(profile.program, statement.group),
        "previous_group": _group(profile.program, statement.previous_group),
        "maturing": [
            {"available_on": date and instant_text(date), "amount": amount}
            for date, amount in statement.waiting
        ],
        "lines": [entry_answer(entry, names) for entry in entries],
        "lines_left_out": statement.last - statement.first + 1 - len(entries),
    }


def load_statement_page(
    profile: Profile, limit: int, after: str
) -> tuple[list[dict[str, Any]], str | None]:
    """A page of a member's statements without lines, newest first, and the cursor of the next page."""
    statements, last = list_member_statements(profile.member.id, limit, after)
    return [_summary(statement, profile) for statement in statements], last


def _choose(statements: Sequence[Statement], currency: str, exact: bool) -> Statement:
    """The statement in a currency. If there is none and `exact` is false, the first statement of
    the month.
    """
    fitting = [statement for statement in statements if statement.currency == currency]
    if not fitting and not exact:
        fitting = list(statements)
    if not fitting:
        raise NotFound(
            "no_statement",
            "There is no statement for this month: it had no activity or is not closed yet. "
            "GET …/statements lists the statements.",
        )
    return fitting[0]


def _summary(statement: Statement, profile: Profile) -> dict[str, Any]:
    return {
        "member": profile.member.public_id,
        "month": statement.month,
        "number": statement.number,
        "currency": statement.currency,
        "time_zone": statement.time_zone,
        **asdict(statement.figures),
        "hash": statement.hash,
        "issued_at": instant_text(statement.issued_at),
    }


def _group(program: Program, group_id: str | None) -> dict[str, str] | None:
    """The group as the active program describes it; only its id if the program no longer has it."""
    if group_id is None:
        return None
    group = program.group_named(group_id)
    if group is None:
        return {"id": group_id, "name": group_id, "description": ""}
    return {"id": group.id, "name": group.name, "description": group.description}
