"""What platforms' refusals say to owners: what to do, and where it is found on the platform's own
pages.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from shared.connectors.connector import PlatformRefused
from shared.domain.document import FieldError
from shared.domain.platforms.connection import Connection
from shared.problem import Unprocessable


class Brand(NamedTuple):
    """How refusals speak of a platform. `key_field` is the field of `ConnectionForm` with the key
    that opens its stores.
    """

    name: str
    key_field: str


BRANDS: Mapping[str, Brand] = {
    "shopify": Brand("Shopify", "client_secret"),
    "woocommerce": Brand("WooCommerce", "consumer_key"),
    "stripe": Brand("Stripe", "access_token"),
    "bigcommerce": Brand("BigCommerce", "access_token"),
    "paddle": Brand("Paddle", "access_token"),
    "lemonsqueezy": Brand("Lemon Squeezy", "access_token"),
}

KEY_ADVICE: Mapping[str, str] = {
    "shopify": (
        "see in the Dev Dashboard that the app is installed in this store, copy client ID and"
        " secret once more under Settings"
    ),
    "shopify.access_token": (
        "copy the token of the older app once more under Settings → Apps → Develop apps"
    ),
    "woocommerce": (
        "make one with Read/Write under WooCommerce → Settings → Advanced → REST API → Add key"
    ),
    "stripe": (
        "make a restricted key under Developers → API keys that may write coupons, promotion codes"
        " and webhook endpoints and read customers"
    ),
    "bigcommerce": (
        "make a store-level API account under Settings that may modify marketing and read customers"
        " and orders"
    ),
    "paddle": (
        "make an API key under Developer tools → Authentication that may read and write discounts"
        " and notification settings and read customers"
    ),
    "lemonsqueezy": "make an API key under Settings → API",
}
"""How to get a key that opens what we need, as a part of a sentence."""
SCOPE_ADVICE: Mapping[str, str] = {
    "shopify": (
        "choose them in a new version of the app in the Dev Dashboard, release it, accept it in the"
        " store, and connect again"
    ),
    "woocommerce": (
        "set Permissions to Read/Write at the key under WooCommerce → Settings → Advanced → REST"
        " API, and connect again"
    ),
    "stripe": "edit the key under Developers → API keys, and connect again",
    "bigcommerce": (
        "make another store-level API account under Settings with them, and paste its token here"
    ),
    "paddle": "edit the key under Developer tools → Authentication, and connect again",
    "lemonsqueezy": "make another API key under Settings → API, and paste it here",
}
"""How to add scopes that are missing, as a part of a sentence."""
ADDRESS_ADVICE: Mapping[str, str] = {
    "shopify": "its address ends with .myshopify.com and stands under Settings → Domains",
    "woocommerce": (
        "the shop has to be open to the public, without a page that says it opens soon, and under"
        " Settings → Permalinks anything but Plain has to be chosen"
    ),
}
"""What to look at if a page answers at the store's address, as a part of a sentence."""


def key_refused(provider: str, field: str | None = None) -> PlatformRefused:
    """The refusal of a platform that does not accept the key. `field` is the field of
    `ConnectionForm` that is wrong; by default the platform's key field.
    """
    brand = BRANDS[provider]
    advice = KEY_ADVICE.get(f"{provider}.{field}", KEY_ADVICE[provider])
    return PlatformRefused(
        f"{brand.name} does not accept the key; {advice}, and connect again.",
        FieldError(field or brand.key_field, f"is not accepted; {advice}, and paste it here"),
    )


def key_lost() -> PlatformRefused:
    """The refusal of a WooCommerce store whose hosting does not hand on the header with the key."""
    return PlatformRefused(
        "The key does not reach WooCommerce; ask your hosting to hand on the header Authorization,"
        " and connect again.",
        FieldError(
            "consumer_key",
            "does not reach WooCommerce; ask your hosting to hand on the header Authorization",
        ),
    )


def scopes_missing(provider: str, scopes: Collection[str]) -> Unprocessable:
    """The refusal of a key that lacks these scopes."""
    lacking, advice = ", ".join(scopes), SCOPE_ADVICE[provider]
    return Unprocessable(
        "missing_scopes",
        f"The token is missing these scopes: {lacking}. Grant them at the platform and "
        "connect again.",
        [FieldError(BRANDS[provider].key_field, f"does not open {lacking}; {advice}")],
        missing_scopes=list(scopes),
    )


def not_the_platform(provider: str, store: str) -> PlatformRefused:
    """The refusal of a store's address that answers with a page and not as the platform's API."""
    brand, advice = BRANDS[provider], ADDRESS_ADVICE[provider]
    return PlatformRefused(
        f"What answers at {store} is a page and not {brand.name}; {advice}.",
        FieldError("store", f"answers with a page and not as {brand.name}; {advice}"),
    )


def elsewhere(host: str) -> PlatformRefused:
    """The refusal of a store's address that leads to another host."""
    return PlatformRefused(
        f"The store's address leads to {host}; connect again with the address that is right.",
        FieldError("store", f"leads to {host}; type the address at which the store itself answers"),
    )


def silent(connection: Connection) -> PlatformRefused:
    """The reason with which a store is stopped after it has answered none of our attempts."""
    name = BRANDS[connection.provider].name
    return PlatformRefused(
        f"{name} has not answered for five hours; see that {connection.store} can be reached from"
        " the internet, and connect again."
    )
