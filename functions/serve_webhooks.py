"""/v1/webhooks, /v1/connections: the shop's endpoints, and the stores that we are connected to."""

from shared.api.http import Answer, Api
from shared.api.idempotency import idempotent
from shared.api.request import Request
from shared.api.staff_actions import read_reason_if_any, staff_action_of
from shared.connectors import connecting
from shared.connectors.connecting import CONNECTION_FORM, connection_answer, require_connection
from shared.domain.outgoing.webhook import WebhookEndpoint
from shared.outgoing import endpoints
from shared.outgoing.endpoints import (
    ENDPOINT_FORM,
    delivery_answer,
    endpoint_answer,
    require_endpoint,
)
from shared.store import engine
from shared.store.programs import webhooks
from shared.store.programs.connections import list_connections

handler = Api(for_pages=False)


@handler.route("GET /v1/webhooks")
def list_webhooks(request: Request) -> Answer:
    page = request.page()
    following = [webhook for webhook in webhooks.list_webhooks() if webhook.id > page.after]
    shown = following[: page.limit]
    answers = [endpoint_answer(webhook, request.now) for webhook in shown]
    return Answer(page.listing(answers, shown[-1].id if len(following) > len(shown) else None))


@handler.route("POST /v1/webhooks")
@idempotent
def post_webhook(request: Request) -> Answer:
    form = ENDPOINT_FORM.parse(request.body())

    action = staff_action_of(request, "webhook_added", form.reason)
    added = engine.retrying(lambda: endpoints.add_endpoint(form, action))

    return _with_secret(added, request)


@handler.route("PUT /v1/webhooks/{id}")
def put_webhook(request: Request) -> Answer:
    webhook_id, form = request.path_id(), ENDPOINT_FORM.parse(request.body())

    action = staff_action_of(request, "webhook_changed", form.reason)
    after = engine.retrying(
        lambda: endpoints.change_endpoint(require_endpoint(webhook_id), form, action)
    )

    return Answer(endpoint_answer(after, request.now))


@handler.route("DELETE /v1/webhooks/{id}")
def delete_webhook(request: Request) -> Answer:
    webhook_id, reason = request.path_id(), read_reason_if_any(request)

    action = staff_action_of(request, "webhook_taken_out", reason)
    engine.retrying(lambda: endpoints.remove_endpoint(require_endpoint(webhook_id), action))

    return Answer(None, 204)


@handler.route("POST /v1/webhooks/{id}/secret")
@idempotent
def roll_secret(request: Request) -> Answer:
    webhook_id, reason = request.path_id(), read_reason_if_any(request)

    action = staff_action_of(request, "webhook_secret_replaced", reason)
    rolled = engine.retrying(lambda: endpoints.replace_secret(require_endpoint(webhook_id), action))

    return _with_secret(rolled, request)


@handler.route("GET /v1/webhooks/{id}/deliveries")
def list_deliveries(request: Request) -> Answer:
    webhook_id, page = request.path_id(), request.page()
    require_endpoint(webhook_id)
    deliveries, last = webhooks.list_deliveries(webhook_id, request.now, page.limit, page.after)
    return Answer(page.listing([delivery_answer(delivery) for delivery in deliveries], last))


@handler.route("POST /v1/webhooks/{id}/deliveries/{delivery}/replay")
def replay_delivery(request: Request) -> Answer:
    webhook_id, delivery_id = request.path_id(), request.path_id("delivery")

    action = staff_action_of(request, "delivery_replayed")
    again = engine.retrying(lambda: endpoints.replay_delivery(webhook_id, delivery_id, action))

    return Answer(delivery_answer(again), 202)


@handler.route("GET /v1/connections")
def get_connections(request: Request) -> Answer:
    """All connections on one page, because there are few."""
    answers = [connection_answer(connection) for connection in list_connections()]
    return Answer({"items": answers, "next_cursor": None})


@handler.route("POST /v1/connections")
def post_connection(request: Request) -> Answer:
    form = CONNECTION_FORM.parse(request.body())
    action = staff_action_of(request, "store_connected", form.reason)
    return Answer(connection_answer(connecting.connect(form, action)), 201)


@handler.route("GET /v1/connections/{id}")
def get_connection(request: Request) -> Answer:
    return Answer(connection_answer(require_connection(request.path_id())))


@handler.route("DELETE /v1/connections/{id}")
def delete_connection(request: Request) -> Answer:
    """Disconnects a store. Its codes and webhooks are removed after the answer."""
    reason = read_reason_if_any(request)
    connecting.disconnect(request.path_id(), staff_action_of(request, "store_left", reason))
    return Answer(None, 204)


def _with_secret(webhook: WebhookEndpoint, request: Request) -> Answer:
    """The answer with the new secret, which cannot be shown again."""
    return Answer({"secret": webhook.secrets[0].text} | endpoint_answer(webhook, request.now), 201)
