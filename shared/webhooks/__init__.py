"""Translates webhooks of payment processors and shop platforms into updates of orders.

To add a provider, write one module that defines its `PROVIDER` (standard.py is an example) and list
it in `PROVIDERS`. docs/adding-a-processor.md describes each step. A provider with many kinds of
deliveries is a package (woocommerce, stripe).
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib import import_module

from shared.domain.document import InvalidDocument
from shared.domain.orders.facts_document import parse_order
from shared.domain.orders.sources import Source
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import ParkedDelivery, UnusableDelivery
from shared.webhooks.processor_api import NO_API, ProcessorApi
from shared.webhooks.provider import Provider, ProviderDelivery, ProviderUpdate
from shared.webhooks.signature import EMPTY_SECRET, WeakSecret


class KnownProviders(Mapping[str, Provider]):
    """Providers by name, which is also the name of the provider's module. A module is imported when
    its provider is first used, because all providers together import sixty modules, and one
    delivery or order needs only one provider.
    """

    def __init__(self, *names: str) -> None:
        self._names = names

    def __getitem__(self, name: str) -> Provider:
        if name not in self._names:
            raise KeyError(name)
        provider: Provider = import_module(f"{__name__}.{name}").PROVIDER
        return provider

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


PROVIDERS = KnownProviders(
    *("stripe", "shopify", "woocommerce", "square", "adyen", "paypal", "paddle", "paddle_classic"),
    *("lemonsqueezy", "bigcommerce", "standard"),
)
LARGEST_FACTS = 240 * 1024
"""Bytes. An entry on EventBridge may have 256 KiB, and the facts are only a part of it."""
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
    """One result for each event in a verified body: an order update, or the reason why the event is
    parked. `at` is the time of arrival.

    Raises `KeyError` if the provider is not in `PROVIDERS`, and `ApiUnavailable`.
    """
    known = PROVIDERS[provider]
    try:
        deliveries = known.open_deliveries(headers, body, at, accept_sandbox, api)
    except UnusableDelivery as unusable:
        return [unusable.parked]
    return [_translate_delivery(known, delivery) for delivery in deliveries]


def translate_listed(
    provider: Provider, news: JsonObject, at: datetime, *, accept_sandbox: bool, api: ProcessorApi
) -> ProviderUpdate | ParkedDelivery:
    """One row of a provider's list, translated like an event of a webhook. Raises `ApiUnavailable`."""
    return _translate_delivery(provider, provider.delivery_of(news, at, accept_sandbox, {}, api))


def source_of(facts: object) -> Source:
    """The source of the facts in an event: the provider that they name, or the shop's server if
    they name none.
    """
    name = facts.get("provider") if isinstance(facts, Mapping) else None
    provider = PROVIDERS.get(name) if isinstance(name, str) else None
    return provider.source if provider else Source.SHOP


def refused_secrets(secrets: Mapping[str, str]) -> dict[str, str]:
    """Why webhooks are refused, by the names of those providers whose secret is missing or too
    weak.

    `secrets` are the webhook secrets by provider.
    """
    refused = {name: EMPTY_SECRET for name in PROVIDERS if not secrets.get(name)}
    for name in PROVIDERS.keys() - refused.keys():
        try:
            PROVIDERS[name].signature.check_secret(secrets[name])
        except WeakSecret as weak:
            refused[name] = str(weak)
    return refused


def _translate_delivery(
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
    """Raises `UnusableDelivery` if the facts are too large for the bus."""
    if len(json.dumps(update.facts, ensure_ascii=False).encode()) > LARGEST_FACTS:
        raise UnusableDelivery("too_large")


def _check_fields(update: ProviderUpdate, delivery: ProviderDelivery) -> None:
    """Raises `UnusableDelivery` if a field is invalid. So the reason is known when the webhook
    arrives, not only when the bus delivers the event.
    """
    order_id = None if update.facts.get("id") else update.first_ref
    try:
        parse_order(update.facts, order_id, delivery.at, str, whole=False)
    except InvalidDocument as invalid:
        raise UnusableDelivery("invalid_facts", str(invalid)[:LONGEST_FAULTS]) from None
