"""/v1/parked…, /v1/verify…, /v1/audit, /openapi.json: parked deliveries, the ledger recomputed, the
audit log, the API's description.
"""

from shared import metrics
from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.api.staff_actions import staff_action_of
from shared.jobs.verification import verification_answer, verify_or_begin
from shared.openapi.document import openapi
from shared.orders import parking
from shared.problem import NotFound
from shared.store.programs import audit_log, parked
from shared.store.programs.verifications import Verification, find_verification

handler = Api()


@handler.route("GET /v1/parked")
def list_parked(request: Request) -> Answer:
    page = request.page()
    rows, last = parked.list_parked(page.limit, page.after)
    return Answer(page.listing(rows, last))


@handler.route("POST /v1/parked/{id}/retry")
def retry_parked(request: Request) -> Answer:
    row = parking.retry_parked(request.path_id(), staff_action_of(request, "parked_retried"))
    return Answer(parked.show_parked(row), 202)


@handler.route("POST /v1/verify")
def verify(request: Request) -> Answer:
    """Answers 200 with the differences if the ledger is small enough to be recomputed while the
    caller waits. For a larger one, answers 202 with a verification that jobs then carry out.
    """
    outcome = verify_or_begin(request.now, request.caller.key or request.caller.scope)
    if isinstance(outcome, Verification):
        return Answer(verification_answer(outcome), 202)
    metrics.count(metrics.VERIFY_DIFFERENCES, len(outcome["differences"]))
    return Answer(outcome)


@handler.route("GET /v1/verify/{id}")
def get_verification(request: Request) -> Answer:
    run = find_verification(request.path_id())
    if run is None:
        text = "No verification has this id. Start one with POST /v1/verify."
        raise NotFound("unknown_verification", text)
    return Answer(verification_answer(run))


@handler.route("GET /v1/audit")
def list_changes(request: Request) -> Answer:
    page = request.page()
    rows, last = audit_log.list_audit_lines(page.limit, page.after)
    return Answer(page.listing(rows, last))


@handler.route("GET /openapi.json")
def get_openapi(request: Request) -> Answer:
    return Answer(openapi())
