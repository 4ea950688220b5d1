"""/console/keys…, /webhooks…, /connections…, /parked…: API keys, webhooks to the shop, connected
stores, parked deliveries. /webhooks/woocommerce/key: the key that a store was asked for.
"""

from collections.abc import Mapping
from dataclasses import replace

from shared.api import key_management
from shared.api.access import SCOPES
from shared.api.http import Answer, refused
from shared.api.key_management import MOST_OVERLAP_HOURS, USUAL_OVERLAP_HOURS
from shared.api.request import Request
from shared.connectors import connecting, key_requests
from shared.connectors.platforms import PLATFORMS
from shared.connectors.store_trial import send_test_order
from shared.console import connections, stores
from shared.console.connections import named_columns
from shared.console.listing import answer_list, parse_list_request
from shared.console.roles import HELP, LOOK, OWN
from shared.console.site import Console, ConsoleRequest, path_segment
from shared.orders import parking
from shared.outgoing import endpoints
from shared.outgoing.endpoints import endpoint_answer
from shared.outgoing.events import TYPES
from shared.problem import EXPECTED
from shared.settings import ShopSettings
from shared.store import engine
from shared.store.attributions.links import load_program
from shared.store.programs.daily_rates import find_retry

KEYS, WEBHOOKS, PARKED = "/console/keys", "/console/webhooks", "/console/parked"
CONNECTIONS = "/console/connections"
handler = Console()


@handler.page("GET /console/keys", LOOK)
def get_keys(request: ConsoleRequest) -> Answer:
    return answer_list(
        request,
        "keys.html",
        parse_list_request(request.http),
        connections.list_keys,
        named_columns(connections.KEY_FIELDS),
        scopes=SCOPES,
        usual_hours=USUAL_OVERLAP_HOURS,
        most_hours=MOST_OVERLAP_HOURS,
        now=request.http.now,
        our_url=ShopSettings.load().base_url.rstrip("/"),
    )


@handler.page("POST /console/keys", OWN, form_on="GET /console/keys")
def post_key(request: ConsoleRequest) -> Answer:
    action = request.action("key_made", request.reason(required=False))
    return _show_key(request, connections.make_key(request.http.form(), action))


@handler.page("POST /console/keys/{prefix}/replace", OWN, form_on="GET /console/keys")
def post_replacement(request: ConsoleRequest) -> Answer:
    prefix, form = request.http.path("prefix"), request.http.form()
    action = request.action("key_replaced", request.reason(required=False))
    return _show_key(request, connections.replace_key(prefix, form, action))


@handler.page("POST /console/keys/{prefix}/take-back", OWN, form_on="GET /console/keys")
def take_key_back(request: ConsoleRequest) -> Answer:
    action = request.action("key_taken_back", request.reason(required=False))
    key_management.revoke_key(request.http.path("prefix"), action)
    return request.redirect(KEYS, "key_taken_back")


@handler.page("GET /console/webhooks", LOOK)
def get_webhooks(request: ConsoleRequest) -> Answer:
    rows = connections.list_endpoints(request.http.now)
    return request.page("webhooks.html", rows=rows, types=TYPES)


@handler.page("POST /console/webhooks", OWN, form_on="GET /console/webhooks")
def post_webhook(request: ConsoleRequest) -> Answer:
    reason = request.reason(required=False)
    action = request.action("webhook_added", reason)
    fields = request.http.form() | {"enabled": "yes"}
    form = connections.parse_endpoint_form(fields, reason)

    endpoint = engine.retrying(lambda: endpoints.add_endpoint(form, action))

    return _show_secret(request, endpoint.secrets[0].text, endpoint.id)


@handler.page("GET /console/webhooks/{id}", LOOK)
def get_webhook(request: ConsoleRequest) -> Answer:
    webhook_id, now = request.http.path_id(), request.http.now
    webhook = endpoint_answer(endpoints.require_endpoint(webhook_id), now)
    return answer_list(
        request,
        "webhook.html",
        parse_list_request(request.http),
        lambda limit, after: connections.list_deliveries(webhook_id, now, limit, after),
        named_columns(connections.DELIVERY_FIELDS),
        webhook=webhook,
        types=TYPES,
    )


@handler.page("POST /console/webhooks/{id}", OWN, form_on="GET /console/webhooks/{id}")
def change_webhook(request: ConsoleRequest) -> Answer:
    webhook_id, reason = request.http.path_id(), request.reason(required=False)
    action = request.action("webhook_changed", reason)
    form = connections.parse_endpoint_form(request.http.form(), reason)

    engine.retrying(
        lambda: endpoints.change_endpoint(endpoints.require_endpoint(webhook_id), form, action)
    )

    return request.redirect(_webhook_path(webhook_id), "saved")


@handler.page("POST /console/webhooks/{id}/secret", OWN, form_on="GET /console/webhooks/{id}")
def post_secret(request: ConsoleRequest) -> Answer:
    webhook_id = request.http.path_id()
    action = request.action("webhook_secret_replaced", request.reason(required=False))
    endpoint = engine.retrying(
        lambda: endpoints.replace_secret(endpoints.require_endpoint(webhook_id), action)
    )
    return _show_secret(request, endpoint.secrets[0].text, webhook_id)


