"""Webhooks of payment processors and shop platforms, translated into updates of orders.

To add a provider, write one module that defines its `PROVIDER` (standard.py is an example) and
list it in `PROVIDERS`; docs/adding-a-processor.md leads through it. A provider with much to
translate is a package (woocommerce, stripe).
"""

import json
from collections.abc import Mapping
from datetime import datetime

from shared.domain.document import InvalidDocument
from shared.domain.orders.facts_document import parse_order
from shared.domain.orders.sources import Source
from shared.webhooks import (
    adyen,
    bigcommerce,
    lemonsqueezy,
    paddle,
    paddle_classic,
    paypal,
    shopify,
    square,
    standard,
    stripe,
    woocommerce,
)
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import ParkedDelivery, UnusableDelivery
from shared.webhooks.processor_api import NO_API, ProcessorApi
from shared.webhooks.provider import Provider, ProviderDelivery, ProviderUpdate
from shared.webhooks.signature import WeakSecret

PROVIDERS = {
    module.PROVIDER.name: module.PROVIDER
    for module in (
        stripe,
        shopify,
        woocommerce,
        square,
        adyen,
        paypal,
        paddle,
        paddle_classic,
        lemonsqueezy,
        bigcommerce,
        standard,
    )
}
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
    api: ProcessorApi = NO_API,
) -> list[ProviderUpdate | ParkedDelivery]:
    """What each piece of news in a verified body says about an order; `at` is its arrival.

    Raises `KeyError` for a provider that is none of `PROVIDERS`, and `ApiUnavailable`.
    """
    known = PROVIDERS[provider]
    try:
        deliveries = known.open_deliveries(headers, body, at, accept_sandbox, api)
    except UnusableDelivery as unusable:
        return [unusable.parked]
    return [_translate_news(known, delivery) for delivery in deliveries]


def translate_listed(
    provider: Provider, news: JsonObject, at: datetime, *, accept_sandbox: bool, api: ProcessorApi
) -> ProviderUpdate | ParkedDelivery:
    """What a provider's own list says, read as if a webhook had told it. Raises `ApiUnavailable`."""
    return _translate_news(provider, provider.delivery_of(news, at, accept_sandbox, {}, api))


def source_of(facts: object) -> Source:
    """Who tells the facts of an event: the provider that they name, else the shop's server."""
    name = facts.get("provider") if isinstance(facts, Mapping) else None
    provider = PROVIDERS.get(name) if isinstance(name, str) else None
    return provider.source if provider else Source.SHOP


def refused_secrets(secrets: Mapping[str, str]) -> dict[str, str]:
    """Why the webhooks of a provider are refused, by the name of each whose secret is too weak.

    A provider without any secret is not set up: its webhooks are refused, too, and it is named.
    """
    refused: dict[str, str] = {}
    for name, provider in PROVIDERS.items():
        try:
            provider.signature.check_secret(secrets.get(name) or "")
        except WeakSecret as weak:
            refused[name] = str(weak)
    return refused


def _translate_news(
    provider: Provider, delivery: ProviderDelivery
) -> ProviderUpdate | ParkedDelivery:
    try:
        update = provider.translate(delivery)
        _check_size(update)
        _check_fields(update, delivery)
    except UnusableDelivery as unusable:
        return unusable.parked
    return update


def _check_size(update: ProviderUpdate) -> None:
    """Raises `UnusableDelivery` for facts that the bus does not take."""
    if len(json.dumps(update.facts, ensure_ascii=False).encode()) > LARGEST_FACTS:
        raise UnusableDelivery("too_large")


def _check_fields(update: ProviderUpdate, delivery: ProviderDelivery) -> None:
    """Raises `UnusableDelivery` with the faults, so that the sender learns them at once."""
    order_id = None if update.facts.get("id") else update.first_ref
    try:
        parse_order(update.facts, order_id, delivery.at, str, whole=False)
    except InvalidDocument as invalid:
        raise UnusableDelivery("invalid_facts", str(invalid)[:LONGEST_FAULTS]) from None
