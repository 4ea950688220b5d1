"""The discount of a Paddle transaction: its code, and what a credit code took off."""

import re
from fractions import Fraction

from shared.domain.members.code import is_credit_code
from shared.domain.money import half_up
from shared.webhooks.foreign_json import JsonObject, decimal_text_of
from shared.webhooks.money_fields import parse_minor_units
from shared.webhooks.processor_api import look_up
from shared.webhooks.provider import ProviderDelivery

_RATE = re.compile(r"[0-9](\.[0-9]{1,12})?")
"""A tax rate as Paddle writes it: a fraction, such as `0.19`."""


def find_discount(delivery: ProviderDelivery, transaction: JsonObject) -> JsonObject:
    """The discount; empty if there is none. An event usually has only the discount's id, so the
    discount is read from the API.
    """
    discount_id = transaction.identifier("discount_id")
    if transaction.text("discount", "code") or discount_id is None:
        return transaction.section("discount")
    return look_up(delivery.api, f"/discounts/{discount_id}").section("data")


def find_credit(discount: JsonObject, transaction: JsonObject, currency: str) -> int | None:
    """What the buyer paid less because of a credit code, in minor units of the transaction's
    currency; `None` if the discount has no credit code.

    Paddle tells what a discount took off without tax, also where prices contain tax. As long as
    something is left to pay, a flat discount was used up, so its own amount is exact. Otherwise
    it is what was taken off and the tax that this saved.
    """
    if not is_credit_code(discount.text("code") or ""):
        return None
    total = parse_minor_units(transaction.value("details", "totals", "total"), "total")
    if total and discount.text("currency_code") == currency:
        return parse_minor_units(discount.value("amount"), "discount")
    lines = transaction.rows("details", "line_items")
    with_tax = sum(_taken_off(line) + _saved_tax(line) for line in lines)
    return max(with_tax, _taken_off(transaction.section("details")))


def _taken_off(row: JsonObject) -> int:
    return parse_minor_units(row.value("totals", "discount"), "discount", 0)


def _saved_tax(line: JsonObject) -> int:
    """The tax on what was taken off a line; 0 if its rate cannot be read."""
    told = decimal_text_of(line.value("tax_rate")) or ""
    rate = Fraction(told if _RATE.fullmatch(told) else 0)
    return half_up(_taken_off(line) * rate.numerator, rate.denominator)
