"""BigCommerce: a promotion of its own with one code for each credit code, for one use.

A promotion may name groups and segments of customers, but no single customer, so the code is not
bound to its owner.
"""

from typing import Any

from shared.connectors.bigcommerce import BigCommerce
from shared.connectors.connector import PlatformRefused
from shared.connectors.credit.credit_terms import CreditTerms, title_of
from shared.connectors.rest import refusal_of
from shared.domain.money import decimal_amount


def put_at_bigcommerce(shop: BigCommerce, terms: CreditTerms) -> str:
    """Creates promotion and code of a credit code, and returns the promotion's id. If a code with
    this text exists, it is ours, because the text cannot be guessed.

    An attempt that stopped before it created the code is recognised by the promotion's name.
    """
    known = shop.find([terms.text]).get(terms.text)
    if known:
        return known.offer
    promotion = _find_promotion(shop, terms.text)
    if promotion is None:
        made = shop.rest.send("POST", "/v3/promotions", _promotion(terms))
        promotion = made.identifier("data") or ""
    return _create_code(shop, promotion, terms.text)


def drop_at_bigcommerce(shop: BigCommerce, text: str, promotion: str | None) -> None:
    """Deletes the promotion of a credit code together with the code. A promotion that is already
    gone is no error.
    """
    promotion = promotion or _find_promotion(shop, text)
    if promotion:
        _delete(shop, promotion)


def _create_code(shop: BigCommerce, promotion: str, text: str) -> str:
    """Creates the code and returns the id of its promotion. If BigCommerce refuses because another
    attempt was faster, that one's promotion, and ours is deleted.
    """
    code = {"code": text, "max_uses": 1, "max_uses_per_customer": 1}
    reply = shop.rest.change("POST", f"/v3/promotions/{promotion}/codes", code)
    shop.rest.require_open(reply)
    if reply.status < 400:
        return promotion
    known = shop.find([text]).get(text)
    if known is None or known.offer != promotion:
        _delete(shop, promotion)
    if known is None:
        raise PlatformRefused(f"BigCommerce refused: {refusal_of(reply)}")
    return known.offer


def _find_promotion(shop: BigCommerce, text: str) -> str | None:
    for row in shop.rest.read("/v3/promotions", name=title_of(text)).rows("data"):
        if row.text("name") == title_of(text):
            return row.own_id()
    return None


def _delete(shop: BigCommerce, promotion: str) -> None:
    reply = shop.rest.change("DELETE", f"/v3/promotions/{promotion}", None)
    shop.rest.require_open(reply)


def _promotion(terms: CreditTerms) -> dict[str, Any]:
    """The promotion for BigCommerce's API. Credit pays, so it may be used with other promotions;
    whether a checkout takes a second code is a setting of the store.
    """
    amount = decimal_amount(terms.amount, terms.currency)
    action = {"cart_value": {"discount": {"fixed_amount": amount}}}
    rule: dict[str, Any] = {"action": action, "apply_once": True}
    if terms.minimum is not None:
        least = decimal_amount(terms.minimum, terms.currency)
        rule["condition"] = {"cart": {"minimum_spend": least}}
    return {
        "name": terms.title,
        "redemption_type": "COUPON",
        "coupon_type": "SINGLE",
        "rules": [rule],
        "max_uses": 1,
        "status": "ENABLED",
        "start_date": terms.since.isoformat(timespec="seconds"),
        "end_date": terms.ends_at.isoformat(timespec="seconds"),
        "can_be_used_with_other_promotions": True,
        "currency_code": terms.currency,
    }
