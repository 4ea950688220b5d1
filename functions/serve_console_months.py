"""/console/settlements…, /console/statements…, /console/mails: closed months and their mails."""

from functools import reduce

from shared.api.http import Answer
from shared.console.listing import answer_list, parse_list_request
from shared.console.month_lists import (
    FIGURES,
    MAIL_COLUMNS,
    RUN_COLUMNS,
    STATEMENT_COLUMNS,
    list_mails,
    list_runs,
    list_statements,
)
from shared.console.month_page import load_maturing, load_month_before
from shared.console.roles import LOOK, STEER
from shared.console.site import Console, ConsoleRequest
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.ledger.settlement import OpenRun
from shared.domain.month import month_after, month_before, parse_month
from shared.jobs.settlement_plan import last_ended_month
from shared.jobs.settlement_report import planned_answer, run_answer
from shared.jobs.settlement_request import parse_closable_month, request_settlement
from shared.members.profile import load_profile
from shared.portal.statements import load_statement
from shared.problem import NotFound
from shared.store import engine
from shared.store.ledger.settlements import find_last_run, find_run
from shared.store.programs import mails, programs
from shared.store.programs.audit_log import put_audit_line
from shared.words import sentence

MOST_OFFERED = 12
"""Months that the form offers to close."""
handler = Console()


@handler.page("GET /console/settlements", LOOK)
def get_settlements(request: ConsoleRequest) -> Answer:
    last, newest = last_ended_month(request.http.now), find_last_run()
    return answer_list(
        request,
        "settlements.html",
        parse_list_request(request.http),
        list_runs,
        RUN_COLUMNS,
        offered=_months_until(last),
        waiting=newest.month if isinstance(newest, OpenRun) else None,
        last=last,
    )


@handler.page("POST /console/settlements", STEER, form_on="GET /console/settlements")
def post_settlement(request: ConsoleRequest) -> Answer:
    month = _month_to_close(request)

    action = request.action("settlement_asked")
    engine.write([put_audit_line(action, {"settlement": month}, None, {"month": month})])
    request_settlement(month, request.http.now)

    return request.redirect(f"/console/settlements/{month}", "settlement_asked")


@handler.page("GET /console/settlements/{month}", LOOK)
def get_settlement(request: ConsoleRequest) -> Answer:
    month = request.http.path_month()
    run = find_run(month)
    if run is None and month > last_ended_month(request.http.now):
        raise NotFound("no_settlement", "This month is not over yet.")
    currency = programs.active_program_of(programs.load_active_item(programs.DEFAULT)).currency
    return request.page(
        "settlement.html",
        run=run_answer(run) if run else planned_answer(month),
        next_month=month_after(month),
        month_before=load_month_before(month) if run else None,
        maturing=load_maturing(run, currency) if run else None,
        currency=currency,
        figures=FIGURES,
        mails=mails.count_outcomes(month),
    )


@handler.page("GET /console/statements", LOOK)
def get_statements(request: ConsoleRequest) -> Answer:
    list_request = parse_list_request(request.http, "month", "member")
    if list_request.filters["month"]:
        _check_month(list_request.filters["month"])
    return answer_list(
        request,
        "statements.html",
        list_request,
        lambda limit, after: list_statements(list_request.filters, limit, after),
        STATEMENT_COLUMNS,
    )


@handler.page("GET /console/statements/{member}/{month}", LOOK)
def get_statement(request: ConsoleRequest) -> Answer:
    member_id, month = request.http.path_id("member"), request.http.path_month()
    profile = load_profile(member_id)
    return request.page(
        "statement.html",
        statement=load_statement(profile, month, request.http.query("currency"), for_shop=True),
        member=profile.member,
        say=lambda reason: sentence(reason, str, request.language),
    )


@handler.page("GET /console/mails", LOOK)
def get_mails(request: ConsoleRequest) -> Answer:
    list_request = parse_list_request(request.http, "member")
    return answer_list(
        request,
        "mails.html",
        list_request,
        lambda limit, after: list_mails(list_request.filters["member"], limit, after),
        MAIL_COLUMNS,
    )


def _month_to_close(request: ConsoleRequest) -> str:
    """The field `month` of the form. Raises `InvalidDocument` if the month cannot be closed."""
    text = request.http.form().get("month", "")
    try:
        return parse_closable_month(text, last_ended_month(request.http.now))
    except ValueError as error:
        raise InvalidDocument([FieldError("month", str(error))]) from None


def _check_month(text: str) -> None:
    """Raises `InvalidDocument` for a filter that is not a month."""
    try:
        parse_month(text)
    except ValueError as error:
        raise InvalidDocument([FieldError("month", str(error))]) from None


def _months_until(last: str) -> list[str]:
    """The month `last` and the months before it, `MOST_OFFERED` in total, newest first."""
    return reduce(
        lambda months, _: [*months, month_before(months[-1])], range(MOST_OFFERED - 1), [last]
    )
