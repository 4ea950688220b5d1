"""What a processor delivers, and the two things that can become of it: it is told, or it is parked."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from shared.webhooks.document import identity, word

REASONS = {
    "irrelevant_topic": "This kind of news ({detail}) says nothing about an order's money; take it off the webhook's subscriptions.",
    "unreadable_body": "The body is not a JSON object; check what stands between the processor and this address.",
    "too_large": "The news is larger than the event bus takes; tell the order with PUT /v1/orders/{{id}}, in its known fields alone.",
    "not_an_event": "The body is a bare object without the event around it; point the processor's own webhook here.",
    "missing_id": "The news does not name its own object ({detail}), so nothing can be kept under it.",
    "invalid_facts": "These facts cannot be read; correct them and tell the order again: {detail}",
    "no_order_named": "The news names no order; find the sale in the processor's dashboard and tell it with PUT /v1/orders/{{id}}.",
    "missing_amount": "An amount is missing ({detail}); send the order again with its totals, or tell it with PUT /v1/orders/{{id}}.",
    "unusable_amount": "An amount is no whole number of minor units within bounds ({detail}); correct it and send the order again.",
    "currency_unknown": "The currency is no ISO 4217 code ({detail}); tell the order with PUT /v1/orders/{{id}} in one that is.",
    "currency_differs": "The refund is in another currency than the order and names no rate; tell it with PUT /v1/orders/{{id}}.",
    "unknown_status": "The status is not one that we know ({detail}); look it up at the processor and tell the order by hand.",
    "no_money_moved": "This refund moved no money, so nothing is taken back; there is nothing to do.",
    "inquiry": "The bank only asks, no money was withdrawn; if it becomes a chargeback, the processor will tell so.",
    "order_deleted": "The order's record was deleted, which is no refund; refund or cancel it in the shop to take the reward back.",
    "payment_not_made": "An attempt to pay came to nothing; the order may still be paid by another, so nothing changes.",
    "not_a_sale": "The checkout only stored a way to pay, nothing was sold; there is nothing to do.",
    "privacy_request": "A customer asks for their data or its erasure; answer it on the member's page.",
}
"""Every reason for which a delivery is parked, and what to do about it; `{detail}` names the part that it is about."""


@dataclass(frozen=True, slots=True)
class ProviderDelivery:
    """One authentic delivery: `topic` and `id` as the processor gives them, `at` its arrival, `document` its JSON or None.

    `accept_sandbox`: a shop that is not live yet, whose sandbox payments count as if they were real.
    """

    provider: str
    topic: str
    id: str | None
    at: datetime
    document: object
    accept_sandbox: bool = False


@dataclass(frozen=True, slots=True)
class ProviderFacts:
    """What the delivery says about an order: the JSON-ready detail of an `OrderChanged` event."""

    facts: dict


@dataclass(frozen=True, slots=True)
class Parked:
    """An authentic delivery that changes nothing: a stable reason and a sentence that says what to do."""

    reason: str
    text: str


class Unusable(Exception):
    """Raised while a delivery is read, by one of `REASONS`; it becomes a `Parked`."""

    def __init__(self, reason: str, detail: str = ""):
        super().__init__(reason)
        self.parked = Parked(reason, REASONS[reason].format(detail=detail))


TOPIC_HEADERS = {"shopify": "x-shopify-topic", "woocommerce": "x-wc-webhook-topic"}
ID_HEADERS = {
    "shopify": "x-shopify-webhook-id",
    "woocommerce": "x-wc-webhook-delivery-id",
    "standard": "webhook-id",
}


def header(headers: Mapping[str, str], name: str) -> str:
    """The value of a header whatever the case of its name, stripped; empty where it is absent."""
    for key, value in headers.items():
        if key.lower() == name:
            return str(value).strip()
    return ""


def open_delivery(
    provider: str,
    headers: Mapping[str, str],
    body: bytes,
    at: datetime,
    accept_sandbox: bool = False,
) -> ProviderDelivery:
    """Reads a verified body; topic and id are the signed ones where the body has them, else those of the unsigned headers."""
    document = _parse(body)
    signed = document if isinstance(document, dict) and provider not in TOPIC_HEADERS else {}
    topic = word(signed.get("type"), 100) or word(
        header(headers, TOPIC_HEADERS.get(provider, "")), 100
    )
    delivery_id = (identity(signed.get("id")) if provider == "stripe" else None) or identity(
        header(headers, ID_HEADERS.get(provider, ""))
    )
    return ProviderDelivery(provider, topic or "unnamed", delivery_id, at, document, accept_sandbox)


def _parse(body: bytes) -> object:
    try:
        return json.loads(body.decode(), parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
