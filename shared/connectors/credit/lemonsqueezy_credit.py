"""Lemon Squeezy: a discount for each credit code, for one use.

A discount may be limited to products, but not to a customer, so the code is not bound to its owner.
Lemon Squeezy knows no least total, so it takes no credit where credit may pay only a part of an
order.
"""

from shared.connectors.admin_api import read_object
from shared.connectors.connector import PlatformRefused
from shared.connectors.credit.credit_terms import CreditTerms
from shared.connectors.lemonsqueezy import LemonSqueezy
from shared.connectors.rest import refusal_of
from shared.domain.instants import instant_text


def put_at_lemonsqueezy(shop: LemonSqueezy, terms: CreditTerms) -> str:
    """Creates the discount of a credit code and returns its id. If Lemon Squeezy refuses because
    a discount with this code exists, it is ours, because the text cannot be guessed.
    """
    fields = {
        "name": terms.title,
        "code": terms.text,
        "amount": terms.amount,
        "amount_type": "fixed",
        "is_limited_to_products": False,
        "is_limited_redemptions": True,
        "max_redemptions": 1,
        "expires_at": instant_text(terms.ends_at),
        "duration": "once",
    }
    reply = shop.create("discounts", fields)
    if reply.status < 400:
        return read_object(reply).identifier("data") or ""
    known = shop.find([terms.text]).get(terms.text)
    if known is None:
        raise PlatformRefused(f"Lemon Squeezy refused: {refusal_of(reply)}")
    return known.id


def drop_at_lemonsqueezy(shop: LemonSqueezy, text: str, discount: str | None) -> None:
    """Deletes the discount of a credit code. A discount that is already gone is no error.

    One that was redeemed stays: nobody can redeem it again, and only its redemption tells which
    order used the code and what it took off (decision 303).
    """
    if discount is None:
        known = shop.find([text]).get(text)
        discount = known.id if known else None
    if discount and not shop.was_redeemed(discount):
        shop.delete(discount)
