"""PUT and GET /v1/orders/{id}: the shop's server sends an order and gets the rewards in the answer.

The evaluation is the same as for events of the bus.
"""

from shared import secrets
from shared.api.answers import order_answer
from shared.api.http import Answer, Api
from shared.api.idempotency import idempotent
from shared.api.request import Request
from shared.domain.document import SourceDocument
from shared.domain.instants import parse_instant
from shared.orders.evaluate import evaluate_order, find_order, report_outcome
from shared.orders.update import parse_update
from shared.problem import NotFound

api = handler = Api()


@api.route("PUT /v1/orders/{id}")
@idempotent
def put_order(request: Request) -> Answer:
    """Evaluates the whole order in the body and answers with it and its rewards. With `dry_run` the
    answer is the same and nothing is written.
    """
    facts, order_id, dry_run = request.body(), request.path_id(), request.flag("dry_run")
    source = SourceDocument(facts)
    as_of = source.get("as_of", parse_instant, None)
    source.finish()
    update = parse_update(
        facts, request.now, secrets.hash_stored_email, order_id=order_id, as_of=as_of, whole=True
    )

    evaluation = evaluate_order(update, dry_run=dry_run)

    if not dry_run:
        report_outcome(evaluation)
    return Answer(order_answer(*evaluation))


@api.route("GET /v1/orders/{id}")
def get_order(request: Request) -> Answer:
    """Answers with the order and its rewards as they stand now, found by any of its ids."""
    evaluation = find_order(request.path_id(), request.now)
    if evaluation is None:
        raise NotFound(
            "unknown_order", "No order has this id. Send it first with PUT /v1/orders/{id}."
        )
    return Answer(order_answer(*evaluation))
