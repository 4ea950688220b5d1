"""/console/keys…, /webhooks…, /parked…, /settings: what comes in, what goes out, and who may call."""

import os

from shared import secrets
from shared.api import key_management
from shared.api.access import SCOPES
from shared.api.http import Answer
from shared.api.key_management import MOST_OVERLAP_HOURS, USUAL_OVERLAP_HOURS
from shared.console import connections
from shared.console.connections import columns
from shared.console.listing import listing, view_of
from shared.console.roles import HELP, LOOK, OWN
from shared.console.settings import settings
from shared.console.site import Console, Desk, segment
from shared.orders import retry_parked
from shared.outgoing import endpoints
from shared.outgoing.answers import webhook_answer
from shared.outgoing.events import TYPES
from shared.store import engine

KEYS, WEBHOOKS, PARKED = "/console/keys", "/console/webhooks", "/console/parked"
handler = Console()


@handler.page("GET /console/keys", LOOK)
def get_keys(desk: Desk) -> Answer:
    told = {
        "scopes": SCOPES,
        "usual_hours": USUAL_OVERLAP_HOURS,
        "most_hours": MOST_OVERLAP_HOURS,
        "now": desk.request.now,
    }
    return listing(
        desk,
        "keys.html",
        view_of(desk.request),
        connections.keys_of,
        columns(connections.KEYS),
        **told,
    )


@handler.page("POST /console/keys", OWN)
def post_key(desk: Desk) -> Answer:
    made = connections.make_key(
        desk.request.form(), desk.act("key_made", desk.reason(required=False))
    )
    return _shown_once(desk, made["key"], KEYS, made)


@handler.page("POST /console/keys/{prefix}/replace", OWN)
def post_replacement(desk: Desk) -> Answer:
    act = desk.act("key_replaced", desk.reason(required=False))
    made = connections.replace_key(desk.request.path("prefix"), desk.request.form(), act)
    return _shown_once(desk, made["key"], KEYS, made)


@handler.page("POST /console/keys/{prefix}/take-back", OWN)
def take_key_back(desk: Desk) -> Answer:
    key_management.take_back(
        desk.request.path("prefix"), desk.act("key_taken_back", desk.reason(required=False))
    )
    return desk.go(KEYS, "key_taken_back")


@handler.page("GET /console/webhooks", LOOK)
def get_webhooks(desk: Desk) -> Answer:
    return desk.page("webhooks.html", rows=connections.webhooks_of(desk.request.now), types=TYPES)


@handler.page("POST /console/webhooks", OWN)
def post_webhook(desk: Desk) -> Answer:
    act = desk.act("webhook_added", desk.reason(required=False))
    wanted = connections.endpoint_in(desk.request.form() | {"enabled": "yes"}, act.why)

    made = engine.retrying(lambda: endpoints.make(wanted, act))

    return _shown_once(desk, made.secrets[0].text, f"{WEBHOOKS}/{segment(made.id)}")


@handler.page("GET /console/webhooks/{id}", LOOK)
def get_webhook(desk: Desk) -> Answer:
    webhook_id, now = desk.request.path_id(), desk.request.now
    shown = webhook_answer(endpoints.found(webhook_id), now)
    return listing(
        desk,
        "webhook.html",
        view_of(desk.request),
        lambda limit, after: connections.deliveries_of(webhook_id, now, limit, after),
        columns(connections.DELIVERIES),
        webhook=shown,
        types=TYPES,
    )


@handler.page("POST /console/webhooks/{id}", OWN)
def change_webhook(desk: Desk) -> Answer:
    webhook_id, act = (
        desk.request.path_id(),
        desk.act("webhook_changed", desk.reason(required=False)),
    )
    wanted = connections.endpoint_in(desk.request.form(), act.why)

    engine.retrying(lambda: endpoints.change(endpoints.found(webhook_id), wanted, act))

    return desk.go(f"{WEBHOOKS}/{segment(webhook_id)}", "saved")


@handler.page("POST /console/webhooks/{id}/secret", OWN)
def post_secret(desk: Desk) -> Answer:
    webhook_id, act = (
        desk.request.path_id(),
        desk.act("webhook_secret_replaced", desk.reason(required=False)),
    )
    rolled = engine.retrying(lambda: endpoints.roll(endpoints.found(webhook_id), act))
    return _shown_once(desk, rolled.secrets[0].text, f"{WEBHOOKS}/{segment(webhook_id)}")


@handler.page("POST /console/webhooks/{id}/take-out", OWN)
def take_webhook_out(desk: Desk) -> Answer:
    webhook_id, act = (
        desk.request.path_id(),
        desk.act("webhook_taken_out", desk.reason(required=False)),
    )
    engine.retrying(lambda: endpoints.drop(endpoints.found(webhook_id), act))
    return desk.go(WEBHOOKS, "webhook_taken_out")


@handler.page("POST /console/webhooks/{id}/deliveries/{delivery}/replay", OWN)
def post_replay(desk: Desk) -> Answer:
    webhook_id, delivery_id = desk.request.path_id(), desk.request.path_id("delivery")
    engine.retrying(
        lambda: endpoints.replay(webhook_id, delivery_id, desk.act("delivery_replayed"))
    )
    return desk.go(f"{WEBHOOKS}/{segment(webhook_id)}", "replayed")


@handler.page("GET /console/parked", LOOK)
def get_parked(desk: Desk) -> Answer:
    return listing(
        desk,
        "parked.html",
        view_of(desk.request),
        connections.parked_of,
        columns(connections.PARKED),
    )


@handler.page("POST /console/parked/{id}/retry", HELP)
def post_retry(desk: Desk) -> Answer:
    retry_parked.retry(desk.request.path_id(), desk.act("parked_retried"))
    return desk.go(PARKED, "retried")


@handler.page("GET /console/settings", LOOK)
def get_settings(desk: Desk) -> Answer:
    return desk.page("settings.html", settings=settings(os.environ, secrets.document()))


def _shown_once(desk: Desk, secret: str, back: str, key: object = None) -> Answer:
    """The only time that a secret is told: on the answer to the form, never at an address."""
    return desk.page("secret.html", 201, secret=secret, back=back, key=key)
