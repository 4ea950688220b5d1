"""/v1/settlements…: staff closes a month, or looks how far its closing is."""

from functools import partial

from shared.api.http import Answer, Api, Request
from shared.domain.document import REQUIRED, Document
from shared.jobs import settlement_request
from shared.jobs.settlement_report import heading, run_answer
from shared.problem import NotFound
from shared.store.ledger.settlements import find_run, runs

handler = Api()


@handler.route("POST /v1/settlements")
def post_settlement(request: Request) -> Answer:
    last = settlement_request.last_month(request.now)
    source = Document(request.body())
    month = source.field("month", REQUIRED, partial(settlement_request.closable, last=last))
    source.refuse_unknown()
    source.finish()

    return Answer(settlement_request.ask_for(month, request.now), 202)


@handler.route("GET /v1/settlements/{month}")
def get_settlement(request: Request) -> Answer:
    run = find_run(request.path_month())
    if run is None:
        raise NotFound(
            "no_settlement",
            "This month was not closed; it is on the day after its end, or by POST /v1/settlements.",
        )
    return Answer(run_answer(run))


@handler.route("GET /v1/settlements")
def list_settlements(request: Request) -> Answer:
    page = request.page()
    rows, last = runs(page.limit, page.after)
    return Answer(page.listing([heading(run) for run in rows], last))
