"""Converts terms of an offer into Shopify's fields, and Shopify's customers into ours."""

from typing import Any

from shared.connectors.connector import StoreCustomer
from shared.domain.instants import parse_instant
from shared.domain.money import PERCENT, decimal_amount
from shared.domain.platforms.offer_terms import OfferTerms
from shared.webhooks.foreign_json import JsonObject

OFFER_COMBINES = {"orderDiscounts": True, "productDiscounts": False, "shippingDiscounts": True}
"""What an advocate's code lets into the cart beside it: credit codes, which Shopify counts among the
discounts on orders, and free shipping. It is never added to a lower price of a product (decision
266).
"""


def terms_input(terms: OfferTerms) -> dict[str, Any]:
    """The discount for Shopify's API.

    Everybody may use a code. Shopify puts guests into no customer segment, so a discount for new
    customers only would refuse exactly the guests. New customers are checked when the order is
    rewarded.
    """
    reward, least = terms.discount.reward, terms.discount.minimum_order
    value: dict[str, Any] = (
        {"percentage": reward.parts / PERCENT}
        if reward.fixed is None
        else {
            "discountAmount": {
                "amount": decimal_amount(reward.fixed, terms.currency),
                "appliesOnEachItem": False,
            }
        }
    )
    minimum = None if least is None else decimal_amount(least, terms.currency)
    return {
        "title": terms.title,
        "context": {"all": "ALL"},
        "customerGets": {"items": {"all": True}, "value": value},
        "minimumRequirement": {"subtotal": {"greaterThanOrEqualToSubtotal": minimum}},
        "appliesOncePerCustomer": terms.new_customers_only,
        "combinesWith": OFFER_COMBINES,
    }


def customer_of(row: JsonObject) -> StoreCustomer | None:
    customer_id = row.identifier("legacyResourceId")
    if customer_id is None:
        return None
    names = (row.text("firstName"), row.text("lastName"))
    since = row.instant("createdAt")
    return StoreCustomer(
        customer_id,
        row.text("email"),
        " ".join(name for name in names if name) or None,
        row.text("locale"),
        parse_instant(since) if since else None,
    )
