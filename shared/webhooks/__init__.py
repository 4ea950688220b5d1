"""Processors: is a delivery authentic, and what does it say about an order, in our words."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from shared.webhooks import shopify, standard, stripe, woocommerce
from shared.webhooks.delivery import REASONS, Delivery, Parked, Told, Unusable, open_delivery

__all__ = ["PROVIDERS", "REASONS", "Delivery", "Parked", "Told", "open_delivery", "translate", "translate_delivery"]

_TRANSLATORS: dict[str, Callable[[Delivery], Told]] = {
    "stripe": stripe.translate,
    "shopify": shopify.translate,
    "woocommerce": woocommerce.translate,
    "standard": standard.translate,
}
PROVIDERS = tuple(_TRANSLATORS)
LARGEST_FACTS = 240 * 1024
"""Bytes; an entry of EventBridge may have 256 KiB with everything around the facts."""


def translate(provider: str, headers: Mapping[str, str], body: bytes, at: datetime, *, accept_sandbox: bool = False) -> Told | Parked:
    """What a verified body says; `at` is its arrival. Raises `KeyError` for a provider that is none of `PROVIDERS`."""
    return translate_delivery(open_delivery(provider, headers, body, at, accept_sandbox))


def translate_delivery(delivery: Delivery) -> Told | Parked:
    """What a delivery that was opened says."""
    translator = _TRANSLATORS[delivery.provider]
    try:
        if not isinstance(delivery.document, dict):
            raise Unusable("unreadable_body")
        return _fitting(translator(delivery))
    except Unusable as unusable:
        return unusable.parked


def _fitting(told: Told) -> Told:
    """Raises `Unusable` for facts that the bus would not take; those of `standard` may be of any size."""
    if len(json.dumps(told.facts, ensure_ascii=False).encode()) > LARGEST_FACTS:
        raise Unusable("too_large")
    return told
