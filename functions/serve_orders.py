"""PUT and GET /v1/orders/{id}: the shop's server tells of an order and is answered at once, by the evaluation that the bus uses."""

from functools import partial

from shared import secrets
from shared.api.answers import order_answer
from shared.api.http import Answer, Api, Request
from shared.api.idempotency import idempotent
from shared.domain.document import Document
from shared.identity import email_hash
from shared.orders.evaluate import OrderUpdate, evaluate_order, look
from shared.orders.outcomes import count_outcome
from shared.problem import NotFound

api = handler = Api()


@api.route("PUT /v1/orders/{id}")
@idempotent
def put_order(request: Request) -> Answer:
    facts, order_id, dry_run = request.body(), request.path_id(), request.flag("dry_run")
    source = Document(facts)
    as_of = source.instant("as_of", None)
    source.finish()

    told = evaluate_order(
        OrderUpdate(facts, request.now, order_id, as_of, whole=True),
        partial(email_hash, secrets.pepper()),
        keep=not dry_run,
    )
    if not dry_run:
        count_outcome(told)

    return Answer(order_answer(told.sale, told.decision))


@api.route("GET /v1/orders/{id}")
def get_order(request: Request) -> Answer:
    told = look(request.path_id(), request.now)
    if told is None:
        raise NotFound("unknown_order", "No order has this id; tell it first with PUT.")
    return Answer(order_answer(told.sale, told.decision))
