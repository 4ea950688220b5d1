"""/v1/parked…, /v1/verify, /v1/audit, /openapi.json: staff sees what could not be used and who changed what, has the ledger recomputed."""

from shared import metrics
from shared.api.http import Answer, Api, Request
from shared.api.levers import act_of
from shared.openapi.document import openapi
from shared.orders.parked_again import retry
from shared.store import audit, changes, parked

handler = Api()


@handler.route("GET /v1/parked")
def list_parked(request: Request) -> Answer:
    page = request.page()
    rows, last = parked.listing(page.limit, page.after)
    return Answer(page.listing(rows, last))


@handler.route("POST /v1/parked/{id}/retry")
def retry_parked(request: Request) -> Answer:
    row = retry(request.path_id(), act_of(request, "parked_retried"))
    return Answer(parked.shown(row), 202)


@handler.route("POST /v1/verify")
def verify(request: Request) -> Answer:
    found = audit.verify()
    metrics.count(metrics.VERIFY_DIFFERENCES, len(found["differences"]))
    return Answer(found)


@handler.route("GET /v1/audit")
def list_changes(request: Request) -> Answer:
    page = request.page()
    rows, last = changes.listing(page.limit, page.after)
    return Answer(page.listing(rows, last))


@handler.route("GET /openapi.json")
def get_openapi(request: Request) -> Answer:
    return Answer(openapi())
