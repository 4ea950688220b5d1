"""The codes of Stripe's discounts."""

import re

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.processor_api import look_up
from shared.webhooks.provider import ProviderDelivery

MOST_LOOKED_UP = 3
"""Codes of one sale that the API is asked for; Checkout takes one."""
_CODE_ID = re.compile(r"promo_\w{1,60}", re.ASCII)
_INVOICE_ID = re.compile(r"in_\w{1,60}", re.ASCII)


def find_codes(delivery: ProviderDelivery, sale: JsonObject) -> list[str | None]:
    """What the buyer typed: as the event tells it, else as the API does.

    Mostly an event carries the id alone (`promo_…`), and an id is nobody's code. An invoice does
    not even carry that: it names discounts that can be read only with the invoice.
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
    """The codes of the promotion codes that are told whole."""
    return [discount.text("promotion_code", "code") for discount in _discounts(sale)]


def _code_ids(sale: JsonObject) -> list[str]:
    """The ids of the promotion codes that are told by their ids alone."""
    ids = [discount.text("promotion_code") for discount in _discounts(sale)]
    return list(dict.fromkeys(name for name in ids if name and _CODE_ID.fullmatch(name)))


def _discounts(sale: JsonObject) -> list[JsonObject]:
    return [
        *sale.rows("discounts"),
        sale.section("discount"),
        *(row.section("discount") for row in sale.rows("total_details", "breakdown", "discounts")),
        *(row.section("discount") for row in sale.rows("total_discount_amounts")),
    ]
