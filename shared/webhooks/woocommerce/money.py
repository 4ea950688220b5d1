"""The totals and refunds of a WooCommerce order (specification: woocommerce-totals).

Amounts of lines are net of tax even if the shop's prices include tax. A shop may use four or more
decimals, but the gateway charges whole minor units.
"""

from shared.domain.members.code import is_credit_code
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import (
    TotalsFields,
    credit_of_codes,
    credit_used,
    parse_rounded_amount,
    totals_fields,
)
from shared.webhooks.reversal_fields import RefundFields, refund_fields, refund_rows, refunds_field
from shared.webhooks.update_fields import UpdateFields, require_id

_GIFT_CARD_MARKS = ("wc_gc_giftcard_amount", "pw_gift_card_amount", "_ywgc_amount")
"""Names of meta data with which common plugins mark a line that sells a gift card."""
_REST_OF_REFUND = "rest"
"""The id of a refund that we add if the listed refunds of a refunded order are less than its total.
"""


def order_totals(order: JsonObject, currency: str, credit: int | None) -> TotalsFields:
    """What was charged. Fees and gift cards earn no rewards. A negative fee is a discount."""
    fees = [_optional(line, "total", currency) for line in order.rows("fee_lines")]
    gift_cards = [
        _optional(line, "total", currency)
        for line in order.rows("line_items")
        if _is_gift_card(line)
    ]
    discount = _optional(order, "discount_total", currency)
    return totals_fields(
        currency,
        parse_rounded_amount(order.value("total"), currency, "total"),
        discount - sum(fee for fee in fees if fee < 0),
        _optional(order, "total_tax", currency),
        _optional(order, "shipping_total", currency),
        credit,
        sum(amount for amount in (*fees, *gift_cards) if amount > 0),
    )


def credit_of(order: JsonObject, meta: JsonObject, currency: str) -> int | None:
    """The credit that paid part of the order: `gv_credit` of its meta data, and what its credit
    codes took off, with the tax that this saved.
    """
    lines = [line for line in order.rows("coupon_lines") if is_credit_code(line.text("code") or "")]
    names = ("discount", "discount_tax")
    by_code = sum(_optional(line, name, currency) for line in lines for name in names)
    return credit_of_codes(credit_used(meta), by_code)


def order_refunds(order: JsonObject, currency: str, as_of: str) -> UpdateFields:
    """All refunds of the order, in minor units. The list is marked as complete, so a refund that is
    missing from it, because staff deleted it, counts as failed (specification: refunds-complete).

    An order with the status `refunded` counts as refunded in full, even if the listed refunds are
    less.
    """
    refunds = [_refund_fields(row, currency, as_of) for row in refund_rows(order, "refunds")]
    charged = parse_rounded_amount(order.value("total"), currency, "total")
    rest = charged - sum(refund["amount"] for refund in refunds)
    if order.value("status") == "refunded" and rest > 0:
        refunds.append(refund_fields(_REST_OF_REFUND, rest, as_of))
    return refunds_field(refunds, complete=isinstance(order.value("refunds"), list | dict))


def _refund_fields(row: JsonObject, currency: str, as_of: str) -> RefundFields:
    """One refund. WooCommerce sends its total as a negative number, and without a date."""
    refund_id = require_id(row, "refund")
    total = parse_rounded_amount(row.value("total"), currency, "refund")
    return refund_fields(refund_id, abs(total), as_of)


def _is_gift_card(line: JsonObject) -> bool:
    keys = {row.value("key") for row in line.rows("meta_data")}
    return any(mark in keys for mark in _GIFT_CARD_MARKS)


def _optional(row: JsonObject, field: str, currency: str) -> int:
    return parse_rounded_amount(row.value(field) or "0", currency, field)
