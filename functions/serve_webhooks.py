"""/v1/webhooks: staff sets the endpoints of the shop's server, sees what was delivered, and delivers it
again.
"""

from shared.api.http import Answer, Api
from shared.api.idempotency import idempotent
from shared.api.request import Request
from shared.api.staff_actions import read_reason_if_any, staff_action_of
from shared.domain.outgoing.webhook import WebhookEndpoint
from shared.outgoing import endpoints
from shared.outgoing.answers import delivery_answer, endpoint_answer
from shared.outgoing.endpoints import ENDPOINT_FORM, require_endpoint
from shared.store import engine
from shared.store.programs import webhooks

handler = Api()


@handler.route("GET /v1/webhooks")
def list_webhooks(request: Request) -> Answer:
    page = request.page()
    rest = [endpoint for endpoint in webhooks.list_webhooks() if endpoint.id > page.after]
    shown = rest[: page.limit]
    rows = [endpoint_answer(endpoint, request.now) for endpoint in shown]
    return Answer(page.listing(rows, shown[-1].id if len(rest) > len(shown) else None))


@handler.route("POST /v1/webhooks")
@idempotent
def post_webhook(request: Request) -> Answer:
    form = ENDPOINT_FORM.parse(request.body())

    action = staff_action_of(request, "webhook_added", form.reason)
    endpoint = engine.retrying(lambda: endpoints.add_endpoint(form, action))

    return _answer_with_secret(endpoint, request)


@handler.route("PUT /v1/webhooks/{id}")
def put_webhook(request: Request) -> Answer:
    endpoint_id, form = request.path_id(), ENDPOINT_FORM.parse(request.body())

    action = staff_action_of(request, "webhook_changed", form.reason)
    endpoint = engine.retrying(
        lambda: endpoints.change_endpoint(require_endpoint(endpoint_id), form, action)
    )

    return Answer(endpoint_answer(endpoint, request.now))


@handler.route("DELETE /v1/webhooks/{id}")
def delete_webhook(request: Request) -> Answer:
    endpoint_id, reason = request.path_id(), read_reason_if_any(request)

    action = staff_action_of(request, "webhook_taken_out", reason)
    engine.retrying(lambda: endpoints.remove_endpoint(require_endpoint(endpoint_id), action))

    return Answer(None, 204)


@handler.route("POST /v1/webhooks/{id}/secret")
@idempotent
def post_secret(request: Request) -> Answer:
    endpoint_id, reason = request.path_id(), read_reason_if_any(request)

    action = staff_action_of(request, "webhook_secret_replaced", reason)
    endpoint = engine.retrying(
        lambda: endpoints.replace_secret(require_endpoint(endpoint_id), action)
    )

    return _answer_with_secret(endpoint, request)


@handler.route("GET /v1/webhooks/{id}/deliveries")
def list_deliveries(request: Request) -> Answer:
    endpoint_id, page = request.path_id(), request.page()
    require_endpoint(endpoint_id)
    rows, last = webhooks.list_deliveries(endpoint_id, request.now, page.limit, page.after)
    return Answer(page.listing([delivery_answer(delivery) for delivery in rows], last))


@handler.route("POST /v1/webhooks/{id}/deliveries/{delivery}/replay")
def replay_delivery(request: Request) -> Answer:
    endpoint_id, delivery_id = request.path_id(), request.path_id("delivery")

    action = staff_action_of(request, "delivery_replayed")
    delivery = engine.retrying(lambda: endpoints.replay_delivery(endpoint_id, delivery_id, action))

    return Answer(delivery_answer(delivery), 202)


def _answer_with_secret(endpoint: WebhookEndpoint, request: Request) -> Answer:
    """The only answer that contains a secret: right after it was made."""
    secret = {"secret": endpoint.secrets[0].text}
    return Answer(secret | endpoint_answer(endpoint, request.now), 201)
