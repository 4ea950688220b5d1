"""Shopify: a discount of its own for each credit code, for one customer and one use."""

from typing import Any

from shared.connectors.connector import StoreCustomer, TryLater
from shared.connectors.credit.credit_terms import CreditTerms
from shared.connectors.shopify import UNFINISHED_SECONDS, Shopify
from shared.connectors.shopify import documents as ask
from shared.domain.instants import instant_text
from shared.domain.members.email_address import normalize_email
from shared.domain.money import decimal_amount


def put_at_shopify(shop: Shopify, terms: CreditTerms) -> str:
    """Creates the discount of a credit code and returns its id. If a discount with this text
    exists, it is ours, because the text cannot be guessed.
    """
    known = shop.find([terms.text]).get(terms.text)
    if known:
        return known.offer
    fields = _discount(terms, _find_customer(shop, terms))
    made = shop.graphql.change(ask.OFFER_CREATE, "discountCodeBasicCreate", terms=fields)
    discount = made.text("codeDiscountNode", "id")
    if discount is None:
        raise TryLater(UNFINISHED_SECONDS, "no id of the discount")
    return discount


def drop_at_shopify(shop: Shopify, text: str, discount: str | None) -> None:
    """Deletes the discount of a credit code. A discount that is already gone is no error."""
    if discount is None:
        known = shop.find([text]).get(text)
        discount = known.offer if known else None
    if discount:
        shop.delete(discount)


def _find_customer(shop: Shopify, terms: CreditTerms) -> StoreCustomer | None:
    """The store's customer who is the member: the one with the member's id, if both have the same
    e-mail address, because a shop may have ids of its own.
    """
    found = shop.customer(terms.customer)
    if found is None or not found.email or not terms.email:
        return None
    return found if normalize_email(found.email) == normalize_email(terms.email) else None


def _discount(terms: CreditTerms, customer: StoreCustomer | None) -> dict[str, Any]:
    """The discount for Shopify's API. Credit pays, so on its side it may be combined with every
    other discount; each of the others has to allow it, too (decision 266).
    """
    least = None if terms.minimum is None else decimal_amount(terms.minimum, terms.currency)
    named = [f"gid://shopify/Customer/{customer.id}"] if customer else []
    amount = decimal_amount(terms.amount, terms.currency)
    return {
        "title": terms.title,
        "code": terms.text,
        "startsAt": instant_text(terms.since),
        "endsAt": instant_text(terms.ends_at),
        "usageLimit": 1,
        "appliesOncePerCustomer": True,
        "context": {"customers": {"add": named}} if named else {"all": "ALL"},
        "customerGets": {
            "items": {"all": True},
            "value": {"discountAmount": {"amount": amount, "appliesOnEachItem": False}},
        },
        "minimumRequirement": {"subtotal": {"greaterThanOrEqualToSubtotal": least}},
        "combinesWith": dict.fromkeys(
            ("orderDiscounts", "productDiscounts", "shippingDiscounts"), True
        ),
    }