@handler.page("POST /console/webhooks/{id}/take-out", OWN, form_on="GET /console/webhooks/{id}")
def take_webhook_out(request: ConsoleRequest) -> Answer:
    webhook_id = request.http.path_id()
    action = request.action("webhook_taken_out", request.reason(required=False))
    engine.retrying(
        lambda: endpoints.remove_endpoint(endpoints.require_endpoint(webhook_id), action)
    )
    return request.redirect(WEBHOOKS, "webhook_taken_out")


@handler.page(
    "POST /console/webhooks/{id}/deliveries/{delivery}/replay",
    OWN,
    form_on="GET /console/webhooks/{id}",
)
def post_replay(request: ConsoleRequest) -> Answer:
    webhook_id, delivery_id = request.http.path_id(), request.http.path_id("delivery")
    action = request.action("delivery_replayed")
    engine.retrying(lambda: endpoints.replay_delivery(webhook_id, delivery_id, action))
    return request.redirect(_webhook_path(webhook_id), "replayed")


@handler.page("GET /console/connections", LOOK)
def get_connections(request: ConsoleRequest) -> Answer:
    program = load_program()
    return request.page(
        "connections.html",
        can_ask=key_requests.can_ask(),
        asked=key_requests.find_own(request.actor, request.http.now) if request.may(OWN) else None,
        rows=stores.list_stores(program),
        platforms=PLATFORMS.values(),
        has_discount=program.friend.discount is not None,
        our_url=ShopSettings.load().base_url.rstrip("/"),
    )


@handler.page("POST /console/connections", OWN, form_on="GET /console/connections")
def post_connection(request: ConsoleRequest) -> Answer:
    reason = request.reason(required=False)
    form = stores.parse_connection_form(request.http.form(), reason)
    stores.connect_store(form, request.action("store_connected", reason))
    return request.redirect(CONNECTIONS, "store_connected")


@handler.page("POST /console/connections/key-request", OWN, form_on="GET /console/connections")
def post_key_request(request: ConsoleRequest) -> Answer:
    """The page leads on by a header and a link, because `form-action` would also restrict a redirect
    to the store (decision 109).
    """
    action = request.action("store_connected", request.reason(required=False))
    address = key_requests.ask(request.http.form().get("store", ""), action)
    page = request.page("key_request.html", address=address)
    return replace(page, headers={**page.headers, "refresh": f"0; url={address}"})


@handler.page("GET /console/connections/key-request", OWN, form_on="GET /console/connections")
def finish_key_request(request: ConsoleRequest) -> Answer:
    """Where the store sends its administrator back to. The state in the address works once, for the
    owner who asked.
    """
    state, approved = request.http.query("user_id") or "", request.http.query("success") == "1"
    stores.connect_with_asked_key(state, approved, request.action("store_connected"))
    return request.redirect(CONNECTIONS, "store_connected")


@handler.route("POST /webhooks/woocommerce/key", largest=key_requests.LARGEST_KEY)
def post_asked_key(request: Request) -> Answer:
    """Answers 200 once the key is kept; the store deletes it after any other answer. The store is
    not asked here, because it may be slower than the gateway.
    """
    try:
        key_requests.take_key(request.body(), request.now)
    except EXPECTED as error:
        return refused(error)
    return Answer({"kept": True})


@handler.page("POST /console/connections/{id}/disconnect", OWN, form_on="GET /console/connections")
def post_disconnection(request: ConsoleRequest) -> Answer:
    action = request.action("store_left", request.reason(required=False))
    connecting.disconnect(request.http.path_id(), action)
    return request.redirect(CONNECTIONS, "store_left")


@handler.page("POST /console/connections/{id}/test-order", OWN, form_on="GET /console/connections")
def post_test_order(request: ConsoleRequest) -> Answer:
    send_test_order(request.http.path_id(), request.action("store_tested"))
    return request.redirect(CONNECTIONS, "store_tested")


@handler.page("GET /console/parked", LOOK)
def get_parked(request: ConsoleRequest) -> Answer:
    return answer_list(
        request,
        "parked.html",
        parse_list_request(request.http),
        connections.list_parked,
        named_columns(connections.PARKED_FIELDS),
        retry=find_retry(load_program().currency),
    )


@handler.page("POST /console/parked/{id}/retry", HELP, form_on="GET /console/parked")
def post_retry(request: ConsoleRequest) -> Answer:
    parking.retry_parked(request.http.path_id(), request.action("parked_retried"))
    return request.redirect(PARKED, "retried")


def _show_key(request: ConsoleRequest, key: Mapping[str, object]) -> Answer:
    """Shows a new key in the answer to the form. It is shown nowhere else (decision 107)."""
    return request.page("secret.html", 201, secret=key["key"], back=KEYS, key=key)


def _show_secret(request: ConsoleRequest, secret: str, webhook_id: str) -> Answer:
    """Shows a new signing secret in the answer to the form. It is shown nowhere else (decision
    107).
    """
    back = _webhook_path(webhook_id)
    return request.page("secret.html", 201, secret=secret, back=back, key=None)


def _webhook_path(webhook_id: str) -> str:
    return f"{WEBHOOKS}/{path_segment(webhook_id)}"
