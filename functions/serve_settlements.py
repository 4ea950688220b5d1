"""/v1/settlements…: staff asks for a month to be closed, or checks its progress."""

from functools import partial

from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.domain.document import SourceDocument
from shared.jobs.settlement_plan import last_ended_month
from shared.jobs.settlement_report import run_answer, run_heading
from shared.jobs.settlement_request import parse_closable_month, request_settlement
from shared.problem import NotFound
from shared.store.ledger.settlements import find_run, list_settlement_runs

handler = Api()


@handler.route("POST /v1/settlements")
def post_settlement(request: Request) -> Answer:
    last = last_ended_month(request.now)
    source = SourceDocument(request.body())
    month = source.get("month", partial(parse_closable_month, last=last))
    source.refuse_unknown()
    source.finish()

    return Answer(request_settlement(month, request.now), 202)


@handler.route("GET /v1/settlements/{month}")
def get_settlement(request: Request) -> Answer:
    run = find_run(request.path_month())
    if run is None:
        raise NotFound(
            "no_settlement",
            "This month is not closed yet. It closes on the day after it ends, or with POST "
            "/v1/settlements.",
        )
    return Answer(run_answer(run))


@handler.route("GET /v1/settlements")
def list_settlements(request: Request) -> Answer:
    page = request.page()
    runs, last = list_settlement_runs(page.limit, page.after)
    return Answer(page.listing([run_heading(run) for run in runs], last))
