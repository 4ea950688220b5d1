"""/v1/webhooks: staff says where the shop's server listens, sees what was delivered there, and has it delivered again."""

from shared.api.http import Answer, Api, Request
from shared.api.idempotency import idempotent
from shared.api.staff_actions import read_reason_if_any, staff_action_of
from shared.domain.document import Document
from shared.domain.outgoing.webhook import WebhookEndpoint
from shared.outgoing import endpoints
from shared.outgoing.answers import delivery_answer, webhook_answer
from shared.outgoing.endpoints import found
from shared.store import engine
from shared.store.programs import webhooks

handler = Api()


@handler.route("GET /v1/webhooks")
def list_webhooks(request: Request) -> Answer:
    page = request.page()
    left = [webhook for webhook in webhooks.webhooks() if webhook.id > page.after]
    some = left[: page.limit]
    rows = [webhook_answer(webhook, request.now) for webhook in some]
    return Answer(page.listing(rows, some[-1].id if len(left) > len(some) else None))


@handler.route("POST /v1/webhooks")
@idempotent
def post_webhook(request: Request) -> Answer:
    wanted = endpoints.read_form(Document(request.body()))

    made = engine.retrying(
        lambda: endpoints.make(wanted, staff_action_of(request, "webhook_added", wanted.reason))
    )

    return _with_secret(made, request)


@handler.route("PUT /v1/webhooks/{id}")
def put_webhook(request: Request) -> Answer:
    webhook_id, wanted = request.path_id(), endpoints.read_form(Document(request.body()))

    act = staff_action_of(request, "webhook_changed", wanted.reason)
    after = engine.retrying(lambda: endpoints.change(found(webhook_id), wanted, act))

    return Answer(webhook_answer(after, request.now))


@handler.route("DELETE /v1/webhooks/{id}")
def delete_webhook(request: Request) -> Answer:
    webhook_id, act = (
        request.path_id(),
        staff_action_of(request, "webhook_taken_out", read_reason_if_any(request)),
    )

    engine.retrying(lambda: endpoints.drop(found(webhook_id), act))

    return Answer(None, 204)


@handler.route("POST /v1/webhooks/{id}/secret")
@idempotent
def roll_secret(request: Request) -> Answer:
    webhook_id, act = (
        request.path_id(),
        staff_action_of(request, "webhook_secret_replaced", read_reason_if_any(request)),
    )

    rolled = engine.retrying(lambda: endpoints.roll(found(webhook_id), act))

    return _with_secret(rolled, request)


@handler.route("GET /v1/webhooks/{id}/deliveries")
def list_deliveries(request: Request) -> Answer:
    webhook_id, page = request.path_id(), request.page()
    found(webhook_id)
    rows, last = webhooks.deliveries(webhook_id, request.now, page.limit, page.after)
    return Answer(page.listing([delivery_answer(delivery) for delivery in rows], last))


@handler.route("POST /v1/webhooks/{id}/deliveries/{delivery}/replay")
def replay_delivery(request: Request) -> Answer:
    webhook_id, delivery_id = request.path_id(), request.path_id("delivery")

    again = engine.retrying(
        lambda: endpoints.replay(
            webhook_id, delivery_id, staff_action_of(request, "delivery_replayed")
        )
    )

    return Answer(delivery_answer(again), 202)


def _with_secret(webhook: WebhookEndpoint, request: Request) -> Answer:
    """The only time that a secret is told."""
    return Answer({"secret": webhook.secrets[0].text} | webhook_answer(webhook, request.now), 201)
