"""/v1/webhooks: staff says where the shop's server listens, sees what was delivered there, and has it delivered again."""

from shared import outgoing_queue, outgoing_register
from shared.domain.act import Act
from shared.domain.webhook import Delivery, Webhook
from shared.http import Answer, Api, Request
from shared.idempotency import idempotent
from shared.levers import act_of, read_reason_if_any
from shared.outgoing_answers import delivery_answer, webhook_answer
from shared.problem import Conflict, NotFound
from shared.store import engine, webhooks
from shared.store.changes import put_change

handler = Api()


@handler.route("GET /v1/webhooks")
def list_webhooks(request: Request) -> Answer:
    page = request.page()
    found = [webhook for webhook in webhooks.webhooks() if webhook.id > page.after]
    some = found[: page.limit]
    rows = [webhook_answer(webhook, request.now) for webhook in some]
    return Answer(page.listing(rows, some[-1].id if len(found) > len(some) else None))


@handler.route("POST /v1/webhooks")
@idempotent
def post_webhook(request: Request) -> Answer:
    wanted = outgoing_register.read_form(request)

    made = engine.retrying(lambda: outgoing_register.make(wanted, act_of(request, "webhook_added", wanted.reason)))

    return _with_secret(made, request)


@handler.route("PUT /v1/webhooks/{id}")
def put_webhook(request: Request) -> Answer:
    webhook_id, wanted = request.path_id(), outgoing_register.read_form(request)

    act = act_of(request, "webhook_changed", wanted.reason)
    after = engine.retrying(lambda: outgoing_register.change(_webhook(webhook_id), wanted, act))

    return Answer(webhook_answer(after, request.now))


@handler.route("DELETE /v1/webhooks/{id}")
def delete_webhook(request: Request) -> Answer:
    webhook_id, act = request.path_id(), act_of(request, "webhook_taken_out", read_reason_if_any(request))

    engine.retrying(lambda: outgoing_register.drop(_webhook(webhook_id), act))

    return Answer(None, 204)


@handler.route("POST /v1/webhooks/{id}/secret")
@idempotent
def roll_secret(request: Request) -> Answer:
    webhook_id, act = request.path_id(), act_of(request, "webhook_secret_replaced", read_reason_if_any(request))

    rolled = engine.retrying(lambda: outgoing_register.roll(_webhook(webhook_id), act))

    return _with_secret(rolled, request)


@handler.route("GET /v1/webhooks/{id}/deliveries")
def list_deliveries(request: Request) -> Answer:
    webhook_id, page = request.path_id(), request.page()
    _webhook(webhook_id)
    found, last = webhooks.deliveries(webhook_id, request.now, page.limit, page.after)
    return Answer(page.listing([delivery_answer(delivery) for delivery in found], last))


@handler.route("POST /v1/webhooks/{id}/deliveries/{delivery}/replay")
def replay_delivery(request: Request) -> Answer:
    webhook_id, delivery_id = request.path_id(), request.path_id("delivery")

    again = engine.retrying(lambda: _again(webhook_id, delivery_id, act_of(request, "delivery_replayed")))

    return Answer(delivery_answer(again), 202)


def _again(webhook_id: str, delivery_id: str, act: Act) -> Delivery:
    """Where its message is lost on the way, asking once more is all it takes."""
    webhook, delivery = _webhook(webhook_id), webhooks.delivery(webhook_id, delivery_id)
    if delivery is None:
        raise NotFound("unknown_delivery", "Nothing was delivered under this id; GET /v1/webhooks/{id}/deliveries lists the last 30 days.")
    if webhook.disabled_because:
        raise Conflict("webhook_disabled", "The endpoint is disabled; enable it first with PUT /v1/webhooks/{id}.")
    again = delivery.again()
    told = put_change(act, {"webhook": webhook_id, "delivery": delivery_id}, {"status": delivery.state}, {"status": again.state})
    engine.write([webhooks.put_delivery(again), told])
    outgoing_queue.send_attempt(again, again.attempts)
    return again


def _webhook(webhook_id: str) -> Webhook:
    found = webhooks.webhook(webhook_id)
    if found is None:
        raise NotFound("unknown_webhook", "No endpoint has this id; GET /v1/webhooks lists them.")
    return found


def _with_secret(webhook: Webhook, request: Request) -> Answer:
    """The only time that a secret is told."""
    return Answer({"secret": webhook.secrets[0].text} | webhook_answer(webhook, request.now), 201)
