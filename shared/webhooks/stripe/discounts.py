"""The discount codes of a sale at Stripe."""

import re

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.processor_api import look_up
from shared.webhooks.provider import ProviderDelivery

MOST_LOOKED_UP = 3
"""The most codes of one sale that are read from the API. Checkout accepts only one."""
_CODE_ID = re.compile(r"promo_\w{1,60}", re.ASCII)
_INVOICE_ID = re.compile(r"in_\w{1,60}", re.ASCII)


def find_codes(delivery: ProviderDelivery, sale: JsonObject) -> list[str | None]:
    """The codes that the buyer typed, from the event or from the API.

    Most events have only the code's id (`promo_…`), which is not the code. An invoice does not have
    the id either; its discounts can only be read together with the invoice.
    """
    told = promotion_codes(sale)
    if any(told):
        return told
    ids = _code_ids(sale)
    if ids:
        paths = [f"/v1/promotion_codes/{name}" for name in ids[:MOST_LOOKED_UP]]
        return [look_up(delivery.api, path).text("code") for path in paths]
    invoice = sale.own_id() or ""
    if not _INVOICE_ID.fullmatch(invoice) or not sale.value("total_discount_amounts"):
        return []
    path = f"/v1/invoices/{invoice}?expand%5B%5D=discounts.promotion_code"
    return promotion_codes(look_up(delivery.api, path))


def promotion_codes(sale: JsonObject) -> list[str | None]:
    """One item for each discount in the event: the text of its promotion code, or `None` if the
    event does not contain the code as an object.
    """
    return [discount.text("promotion_code", "code") for discount in _discounts(sale)]


def _code_ids(sale: JsonObject) -> list[str]:
    """The ids of those promotion codes that the event contains only as ids."""
    ids = [discount.text("promotion_code") for discount in _discounts(sale)]
    return list(dict.fromkeys(name for name in ids if name and _CODE_ID.fullmatch(name)))


def _discounts(sale: JsonObject) -> list[JsonObject]:
    return [
        *sale.rows("discounts"),
        sale.section("discount"),
        *(row.section("discount") for row in sale.rows("total_details", "breakdown", "discounts")),
        *(row.section("discount") for row in sale.rows("total_discount_amounts")),
    ]
