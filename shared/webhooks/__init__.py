"""Processors: is a delivery authentic, and what does it say about an order, in our words."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from shared.domain.document import InvalidDocument
from shared.domain.orders.facts_document import parse_order
from shared.webhooks import shopify, standard, stripe, woocommerce
from shared.webhooks.delivery import (
    REASONS,
    Parked,
    ProviderDelivery,
    ProviderFacts,
    Unusable,
    open_delivery,
)

__all__ = [
    "PROVIDERS",
    "REASONS",
    "Parked",
    "ProviderDelivery",
    "ProviderFacts",
    "open_delivery",
    "translate",
    "translate_delivery",
]

_TRANSLATORS: dict[str, Callable[[ProviderDelivery], ProviderFacts]] = {
    "stripe": stripe.translate,
    "shopify": shopify.translate,
    "woocommerce": woocommerce.translate,
    "standard": standard.translate,
}
PROVIDERS = tuple(_TRANSLATORS)
LARGEST_FACTS = 240 * 1024
"""Bytes; an entry of EventBridge may have 256 KiB with everything around the facts."""
LONGEST_FAULTS = 1000


def translate(
    provider: str,
    headers: Mapping[str, str],
    body: bytes,
    at: datetime,
    *,
    accept_sandbox: bool = False,
) -> ProviderFacts | Parked:
    """What a verified body says; `at` is its arrival. Raises `KeyError` for a provider that is none of `PROVIDERS`."""
    return translate_delivery(open_delivery(provider, headers, body, at, accept_sandbox))


def translate_delivery(delivery: ProviderDelivery) -> ProviderFacts | Parked:
    """What a delivery that was opened says."""
    translator = _TRANSLATORS[delivery.provider]
    try:
        if not isinstance(delivery.document, dict):
            raise Unusable("unreadable_body")
        return _readable(_fitting(translator(delivery)), delivery.at)
    except Unusable as unusable:
        return unusable.parked


def _fitting(told: ProviderFacts) -> ProviderFacts:
    """Raises `Unusable` for facts that the bus would not take; those of `standard` may be of any size."""
    if len(json.dumps(told.facts, ensure_ascii=False).encode()) > LARGEST_FACTS:
        raise Unusable("too_large")
    return told


def _readable(told: ProviderFacts, at: datetime) -> ProviderFacts:
    """Raises `Unusable` for facts in which a field cannot be what it says; whoever sent them is told so at once."""
    named = None if told.facts.get("id") else next(iter(told.facts["refs"]), None)
    try:
        parse_order(told.facts, named, at, str, whole=False)
    except InvalidDocument as invalid:
        raise Unusable("invalid_facts", str(invalid)[:LONGEST_FAULTS]) from None
    return told
