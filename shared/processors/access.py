"""A provider's API as this installation reaches it: address from the settings, key from the secrets."""

from functools import partial

from shared import secrets
from shared.processors.client import ProcessorClient, download
from shared.settings import ProviderSettings, ShopSettings
from shared.webhooks.processor_api import NO_API, ProcessorApi
from shared.webhooks.provider import Provider
from shared.webhooks.signature import Receiver


def api_of(provider: Provider) -> ProcessorApi:
    """A client of the provider's API; one without a key parks whatever needs it."""
    if provider.api is None:
        return NO_API
    return ProcessorClient(
        provider.api,
        api_url(provider),
        secrets.api_secret(provider.name),
        ShopSettings.load().base_url,
    )


def receiver_of(provider: Provider) -> Receiver:
    """Our address for the provider's webhooks, and how its certificates are read."""
    our_url = ShopSettings.load().base_url
    return Receiver(
        f"{our_url.rstrip('/')}/webhooks/{provider.name}",
        api_url(provider),
        partial(download, our_url=our_url),
    )


def api_url(provider: Provider) -> str:
    """The address that the settings name, else the provider's usual one; empty without an API."""
    if provider.api is None:
        return ""
    named = ProviderSettings.load().processor_apis.get(provider.name)
    return (named or provider.api.base_url).rstrip("/")
