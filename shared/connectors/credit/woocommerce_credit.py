"""WooCommerce: a coupon for each credit code, for one e-mail address and one use."""

from typing import Any

from shared.connectors.connector import PlatformRefused, TryLater
from shared.connectors.credit.credit_terms import CreditTerms
from shared.connectors.woocommerce import EXISTS, MARK, WooCommerce
from shared.domain.instants import instant_text
from shared.domain.money import decimal_amount

_PATH = "/wp-json/wc/v3/coupons/batch"
_UNFINISHED_SECONDS = 2


def put_at_woocommerce(shop: WooCommerce, terms: CreditTerms) -> str:
    """Creates the coupon of a credit code and returns its id. If a coupon with this text exists, it
    is ours, because the text cannot be guessed.
    """
    answer = shop.rest.send("POST", _PATH, {"create": [_coupon(terms)]})
    row = next(iter(answer.rows("create")), None)
    if row is not None and "error" not in row and row.own_id():
        return row.own_id() or ""
    if row is not None and row.value("error", "code") != EXISTS:
        raise PlatformRefused(f"WooCommerce refused: {row.text('error', 'message')}")
    known = shop.find([terms.text]).get(terms.text)
    if known is None:
        raise TryLater(_UNFINISHED_SECONDS, "no id of the coupon")
    return known.id


def drop_at_woocommerce(shop: WooCommerce, text: str, coupon: str | None) -> None:
    """Deletes the coupon of a credit code. A coupon that is already gone is no error."""
    if coupon is None:
        known = shop.find([text]).get(text)
        coupon = known.id if known else None
    if coupon and coupon.isdigit():
        shop.rest.send("POST", _PATH, {"delete": [int(coupon)]})


def _coupon(terms: CreditTerms) -> dict[str, Any]:
    least = "" if terms.minimum is None else decimal_amount(terms.minimum, terms.currency)
    return {
        "code": terms.text,
        "discount_type": "fixed_cart",
        "amount": decimal_amount(terms.amount, terms.currency),
        "date_expires_gmt": instant_text(terms.ends_at).removesuffix("Z"),
        "minimum_amount": least,
        "usage_limit": 1,
        "email_restrictions": [terms.email] if terms.email else [],
        "description": terms.title,
        "status": "publish",
        "meta_data": [{"key": MARK, "value": "credit"}],
    }
