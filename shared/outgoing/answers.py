"""What the API says of endpoints and deliveries: never a secret, never a body."""

from datetime import datetime

from shared.domain.instants import instant_text
from shared.domain.outgoing.webhook import WebhookDelivery, WebhookEndpoint


def webhook_answer(webhook: WebhookEndpoint, at: datetime) -> dict:
    """`old_secret_until` says how long the secret that was replaced still signs beside the new one."""
    old = next(
        (secret.until for secret in webhook.secrets if secret.until and at < secret.until), None
    )
    return {
        "id": webhook.id,
        "url": webhook.url,
        "types": list(webhook.types),
        "enabled": webhook.disabled_because is None,
        "disabled_because": webhook.disabled_because,
        "failing_since": _text(webhook.failing_since),
        "made_at": instant_text(webhook.made_at),
        "old_secret_until": _text(old),
    }


def delivery_answer(delivery: WebhookDelivery) -> dict:
    return {
        "id": delivery.id,
        "event": delivery.event,
        "type": delivery.kind,
        "at": instant_text(delivery.at),
        "status": delivery.state,
        "attempts": delivery.attempts,
        "tried_at": _text(delivery.tried_at),
        "response": delivery.response,
        "problem": delivery.problem,
        "next_at": _text(delivery.next_at),
    }


def _text(instant: datetime | None) -> str | None:
    return instant_text(instant) if instant else None
