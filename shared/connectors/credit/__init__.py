"""Codes that pay with credit, at the platforms that can take them (specification: credit-codes).

Each call is safe to repeat: a code that is there already is a success, and so is one that is gone.
"""

from shared.connectors.bigcommerce import BigCommerce
from shared.connectors.connector import PlatformRefused
from shared.connectors.credit.bigcommerce_credit import drop_at_bigcommerce, put_at_bigcommerce
from shared.connectors.credit.credit_terms import CreditTerms
from shared.connectors.credit.lemonsqueezy_credit import drop_at_lemonsqueezy, put_at_lemonsqueezy
from shared.connectors.credit.paddle_credit import drop_at_paddle, put_at_paddle
from shared.connectors.credit.shopify_credit import drop_at_shopify, put_at_shopify
from shared.connectors.credit.stripe_credit import drop_at_stripe, put_at_stripe
from shared.connectors.credit.woocommerce_credit import drop_at_woocommerce, put_at_woocommerce
from shared.connectors.lemonsqueezy import LemonSqueezy
from shared.connectors.paddle import Paddle
from shared.connectors.platforms import connector_of
from shared.connectors.shopify import Shopify
from shared.connectors.stripe import Stripe
from shared.connectors.woocommerce import WooCommerce
from shared.domain.platforms.connection import Connection


def put_credit(connection: Connection, terms: CreditTerms) -> str:
    """Creates the code at the store. Returns the platform's id of it. Raises `TryLater` and
    `PlatformRefused`.
    """
    match connector_of(connection):
        case Shopify() as shop:
            return put_at_shopify(shop, terms)
        case WooCommerce() as shop:
            return put_at_woocommerce(shop, terms)
        case Stripe() as account:
            return put_at_stripe(account, terms)
        case BigCommerce() as shop:
            return put_at_bigcommerce(shop, terms)
        case Paddle() as account:
            return put_at_paddle(account, terms)
        case LemonSqueezy() as shop:
            return put_at_lemonsqueezy(shop, terms)
        case _:
            raise PlatformRefused("This platform takes no credit codes.")


def drop_credit(connection: Connection, text: str, platform_id: str | None) -> None:
    """Removes the code from the store, so that nobody can use it. Raises `TryLater` and
    `PlatformRefused`.
    """
    match connector_of(connection):
        case Shopify() as shop:
            drop_at_shopify(shop, text, platform_id)
        case WooCommerce() as shop:
            drop_at_woocommerce(shop, text, platform_id)
        case Stripe() as account:
            drop_at_stripe(account, text)
        case BigCommerce() as shop:
            drop_at_bigcommerce(shop, text, platform_id)
        case Paddle() as account:
            drop_at_paddle(account, text, platform_id)
        case LemonSqueezy() as shop:
            drop_at_lemonsqueezy(shop, text, platform_id)
        case _:
            pass
