"""The documents of the shop's endpoints and of what was delivered there, as JSON Schema."""

from shared.openapi.schemas import COUNT, FLAG, INSTANT, TEXT, nullable, record, rows
from shared.openapi.staff import REASON_GIVEN
from shared.outgoing.events import TYPES

URL = {"type": "string", "maxLength": 512, "description": "https, of a public host"}
_TYPE = {"enum": list(TYPES)}
_WISHES = {
    "types": nullable(rows(_TYPE, len(TYPES))),
    "enabled": nullable(FLAG),
    "reason": nullable(REASON_GIVEN),
}
WEBHOOK_FORM = record("url", _WISHES, url=URL)
_WEBHOOK = {
    "id": TEXT,
    "url": URL,
    "types": rows(_TYPE),
    "enabled": FLAG,
    "disabled_because": {"enum": ["by_staff", "failing", "gone", None]},
    "failing_since": nullable(INSTANT),
    "made_at": INSTANT,
    "old_secret_until": nullable(INSTANT),
}
DELIVERY = record(
    "*",
    id=TEXT,
    event=TEXT,
    type=_TYPE,
    at=INSTANT,
    status={"enum": ["waiting", "delivered", "failed"]},
    attempts=COUNT,
    tried_at=nullable(INSTANT),
    response=nullable(COUNT),
    problem={
        "enum": ["address_refused", "no_answer", "timeout", "tls_failed", "webhook_disabled", None]
    },
    next_at=nullable(INSTANT),
)


def webhook_schemas() -> dict[str, dict]:
    """Every document by its name."""
    return {
        "Delivery": DELIVERY,
        "NewWebhook": record("*", secret=TEXT, **_WEBHOOK),
        "Webhook": record("*", **_WEBHOOK),
        "WebhookForm": WEBHOOK_FORM,
    }
