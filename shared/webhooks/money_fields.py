"""Amounts in an order update, for translators: currencies, amounts, totals and credit.

All resulting amounts are minor units. An amount that cannot be used raises `UnusableDelivery`.
"""

import re
from typing import NotRequired, TypedDict

from shared.domain.money import MAX_AMOUNT, UnknownCurrency, half_up, minor_digits, minor_units
from shared.webhooks.foreign_json import JsonObject, decimal_text_of, text_of, whole_number_of
from shared.webhooks.parking import UnusableDelivery

ITEMISED, SUM_ONLY = 1, 0
"""Values of `totals_rank`. Itemised totals replace totals of which only the sum is known."""
LONGEST_CREDIT_DIGITS = 12
_DECIMAL = re.compile(r"(-?)([0-9]{1,15})(?:\.([0-9]{1,12}))?")


class TotalsFields(TypedDict):
    """The totals of an order. `credit_used` and `credit_in_totals` are set only if the delivery
    contains them.
    """

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
    """Converts a decimal in major units, such as `"29.35"`, into minor units. It may be negative."""
    text = decimal_text_of(value)
    if text is None:
        raise UnusableDelivery("missing_amount", name)
    try:
        amount = minor_units(text, currency)
    except ValueError:
        raise UnusableDelivery("unusable_amount", name) from None
    return check_amount(amount, name, -MAX_AMOUNT)


def parse_rounded_amount(value: object, currency: str, name: str) -> int:
    """Converts a decimal in major units into minor units, rounded like a charge: half away from 0."""
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
    """An amount in minor units, from a whole number (see `whole_number_of`).

    Returns `default`, if there is one, for an absent amount.
    """
    if value is None and default is not None:
        return default
    if value is None:
        raise UnusableDelivery("missing_amount", name)
    units = whole_number_of(value)
    if units is None:
        raise UnusableDelivery("unusable_amount", name)
    return check_amount(units, name)


def parse_scaled_units(value: object, currency: str, digits: int, name: str) -> int:
    """Converts an amount in a processor's own smallest unit, which has `digits` decimals, into
    minor units of ISO 4217.
    """
    units = parse_minor_units(value, name)
    shift = minor_digits(currency) - digits
    scaled, rest = divmod(units * 10 ** max(shift, 0), 10 ** max(-shift, 0))
    if rest:
        raise UnusableDelivery("unusable_amount", name)
    return check_amount(scaled, name)


def check_amount(amount: int, name: str, least: int = 0) -> int:
    """Returns the amount if it is at least `least` and fits into the ledger."""
    if not least <= amount <= MAX_AMOUNT:
        raise UnusableDelivery("unusable_amount", name)
    return amount


def credit_used(tags: JsonObject) -> int | None:
    """The credit that paid part of the order, from `gv_credit`; `None` if the tag is absent."""
    value = tags.value("gv_credit")
    if value is None:
        return None
    text = decimal_text_of(value) or ""
    if not (text.isascii() and text.isdigit() and len(text) <= LONGEST_CREDIT_DIGITS):
        raise UnusableDelivery("unusable_amount", "gv_credit")
    return int(text)


def credit_of_codes(told: int | None, by_code: int) -> int | None:
    """The credit that paid part of the order: what the shop told, and what credit codes took off."""
    return (told or 0) + by_code if by_code else told


def in_proportion(amount: int, part: int, whole: int) -> int:
    """The share of an amount that corresponds to `part` of `whole`, rounded half up; the whole
    amount if `whole` is not above 0.
    """
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

    The items are what remains of `charged` after tax, shipping and `other` (gift cards, tips,
    duties, fees). So included taxes and rounding need no special handling. If the parts exceed the
    charge, tax, shipping and other are reduced. The provider counts a member's `credit` as a
    discount, so it is subtracted from `discount`.
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
