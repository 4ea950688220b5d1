"""The shop's endpoints: read from what staff sends, made, changed, given new secrets."""

import base64
import secrets
from dataclasses import dataclass, replace
from typing import Annotated

from shared.domain.document import parse_choice
from shared.domain.kinds import Flag
from shared.domain.outgoing.webhook import BY_STAFF, WebhookDelivery, WebhookEndpoint, WebhookSecret
from shared.domain.record import Kind, Record
from shared.domain.staff_action import Reason, StaffAction
from shared.outgoing import waiting
from shared.outgoing.address import LONGEST_URL, check_url
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
    """What staff says of an endpoint. No `types` means all; the `reason` is for the audit log."""

    url: Annotated[str, URL]
    types: Annotated[tuple[str, ...], _TYPES] = ()
    enabled: Flag = True
    reason: Reason | None = None


ENDPOINT_FORM = Record(EndpointForm, "WebhookForm")


def add_endpoint(form: EndpointForm, act: StaffAction) -> WebhookEndpoint:
    """Raises `Conflict` where there are as many as there may be."""
    if len(webhooks.list_webhooks()) >= webhooks.MOST_WEBHOOKS:
        raise Conflict(
            "too_many_webhooks",
            f"There are {webhooks.MOST_WEBHOOKS} endpoints already; delete one first.",
        )
    webhook_id = f"we_{secrets.token_urlsafe(9)}"
    new = WebhookEndpoint(
        webhook_id,
        form.url,
        form.types,
        (WebhookSecret(new_secret()),),
        act.at,
        None if form.enabled else BY_STAFF,
    )
    engine.write([webhooks.put_webhook(new), _audited(act, None, new)])
    return new


def change_endpoint(
    before: WebhookEndpoint, form: EndpointForm, act: StaffAction
) -> WebhookEndpoint:
    """Enabled again, an endpoint has all its days before it."""
    because = None if form.enabled else before.disabled_because or BY_STAFF
    since = before.failing_since if because == before.disabled_because else None
    after = replace(
        before, url=form.url, types=form.types, disabled_because=because, failing_since=since
    )
    if after != before:
        engine.write([webhooks.put_webhook(after), _audited(act, before, after)])
    return after


def replace_secret(before: WebhookEndpoint, act: StaffAction) -> WebhookEndpoint:
    after = before.rolled(new_secret(), act.at)
    engine.write([webhooks.put_webhook(after), _audited(act, before, after)])
    return after


def remove_endpoint(before: WebhookEndpoint, act: StaffAction) -> None:
    engine.write([webhooks.drop_webhook(before), _audited(act, before, None)])


def replay_delivery(webhook_id: str, delivery_id: str, act: StaffAction) -> WebhookDelivery:
    """What was delivered, on its way again; where its message is lost, asking once more is all it takes. Raises `NotFound`, `Conflict`."""
    webhook, delivery = (
        require_endpoint(webhook_id),
        webhooks.find_delivery(webhook_id, delivery_id),
    )
    if delivery is None:
        raise NotFound(
            "unknown_delivery",
            "Nothing was delivered under this id; GET /v1/webhooks/{id}/deliveries lists the last 30 days.",
        )
    if webhook.disabled_because:
        raise Conflict(
            "webhook_disabled",
            "The endpoint is disabled; enable it first with PUT /v1/webhooks/{id}.",
        )
    again = delivery.again()
    told = put_audit_line(
        act,
        {"webhook": webhook_id, "delivery": delivery_id},
        {"status": delivery.state},
        {"status": again.state},
    )
    engine.write([webhooks.put_delivery(again), told])
    waiting.send_attempt(again, again.attempts)
    return again


def require_endpoint(webhook_id: str) -> WebhookEndpoint:
    """Raises `NotFound`."""
    webhook = webhooks.find_webhook(webhook_id)
    if webhook is None:
        raise NotFound("unknown_webhook", "No endpoint has this id; GET /v1/webhooks lists them.")
    return webhook


def _audited(
    act: StaffAction, before: WebhookEndpoint | None, after: WebhookEndpoint | None
) -> Write:
    """The line in the audit, which never holds a secret."""
    return put_audit_line(
        act, {"webhook": (after or before).id}, before and _told(before), after and _told(after)
    )


def _told(webhook: WebhookEndpoint) -> dict:
    return {"url": webhook.url, "types": webhook.types, "enabled": webhook.disabled_because is None}


def new_secret() -> str:
    """As Standard Webhooks writes one."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()
