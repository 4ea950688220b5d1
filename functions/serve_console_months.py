"""/console/settlements…, /console/statements…, /console/mails: months, how far they are closed, what they say and who was told."""

from functools import reduce

from shared.api.http import Answer
from shared.console.listing import listing, view_of
from shared.console.months import (
    FIGURES,
    MAILS,
    RUNS,
    STATEMENTS,
    is_unfinished,
    mails_of,
    runs_of,
    statements_of,
)
from shared.console.roles import LOOK, STEER
from shared.console.site import Console, Desk
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.month import month_before, parse_month
from shared.jobs import settlement_request
from shared.jobs.settlement_report import planned_answer, run_answer
from shared.members.profile import known_member
from shared.portal.statements import statement_of
from shared.problem import NotFound
from shared.store import engine
from shared.store.ledger.settlements import find_run, last_run
from shared.store.programs import mails
from shared.store.programs.audit_log import put_audit_line
from shared.store.reading import Reading
from shared.words import sentence

MOST_OFFERED = 12
"""Months that the form offers to close."""
handler = Console()


@handler.page("GET /console/settlements", LOOK)
def get_settlements(desk: Desk) -> Answer:
    last, newest = settlement_request.last_month(desk.request.now), last_run()
    return listing(
        desk,
        "settlements.html",
        view_of(desk.request),
        runs_of,
        RUNS,
        offered=_offered(last),
        waiting=newest.month if is_unfinished(newest) else None,
        last=last,
    )


@handler.page("POST /console/settlements", STEER)
def post_settlement(desk: Desk) -> Answer:
    month = _wanted(desk)

    engine.write(
        [
            put_audit_line(
                desk.act("settlement_asked"), {"settlement": month}, None, {"month": month}
            )
        ]
    )
    settlement_request.ask_for(month, desk.request.now)

    return desk.go(f"/console/settlements/{month}", "settlement_asked")


@handler.page("GET /console/settlements/{month}", LOOK)
def get_settlement(desk: Desk) -> Answer:
    month = desk.request.path_month()
    run = find_run(month)
    if run is None and month > settlement_request.last_month(desk.request.now):
        raise NotFound("no_settlement", "This month is not over.")
    told = run_answer(run) if run else planned_answer(month)
    return desk.page("settlement.html", run=told, figures=FIGURES, mails=mails.counted(month))


@handler.page("GET /console/statements", LOOK)
def get_statements(desk: Desk) -> Answer:
    view = view_of(desk.request, "month", "member")
    if view.filters["month"]:
        _month(view.filters["month"])
    return listing(
        desk,
        "statements.html",
        view,
        lambda limit, after: statements_of(view.filters, limit, after),
        STATEMENTS,
    )


@handler.page("GET /console/statements/{member}/{month}", LOOK)
def get_statement(desk: Desk) -> Answer:
    member_id, month = desk.request.path_id("member"), desk.request.path_month()
    member, told = (
        known_member(Reading(), member_id),
        statement_of(member_id, month, desk.request.query("currency")),
    )
    return desk.page(
        "statement.html",
        statement=told,
        member=member,
        say=lambda reason: sentence(reason, str, desk.language),
    )


@handler.page("GET /console/mails", LOOK)
def get_mails(desk: Desk) -> Answer:
    view = view_of(desk.request, "member")
    return listing(
        desk,
        "mails.html",
        view,
        lambda limit, after: mails_of(view.filters["member"], limit, after),
        MAILS,
    )


def _wanted(desk: Desk) -> str:
    try:
        return settlement_request.closable(
            desk.request.form().get("month", ""), settlement_request.last_month(desk.request.now)
        )
    except ValueError as error:
        raise InvalidDocument([FieldError("month", str(error))]) from None


def _month(text: str) -> str:
    try:
        return parse_month(text)
    except ValueError as error:
        raise InvalidDocument([FieldError("month", str(error))]) from None


def _offered(last: str) -> list[str]:
    """The last month that is over, and those before it."""
    return reduce(
        lambda months, _: [*months, month_before(months[-1])], range(MOST_OFFERED - 1), [last]
    )
