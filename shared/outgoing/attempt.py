"""One attempt to hand an event to the shop's server: signed, no redirects, no body read, an end to every wait."""

import http.client
import json
import ssl
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from shared.domain.outgoing.webhook import DeliveryOutcome, WebhookDelivery, WebhookEndpoint
from shared.outgoing.connection import connected, target_of
from shared.webhooks import standard

ATTEMPT_SECONDS = 10
"""The whole attempt, however slowly the other side drips."""


def attempt(
    webhook: WebhookEndpoint, delivery: WebhookDelivery, base_url: str, at: datetime
) -> DeliveryOutcome:
    """What came of it; nothing that the other side does is an error of ours."""
    body = json.dumps(delivery.body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "content-type": "application/json",
        "user-agent": "Grapevine",
        **signed(webhook, delivery.event, body, at),
    }
    try:
        return DeliveryOutcome(_status(webhook.url, body, headers, base_url))
    except ValueError:
        return DeliveryOutcome(problem="address_refused")
    except ssl.SSLError:
        return DeliveryOutcome(problem="tls_failed")
    except TimeoutError:
        return DeliveryOutcome(problem="timeout")
    except (OSError, http.client.HTTPException):
        return DeliveryOutcome(problem="no_answer")


def signed(webhook: WebhookEndpoint, event: str, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks; while a secret is replaced, one signature for each of the two."""
    each = [standard.SIGNATURE.sign(secret, body, at, event) for secret in webhook.signing(at)]
    return {
        **each[0],
        "webhook-signature": " ".join(headers["webhook-signature"] for headers in each),
    }


def _status(url: str, body: bytes, headers: Mapping[str, str], base_url: str) -> int:
    with connected(url, base_url, ATTEMPT_SECONDS) as connection:
        connection.request("POST", target_of(url), body, {"host": urlsplit(url).netloc, **headers})
        return connection.getresponse().status
