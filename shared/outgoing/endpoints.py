"""The shop's endpoints for our webhooks: staff adds, changes and lists them."""

import base64
import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from shared.domain.document import parse_choice
from shared.domain.instants import instant_text
from shared.domain.kinds import Flag
from shared.domain.outgoing.webhook import BY_STAFF, WebhookDelivery, WebhookEndpoint, WebhookSecret
from shared.domain.record import Record
from shared.domain.shape import Kind
from shared.domain.staff_action import StaffAction, StaffReason
from shared.outgoing.address import LONGEST_URL, check_url
from shared.outgoing.delivery import enqueue_attempt
from shared.outgoing.events import TYPES
from shared.problem import Conflict, NotFound
from shared.settings import ShopSettings
from shared.store import engine
from shared.store.engine import Write
from shared.store.programs import webhooks
from shared.store.programs.audit_log import put_audit_line

SECRET_BYTES = 32


def _parse_url(value: object) -> str:
    return check_url(value, ShopSettings.load().base_url)


def _parse_types(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > len(TYPES):
        raise ValueError(f"must be a list of at most {len(TYPES)} types of events")
    return tuple(dict.fromkeys(parse_choice(kind, TYPES) for kind in value))


URL = Kind(
    _parse_url,
    {"type": "string", "maxLength": LONGEST_URL, "description": "https, of a public host"},
)
_TYPES = Kind(
    _parse_types, {"type": "array", "items": {"enum": list(TYPES)}, "maxItems": len(TYPES)}, list
)


@dataclass(frozen=True, slots=True)
class EndpointForm:
    """What staff sends for an endpoint. Empty `types` means all types; the `reason` is for the
    audit log.
    """

    url: Annotated[str, URL]
    types: Annotated[tuple[str, ...], _TYPES] = ()
    enabled: Flag = True
    reason: StaffReason | None = None


ENDPOINT_FORM = Record(EndpointForm, "WebhookForm")


def add_endpoint(form: EndpointForm, action: StaffAction) -> WebhookEndpoint:
    """Adds an endpoint with a new secret. Raises `Conflict` if the shop has `MOST_WEBHOOKS`
    endpoints already.
    """
    if len(webhooks.list_webhooks()) >= webhooks.MOST_WEBHOOKS:
        raise Conflict(
            "too_many_webhooks",
            f"There are already {webhooks.MOST_WEBHOOKS} endpoints. Delete one first.",
        )
    added = WebhookEndpoint(
        f"we_{secrets.token_urlsafe(9)}",
        form.url,
        form.types,
        (WebhookSecret(new_secret()),),
        action.at,
        None if form.enabled else BY_STAFF,
    )
    engine.write([webhooks.put_webhook(added), _put_audit(added.id, action, None, added)])
    return added


def change_endpoint(
    before: WebhookEndpoint, form: EndpointForm, action: StaffAction
) -> WebhookEndpoint:
    """Changes an endpoint. If it is enabled again, its earlier failures are forgotten: the days of
    failure after which it is disabled are counted from 0.
    """
    because = None if form.enabled else before.disabled_because or BY_STAFF
    since = before.failing_since if because == before.disabled_because else None
    after = replace(
        before, url=form.url, types=form.types, disabled_because=because, failing_since=since
    )
    if after != before:
        engine.write([webhooks.put_webhook(after), _put_audit(after.id, action, before, after)])
    return after


def replace_secret(before: WebhookEndpoint, action: StaffAction) -> WebhookEndpoint:
    after = before.rolled(new_secret(), action.at)
    engine.write([webhooks.put_webhook(after), _put_audit(after.id, action, before, after)])
    return after


def remove_endpoint(before: WebhookEndpoint, action: StaffAction) -> None:
    engine.write([webhooks.drop_webhook(before), _put_audit(before.id, action, before, None)])


def replay_delivery(webhook_id: str, delivery_id: str, action: StaffAction) -> WebhookDelivery:
    """Sends a delivery once more, with a line in the audit log. Safe to repeat. Raises `NotFound`,
    and `Conflict` if the endpoint is disabled.
    """
    webhook = require_endpoint(webhook_id)
    delivery = webhooks.find_delivery(webhook_id, delivery_id)
    if delivery is None:
        raise NotFound(
            "unknown_delivery",
            "No delivery has this id. GET /v1/webhooks/{id}/deliveries lists the last 30 days.",
        )
    if webhook.disabled_because:
        raise Conflict(
            "webhook_disabled",
            "The endpoint is disabled. Enable it first with PUT /v1/webhooks/{id}.",
        )
    again = delivery.again()
    audit = put_audit_line(
        action,
        {"webhook": webhook_id, "delivery": delivery_id},
        {"status": delivery.state},
        {"status": again.state},
    )
    engine.write([webhooks.put_delivery(again), audit])
    enqueue_attempt(again, again.attempts)
    return again


def require_endpoint(webhook_id: str) -> WebhookEndpoint:
    """The endpoint with this id. Raises `NotFound`."""
    webhook = webhooks.find_webhook(webhook_id)
    if webhook is None:
        raise NotFound("unknown_webhook", "No endpoint has this id. GET /v1/webhooks lists them.")
    return webhook


def new_secret() -> str:
    """A random secret in the format of Standard Webhooks."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def endpoint_answer(webhook: WebhookEndpoint, at: datetime) -> dict[str, object]:
    """An endpoint as the API returns it, without its secrets.

    `old_secret_until`: until then, a secret that was replaced still signs.
    """
    ends = [secret.until for secret in webhook.secrets if secret.until and at < secret.until]
    return {
        "id": webhook.id,
        "url": webhook.url,
        "types": list(webhook.types),
        "enabled": webhook.disabled_because is None,
        "disabled_because": webhook.disabled_because,
        "failing_since": _instant_or_none(webhook.failing_since),
        "made_at": instant_text(webhook.made_at),
        "old_secret_until": _instant_or_none(ends[0] if ends else None),
    }


def delivery_answer(delivery: WebhookDelivery) -> dict[str, object]:
    """A delivery as the API returns it, without its body."""
    return {
        "id": delivery.id,
        "event": delivery.event,
        "type": delivery.kind,
        "at": instant_text(delivery.at),
        "status": delivery.state,
        "attempts": delivery.attempts,
        "tried_at": _instant_or_none(delivery.tried_at),
        "response": delivery.response,
        "problem": delivery.problem,
        "next_at": _instant_or_none(delivery.next_at),
    }


def _put_audit(
    webhook_id: str,
    action: StaffAction,
    before: WebhookEndpoint | None,
    after: WebhookEndpoint | None,
) -> Write:
    """Write of the line in the audit log. The line never contains a secret."""
    return put_audit_line(
        action,
        {"webhook": webhook_id},
        _audit_terms(before) if before else None,
        _audit_terms(after) if after else None,
    )


def _audit_terms(webhook: WebhookEndpoint) -> dict[str, object]:
    return {"url": webhook.url, "types": webhook.types, "enabled": webhook.disabled_because is None}


def _instant_or_none(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant else None
