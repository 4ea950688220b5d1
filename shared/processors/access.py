"""Access to a provider's API: the address comes from the settings, the key from the secrets."""

from functools import partial

from shared import secrets
from shared.processors.client import ProcessorClient, download
from shared.settings import ProviderSettings, ShopSettings
from shared.webhooks.listing import CannotList
from shared.webhooks.processor_api import NO_API, ProcessorApi
from shared.webhooks.provider import Provider
from shared.webhooks.signature import Receiver

LIST_ATTEMPT_SECONDS, LIST_PATIENCE_SECONDS = 15, 45
LONGEST_LIST_PATH = 2000
"""The most characters of the path of a list. Most of them belong to the cursor."""


def api_of(provider: Provider, connected: str = "") -> ProcessorApi:
    """A client of the provider's API, opened by the key that is set up, else by the token of the
    `connected` store that sent the delivery. Without both its requests raise `UnusableDelivery`,
    which parks the delivery.
    """
    if provider.api is None:
        return NO_API
    return ProcessorClient(
        provider.api,
        api_url(provider),
        secrets.api_secret(provider.name) or connected,
        ShopSettings.load().base_url,
    )


def list_api_of(provider: Provider) -> ProcessorClient:
    """A client for one page of the provider's list. It waits longer than `api_of`, because a list
    takes longer than a single object.

    Raises `CannotList` if the key or the address of the API is not set up.
    """
    url, secret = api_url(provider), secrets.api_secret(provider.name)
    if provider.api is None or not secret:
        raise CannotList(
            f"Nobody set up the API: put its key into the secret document as {provider.name}_api."
        )
    if not url:
        raise CannotList(
            "Nobody said where the API is: name the shop's address in ProcessorApis, as in "
            f'{{"{provider.name}": "https://shop.example"}}.'
        )
    return ProcessorClient(
        provider.api,
        url,
        secret,
        ShopSettings.load().base_url,
        attempt_seconds=LIST_ATTEMPT_SECONDS,
        patience_seconds=LIST_PATIENCE_SECONDS,
        longest_path=LONGEST_LIST_PATH,
    )


def receiver_of(provider: Provider) -> Receiver:
    """What checking a signature may need: our address for the provider's webhooks, the address of
    its API, and a function that downloads its certificates.
    """
    our_url = ShopSettings.load().base_url
    return Receiver(
        f"{our_url.rstrip('/')}/webhooks/{provider.name}",
        api_url(provider),
        partial(download, our_url=our_url),
    )


def api_url(provider: Provider) -> str:
    """The API's address: the one in the settings, or else the provider's usual one. Empty if the
    provider has no API.
    """
    if provider.api is None:
        return ""
    named = ProviderSettings.load().processor_apis.get(provider.name)
    return (named or provider.api.base_url).rstrip("/")
