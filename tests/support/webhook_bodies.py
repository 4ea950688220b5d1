"""Bodies of webhooks: samples that processors publish, and small ones in the same form."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.webhooks import translate
from shared.webhooks.parking import ParkedDelivery
from shared.webhooks.provider import ProviderUpdate

PAYLOADS = Path(__file__).resolve().parents[3] / "shared" / "payloads"
ARRIVAL = datetime(2026, 3, 1, 10, 0, 0, tzinfo=UTC)

needs_payloads = pytest.mark.skipif(
    not PAYLOADS.is_dir(), reason=f"the published webhook bodies are not at {PAYLOADS}"
)


def published(name: str) -> bytes:
    if not PAYLOADS.is_dir():
        pytest.skip(f"the published webhook bodies are not at {PAYLOADS}")
    return (PAYLOADS / name).read_bytes()


def topic_headers(topic: str) -> dict[str, str]:
    return {"X-Shopify-Topic": topic, "X-WC-Webhook-Topic": topic}


def translate_one(
    provider: str, headers: dict, body: bytes, at: datetime, **options
) -> ProviderUpdate | ParkedDelivery:
    """What a delivery with one piece of news becomes."""
    (result,) = translate(provider, headers, body, at, **options)
    return result


def translate_document(
    provider: str, document: object, topic: str = "", **options
) -> ProviderUpdate | ParkedDelivery:
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return translate_one(provider, topic_headers(topic), body, ARRIVAL, **options)


def facts(provider: str, document: object, topic: str = "", **options) -> dict:
    result = translate_document(provider, document, topic, **options)
    assert isinstance(result, ProviderUpdate), result
    return result.facts


def reason(provider: str, document: object, topic: str = "", **options) -> str:
    result = translate_document(provider, document, topic, **options)
    assert isinstance(result, ParkedDelivery), result
    return result.reason


def stripe_event(topic: str, thing: dict, created: int = 1772359200, **fields) -> dict:
    """`created` is 2026-03-01T10:00:00Z."""
    return {
        "id": "evt_1",
        "object": "event",
        "type": topic,
        "created": created,
        "livemode": True,
        "data": {"object": thing},
    } | fields
