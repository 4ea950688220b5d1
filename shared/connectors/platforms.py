"""The platforms that stores can be connected at: their forms, and their modules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.connectors import shopify, stripe, woocommerce
from shared.connectors.connector import Connector, PlatformRefused, StoreKey
from shared.connectors.store_secrets import find_secret
from shared.domain.platforms.connection import Connection
from shared.settings import ProviderSettings, ShopSettings

NO_SECRET = "What opens this store is gone from Secrets Manager; connect it again."


def as_written(code: str) -> str:
    return code


def no_path(spelled: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform by its name in our addresses.

    * `fields`: what its form asks for beside the store's address, each with whether it is required.
    * `store_suffix`: how stores' addresses end; without a dot before it, the only address.
    * `spell`: writes a code as the platform takes it.
    * `discount_path`: where a store puts a code into the cart by itself.
    * `drops_with_offer`: whether all codes go with the offer.
    * `one_store`: whether stores number their orders alike, so that two could not be told apart.
    """

    name: str
    connect: Callable[[StoreKey], Connector]
    fields: Mapping[str, bool]
    scopes: tuple[str, ...]
    store_suffix: str = ""
    spell: Callable[[str], str] = as_written
    discount_path: Callable[[str], str | None] = no_path
    drops_with_offer: bool = False
    one_store: bool = False


PLATFORMS: dict[str, Platform] = {
    platform.name: platform
    for platform in (
        Platform(
            "shopify",
            shopify.Shopify,
            {"client_id": False, "client_secret": True, "access_token": False},
            shopify.SCOPES,
            ".myshopify.com",
            discount_path=shopify.discount_path,
            drops_with_offer=True,
        ),
        Platform(
            "woocommerce",
            woocommerce.WooCommerce,
            {"consumer_key": True, "consumer_secret": True},
            woocommerce.SCOPES,
            one_store=True,
        ),
        Platform("stripe", stripe.Stripe, {"access_token": True}, stripe.SCOPES, "api.stripe.com"),
    )
}


def connector_of(connection: Connection) -> Connector:
    """Raises `PlatformRefused` where the store's secret is gone."""
    secret = find_secret(connection.secret)
    if secret is None:
        raise PlatformRefused(NO_SECRET)
    return open_store(connection.provider, connection.store, secret)


def open_store(provider: str, store: str, secret: Mapping[str, str]) -> Connector:
    """One store; its API is where the settings say, else at the store itself."""
    named = ProviderSettings.load().processor_apis.get(provider)
    base_url = (named or f"https://{store}").rstrip("/")
    key = StoreKey(store, base_url, ShopSettings.load().base_url, secret)
    return PLATFORMS[provider].connect(key)


def webhook_address(provider: str) -> str:
    return f"{ShopSettings.load().base_url.rstrip('/')}/webhooks/{provider}"
