"""/v1/parked…, /v1/verify, /v1/audit, /openapi.json: staff sees what could not be used and who changed what, has the ledger recomputed."""

from shared import bus, metrics
from shared.http import Answer, Api, Request
from shared.levers import act_of
from shared.openapi import openapi
from shared.problem import Conflict, NotFound, Unavailable
from shared.store import audit, changes, parked
from shared.store.engine import Conflict as Changed
from shared.store.parked import NotParked, ParkedItem

handler = Api()


@handler.route("GET /v1/parked")
def list_parked(request: Request) -> Answer:
    page = request.page()
    rows, last = parked.listing(page.limit, page.after)
    return Answer(page.listing(rows, last))


@handler.route("POST /v1/parked/{id}/retry")
def retry_parked(request: Request) -> Answer:
    row = _waiting(request.path_id())

    try:
        parked.mark_retried(row, act_of(request, "parked_retried"))
        bus.tell("OrderChanged", row.detail, request.now)
    except Changed:
        raise _settled() from None
    except bus.BusRefused:
        raise Unavailable("bus_refused", "The event bus did not take it; try again in a second.") from None

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


def _waiting(parked_id: str) -> ParkedItem:
    """Something parked that can be tried again."""
    try:
        row = parked.find(parked_id)
    except NotParked:
        raise NotFound("unknown_parked", "Nothing is parked under this id; GET /v1/parked lists what is.") from None
    if row.settled:
        raise _settled()
    if row.detail is None:
        raise Conflict("not_retryable", "Nothing was kept of it that could be tried again; its text says what to do instead.")
    return row


def _settled() -> Conflict:
    return Conflict("settled", "It was used meanwhile; there is nothing left to try.")
