"""Amounts of an order update, for translators: currencies, amounts, totals, credit.

Amounts are minor units.
"""

import re
from typing import NotRequired, TypedDict

from shared.domain.money import MAX_AMOUNT, UnknownCurrency, half_up, minor_digits, minor_units
from shared.webhooks.foreign_json import JsonObject, decimal_text_of, text_of
from shared.webhooks.parking import UnusableDelivery

ITEMISED, SUM_ONLY = 1, 0
"""`totals_rank`: itemised totals win over those of which only the sum is known."""
LONGEST_CREDIT_DIGITS = 12
_DECIMAL = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,12}))?")
_DIGITS = re.compile(r"[0-9]{1,15}")


class TotalsFields(TypedDict):
    """`credit_used` is there only where the delivery tells it."""

    currency: str
    items_total: int
    discount_total: int
    tax_total: int
    shipping_total: int
    other_total: int
    credit_used: NotRequired[int]
    credit_in_totals: NotRequired[int]
    totals_rank: int


def parse_currency(value: object) -> str:
    """An ISO 4217 code in capitals."""
    code = (text_of(value, 10) or "").upper()
    try:
        minor_digits(code)
    except UnknownCurrency:
        raise UnusableDelivery("currency_unknown", code or "none told") from None
    return code


def parse_amount(value: object, currency: str, name: str) -> int:
    """A decimal of major units, such as `"29.35"`, in minor units. It may be negative."""
    text = decimal_text_of(value)
    if text is None:
        raise UnusableDelivery("missing_amount", name)
    try:
        amount = minor_units(text, currency)
    except ValueError:
        raise UnusableDelivery("unusable_amount", name) from None
    return check_amount(amount, name, -MAX_AMOUNT)


def parse_rounded_amount(value: object, currency: str, name: str) -> int:
    """A decimal of major units in minor units, rounded as money is charged: half away from 0."""
    text = decimal_text_of(value)
    if text is None:
        raise UnusableDelivery("missing_amount", name)
    match = _DECIMAL.fullmatch(text)
    if match is None:
        raise UnusableDelivery("unusable_amount", name)
    sign, whole, fraction = match[1], match[2], match[3] or ""
    parts = int(whole + fraction) * 10 ** minor_digits(currency)
    amount = half_up(parts, 10 ** len(fraction))
    return check_amount(-amount if sign else amount, name, -MAX_AMOUNT)


def parse_minor_units(value: object, name: str, default: int | None = None) -> int:
    """An amount told in minor units, as a JSON integer or as digits in a text.

    The `default`, if there is one, for an absent one.
    """
    if value is None and default is not None:
        return default
    if value is None:
        raise UnusableDelivery("missing_amount", name)
    digits = value.strip() if isinstance(value, str) else ""
    if _DIGITS.fullmatch(digits):
        return check_amount(int(digits), name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise UnusableDelivery("unusable_amount", name)
    return check_amount(value, name)


def parse_scaled_units(value: object, currency: str, digits: int, name: str) -> int:
    """An amount in a processor's own smallest unit, of so many decimals, in minor units of ISO 4217."""
    units = parse_minor_units(value, name)
    shift = minor_digits(currency) - digits
    scaled, rest = divmod(units * 10 ** max(shift, 0), 10 ** max(-shift, 0))
    if rest:
        raise UnusableDelivery("unusable_amount", name)
    return check_amount(scaled, name)


def check_amount(amount: int, name: str, least: int = 0) -> int:
    """The amount, where the ledger can hold it."""
    if not least <= amount <= MAX_AMOUNT:
        raise UnusableDelivery("unusable_amount", name)
    return amount


def credit_used(tags: JsonObject) -> int | None:
    """The member's credit that paid a part of the order, from `gv_credit`."""
    value = tags.value("gv_credit")
    if value is None:
        return None
    text = decimal_text_of(value) or ""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_CREDIT_DIGITS):
        raise UnusableDelivery("unusable_amount", "gv_credit")
    return int(text)


def in_proportion(amount: int, part: int, whole: int) -> int:
    """The share of an amount that a part of the whole has, rounded half up."""
    return half_up(amount * part, whole) if whole > 0 else amount


def totals_fields(
    currency: str,
    charged: int,
    discount: int = 0,
    tax: int = 0,
    shipping: int = 0,
    credit: int | None = None,
    other: int = 0,
) -> TotalsFields:
    """Totals, net of tax, that add up to what was charged.

    The charge is the truth. Items are what it leaves after tax, shipping and `other` (gift cards,
    tips, duties, fees), so included taxes and roundings need no case of their own. Where a body
    does not add up, tax, shipping and other are cut. Credit came off the order as a discount, so
    it is taken out of the discount again.
    """
    parts = {"discount": discount, "tax": tax, "shipping": shipping, "other": other}
    for name, amount in {"total": charged, **parts}.items():
        check_amount(amount, name)
    paid = charged + (credit or 0)
    discount = max(discount - (credit or 0), 0)
    shipping = min(shipping, paid)
    tax = min(tax, paid - shipping)
    other = min(other, paid - shipping - tax)
    fields = TotalsFields(
        currency=currency,
        items_total=check_amount(paid - tax - shipping - other + discount, "items"),
        discount_total=discount,
        tax_total=tax,
        shipping_total=shipping,
        other_total=other,
        totals_rank=ITEMISED,
    )
    if credit is not None:
        fields["credit_used"] = fields["credit_in_totals"] = credit
    return fields
