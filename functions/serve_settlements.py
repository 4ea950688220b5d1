"""/v1/settlements…: staff closes a month, or looks how far its closing is."""

from functools import partial, reduce

from shared import settlement_plan, settlement_queue
from shared.domain.document import REQUIRED, Document
from shared.domain.moment import instant_text
from shared.domain.month import month_before, parse_month
from shared.http import Answer, Api, Request
from shared.problem import NotFound
from shared.settlement_answers import heading, planned_answer, run_answer
from shared.settlement_queue import Turn
from shared.store.settlements import find_run, first_run, runs

MOST_MONTHS_BACK = 60
"""Months that staff may ask for where none was ever closed: each one before the first entry is a run over nothing."""
handler = Api()


@handler.route("POST /v1/settlements")
def post_settlement(request: Request) -> Answer:
    zone = settlement_plan.program_in_force().time_zone
    last = settlement_plan.last_ended(request.now, zone)
    month = _wanted(request, last)

    settlement_queue.ask([Turn(instant_text(request.now), month)])

    run = find_run(month)
    return Answer(run_answer(run) if run else planned_answer(month), 202)


@handler.route("GET /v1/settlements/{month}")
def get_settlement(request: Request) -> Answer:
    run = find_run(request.path_month())
    if run is None:
        raise NotFound("no_settlement", "This month was not closed; it is on the day after its end, or by POST /v1/settlements.")
    return Answer(run_answer(run))


@handler.route("GET /v1/settlements")
def list_settlements(request: Request) -> Answer:
    page = request.page()
    rows, last = runs(page.limit, page.after)
    return Answer(page.listing([heading(run) for run in rows], last))


def _wanted(request: Request, last: str) -> str:
    """The month asked for; raises `Invalid` where it is none, is not over, or lies before the first that was closed."""
    source = Document(request.body())
    month = source.field("month", REQUIRED, partial(_closable, _first(last), last))
    source.refuse_unknown()
    source.finish()
    return month


def _closable(first: str, last: str, value: object) -> str:
    month = parse_month(value)
    if month > last:
        raise ValueError(f"is not over; the last month that is, is {last}")
    if month < first:
        raise ValueError(f"lies before the first month that can be closed, {first}")
    return month


def _first(last: str) -> str:
    run = first_run()
    return run.month if run else reduce(lambda month, _: month_before(month), range(MOST_MONTHS_BACK), last)
