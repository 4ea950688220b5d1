"""The totals of a Shopify order, in the shop's own currency (specification: shopify-totals).

Shopify sends most totals twice. The original total includes every item that was ever in the order,
also items that were exchanged or removed. The `current_…` total is without them and without
refunded items.
"""

from collections.abc import Iterable

from shared.domain.members.code import is_credit_code
from shared.webhooks.foreign_json import JsonObject, whole_number_of
from shared.webhooks.money_fields import (
    TotalsFields,
    check_amount,
    credit_of_codes,
    in_proportion,
    parse_amount,
    totals_fields,
)
from shared.webhooks.shopify.fields import optional_amount, shop_amount
from shared.webhooks.shopify.refunds import moved_money

_WAS_PAID = ("paid", "partially_paid", "partially_refunded", "refunded")
_OTHER_TOTALS = (
    ("total_tip_received",),
    ("current_total_duties", "original_total_duties"),
    ("current_total_additional_fees", "original_total_additional_fees"),
)
"""Totals that earn no rewards, besides gift cards. If a total has several names, the first one that
is present counts.
"""


def order_totals(order: JsonObject, currency: str, refunded: int) -> TotalsFields:
    """What was charged, and for what. `refunded` is the money that was paid back.

    Shipping is without its share of the discount and of included tax.
    """
    charged, outstanding = _parse_charged(order, currency, refunded)
    shipping, shipping_discount = _parse_shipping(order, currency)
    other, other_discount = _parse_other(order, currency)
    discount = check_amount(optional_amount(order, "total_discounts", currency), "discounts")
    discount -= shipping_discount + other_discount + _moneyless_discount(order, currency)
    tax = check_amount(optional_amount(order, "total_tax", currency), "total_tax")
    tax = in_proportion(
        max(tax - _moneyless_tax(order, currency), 0), charged, charged + outstanding
    )
    credit = credit_of_codes(None, _sum_credit_codes(order, currency))
    return totals_fields(currency, charged, max(discount, 0), tax, shipping, credit, other)


def _sum_credit_codes(order: JsonObject, currency: str) -> int:
    """What the order's credit codes took off."""
    rows = order.rows("discount_codes")
    named = [row for row in rows if is_credit_code(row.text("code") or "")]
    return max(_sum_amounts(named, "amount", currency, "credit code"), 0)


def _parse_charged(order: JsonObject, currency: str, refunded: int) -> tuple[int, int]:
    """Two amounts: what was charged, and what is still unpaid.

    Charged is the current total plus what was paid back, minus what is unpaid. Old API versions
    send only the original total.
    """
    original = parse_amount(shop_amount(order, "total_price"), currency, "total_price")
    current = shop_amount(order, "current_total_price")
    if current is None:
        return original, 0
    due = parse_amount(current, currency, "current_total_price") + refunded
    outstanding = 0
    if order.value("financial_status") in _WAS_PAID:
        outstanding = optional_amount(order, "total_outstanding", currency)
    outstanding = min(max(outstanding, 0), max(due, 0))
    return due - outstanding, outstanding


def _parse_shipping(order: JsonObject, currency: str) -> tuple[int, int]:
    """Shipping without its discount and included tax; and that discount."""
    lines = [line for line in order.rows("shipping_lines") if not line.flag("is_removed")]
    listed = _sum_amounts(lines, "price", currency, "shipping")
    total = order.value("total_shipping_price_set", "shop_money", "amount")
    shipping = listed if total is None else parse_amount(total, currency, "shipping")
    check_amount(shipping, "shipping")
    allocations = [row for line in lines for row in line.rows("discount_allocations")]
    discount = min(_sum_amounts(allocations, "amount", currency, "shipping discount"), shipping)
    tax_lines = [row for line in lines for row in line.rows("tax_lines")]
    tax = _sum_amounts(tax_lines, "price", currency, "shipping tax")
    included_tax = tax if order.flag("taxes_included") else 0
    return max(shipping - discount - included_tax, 0), discount


def _parse_other(order: JsonObject, currency: str) -> tuple[int, int]:
    """Gift cards, tips, duties and fees, without discounts; and those discounts."""
    other = discounts = 0
    for line in order.rows("line_items"):
        if line.flag("gift_card"):
            price, off = _parse_gift_card(order, line, currency)
            other, discounts = other + price - off, discounts + off
    for names in _OTHER_TOTALS:
        told = next((name for name in names if shop_amount(order, name) is not None), names[0])
        other += max(optional_amount(order, told, currency), 0)
    return other, discounts


def _parse_gift_card(order: JsonObject, line: JsonObject, currency: str) -> tuple[int, int]:
    """The price of a line of gift cards, without cards that were removed unpaid; and its discount."""
    sold = max((whole_number_of(line.value("quantity")) or 0) - _taken_out(order, line), 0)
    price = optional_amount(line, "price", currency) * sold
    allocations = line.rows("discount_allocations")
    discount = _sum_amounts(allocations, "amount", currency, "gift card discount")
    return max(price, 0), max(min(discount, price), 0)


def _taken_out(order: JsonObject, line: JsonObject) -> int:
    """How many pieces of a line were returned or removed without a payment."""
    return sum(
        max(whole_number_of(row.value("quantity")) or 0, 0)
        for row in _moneyless_lines(order)
        if row.identifier("line_item_id") == line.own_id()
    )


def _moneyless_tax(order: JsonObject, currency: str) -> int:
    """The tax of items that were returned, exchanged or removed without a payment."""
    return _sum_amounts(_moneyless_lines(order), "total_tax", currency, "total_tax")


def _moneyless_discount(order: JsonObject, currency: str) -> int:
    """The discount of the same items: their price minus what the buyer paid for them."""
    discount = 0
    for row in _moneyless_lines(order):
        quantity = max(whole_number_of(row.value("quantity")) or 0, 0)
        price = optional_amount(row.section("line_item"), "price", currency) * quantity
        discount += max(price - optional_amount(row, "subtotal", currency), 0)
    return discount


def _moneyless_lines(order: JsonObject) -> list[JsonObject]:
    """The lines of items that left the order without a payment. Empty for old API versions, whose
    totals still include these items.
    """
    if shop_amount(order, "current_total_price") is None:
        return []
    refunds = [refund for refund in order.rows("refunds") if not moved_money(refund)]
    return [row for refund in refunds for row in refund.rows("refund_line_items")]


def _sum_amounts(rows: Iterable[JsonObject], field: str, currency: str, name: str) -> int:
    """The sum of a field. Rows without it count as 0. `name` is used in the reason for parking."""
    amounts = [shop_amount(row, field) for row in rows]
    return sum(parse_amount(amount, currency, name) for amount in amounts if amount is not None)
