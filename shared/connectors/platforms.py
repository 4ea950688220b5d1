"""The platforms at which stores can be connected: their forms and their modules."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.connectors import bigcommerce, lemonsqueezy, paddle, shopify, stripe, woocommerce
from shared.connectors.connector import Connector, PlatformRefused, StoreKey
from shared.connectors.store_secrets import find_secret
from shared.domain.members.code import normalize_code
from shared.domain.platforms.connection import Connection
from shared.settings import ProviderSettings, ShopSettings


def as_written(code: str) -> str:
    return code


def no_path(spelled: str) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Platform:
    """A platform of stores, such as Shopify.

    * `name`: its name in our addresses, such as `/webhooks/shopify`.
    * `fields`: the secrets that its form asks for, each with whether it is required.
    * `store_suffix`: the end of every store's address; if it does not begin with a dot, it is the
      whole address.
    * `read_store`: the store's address from what staff typed, in lower case and without scheme.
    * `example`: a store's address as staff types it.
    * `api_url`: the address of its API, if that is not the store's own.
    * `spell`: writes a code in the form that the platform accepts.
    * `discount_path`: the path on a store that applies a code to the cart.
    * `drops_with_offer`: whether removing the offer removes all its codes.
    * `one_store`: whether its stores count orders and customers from 1, so that only one store of
      all such platforms can be connected.
    """

    name: str
    connect: Callable[[StoreKey], Connector]
    fields: Mapping[str, bool]
    scopes: tuple[str, ...]
    store_suffix: str = ""
    read_store: Callable[[str], str] = as_written
    example: str = ""
    api_url: str = ""
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
            example="my-shop.myshopify.com",
            discount_path=shopify.discount_path,
            drops_with_offer=True,
        ),
        Platform(
            "woocommerce",
            woocommerce.WooCommerce,
            {"consumer_key": True, "consumer_secret": True},
            woocommerce.SCOPES,
            example="shop.example.com",
            one_store=True,
        ),
        Platform("stripe", stripe.Stripe, {"access_token": True}, stripe.SCOPES, "api.stripe.com"),
        Platform(
            "bigcommerce",
            bigcommerce.BigCommerce,
            {"access_token": True},
            bigcommerce.SCOPES,
            read_store=bigcommerce.read_store,
            example=f"{bigcommerce.API_HOST}/stores/abc123",
            api_url=f"https://{bigcommerce.API_HOST}",
            drops_with_offer=True,
            one_store=True,
        ),
        Platform(
            "paddle",
            paddle.Paddle,
            {"access_token": True},
            paddle.SCOPES,
            "api.paddle.com",
            spell=normalize_code,
        ),
        Platform(
            "lemonsqueezy",
            lemonsqueezy.LemonSqueezy,
            {"access_token": True},
            lemonsqueezy.SCOPES,
            lemonsqueezy.STORES,
            example=f"my-shop{lemonsqueezy.STORES}",
            api_url=lemonsqueezy.API_URL,
            spell=normalize_code,
        ),
    )
}


def connector_of(connection: Connection) -> Connector:
    """The connector of a connected store. Raises `PlatformRefused` if the store's secret is gone."""
    secret = find_secret(connection.secret)
    if secret is None:
        raise PlatformRefused("The key of this store is no longer kept; connect it again.")
    return open_store(connection.provider, connection.store, secret)


def open_store(provider: str, store: str, secret: Mapping[str, str]) -> Connector:
    """The connector of one store."""
    our_url = ShopSettings.load().base_url
    key = StoreKey(store, base_url_of(provider, store), our_url, secret)
    return PLATFORMS[provider].connect(key)


def base_url_of(provider: str, store: str) -> str:
    """Where a store is asked: the API address in the settings, if there is one; else the platform's
    usual address; else the store's own.
    """
    named = ProviderSettings.load().processor_apis.get(provider)
    return (named or PLATFORMS[provider].api_url or f"https://{store}").rstrip("/")


def webhook_address(provider: str) -> str:
    return f"{ShopSettings.load().base_url.rstrip('/')}/webhooks/{provider}"
