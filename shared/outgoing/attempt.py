"""One attempt to send an event to the shop's server: signed, without redirects, with a time limit."""

import http.client
import json
import ssl
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlsplit

from shared.domain.outgoing.webhook import (
    Answered,
    DeliveryOutcome,
    NotAnswered,
    WebhookDelivery,
    WebhookEndpoint,
)
from shared.outgoing.connection import open_connection, request_target
from shared.webhooks import standard

ATTEMPT_SECONDS = 10
"""Limit for the whole attempt, however slowly the server answers."""


def send_webhook(
    webhook: WebhookEndpoint, delivery: WebhookDelivery, base_url: str, at: datetime
) -> DeliveryOutcome:
    """Sends an event and returns the outcome. Failures of the network or the server are returned,
    not raised. The body of the answer is not read.
    """
    body = json.dumps(delivery.body, ensure_ascii=False, separators=(",", ":")).encode()
    headers = {
        "content-type": "application/json",
        "user-agent": "Grapevine",
        **signed_headers(webhook, delivery.event, body, at),
    }
    try:
        return Answered(_status(webhook.url, body, headers, base_url))
    except ValueError:
        return NotAnswered("address_refused")
    except ssl.SSLError:
        return NotAnswered("tls_failed")
    except TimeoutError:
        return NotAnswered("timeout")
    except (OSError, http.client.HTTPException):
        return NotAnswered("no_answer")


def signed_headers(
    webhook: WebhookEndpoint, event: str, body: bytes, at: datetime
) -> dict[str, str]:
    """The headers of Standard Webhooks, with one signature for each secret that is valid now."""
    signatures = [
        standard.SIGNATURE.sign(secret, body, at, event) for secret in webhook.signing(at)
    ]
    joined = " ".join(headers["webhook-signature"] for headers in signatures)
    return {**signatures[0], "webhook-signature": joined}


def _status(url: str, body: bytes, headers: Mapping[str, str], base_url: str) -> int:
    with open_connection(url, base_url, ATTEMPT_SECONDS) as connection:
        connection.request(
            "POST", request_target(url), body, {"host": urlsplit(url).netloc, **headers}
        )
        return connection.getresponse().status
