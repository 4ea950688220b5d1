"""The totals and refunds of a BigCommerce order. BigCommerce sends amounts with four decimals.

Its two discounts, by hand or promotion and by coupon, add up, and are counted in the prices that the
store enters, with tax or without: in the order of BigCommerce's own API reference (orders.v2, order
218: items 67.84 and shipping 12.00, both with tax, less 5.00 and 5.00, are 69.84), and a provider of
taxes gets prices after discounts, with tax if the merchant lists them so (tax_provider).
"""

from shared.domain.members.code import is_credit_code
from shared.webhooks.bigcommerce.api import FetchedOrder
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

_GIFT_CERTIFICATE = "giftcertificate"
_OF_ITEMS = ("PRODUCT", "ORDER")
"""Types of refunded entries that are for items, at least in part."""


def order_totals(fetched: FetchedOrder, currency: str, credit: int | None) -> TotalsFields:
    """What was charged. Wrapping, fees and gift certificates do not earn rewards."""
    order = fetched.order
    certificates = [row for row in fetched.lines if row.value("type") == _GIFT_CERTIFICATE]
    others = [
        _amount(order, "wrapping_cost_ex_tax", currency),
        *(_amount(fee, "cost_ex_tax", currency) for fee in order.rows("fees")),
        *(_amount(line, "total_ex_tax", currency) for line in certificates),
    ]
    return totals_fields(
        currency,
        parse_rounded_amount(order.value("total_inc_tax"), currency, "total_inc_tax"),
        _amount(order, "discount_amount", currency) + _amount(order, "coupon_discount", currency),
        _amount(order, "total_tax", currency),
        _amount(order, "shipping_cost_ex_tax", currency)
        + _amount(order, "handling_cost_ex_tax", currency),
        credit,
        sum(others),
    )


def find_credit(fetched: FetchedOrder, words: JsonObject, currency: str) -> int | None:
    """The credit that paid part of the order: `gv_credit` of its metafields, and what its credit
    codes took off.
    """
    rows = [row for row in fetched.coupons if is_credit_code(row.text("code") or "")]
    by_code = sum(_amount(row, "discount", currency) for row in rows)
    return credit_of_codes(credit_used(words), by_code)


def parse_refunds(fetched: FetchedOrder, currency: str, as_of: str) -> list[RefundFields]:
    return [_refund_fields(row, currency, as_of) for row in fetched.refunds]


def order_refunds(
    order: JsonObject, refunds: list[RefundFields], totals: TotalsFields, *, wholly: bool
) -> UpdateFields:
    """The listed refunds, and the refunded total if it is more than they add up to. `wholly` says
    that the order's status is refunded, so the total is the whole charge.
    """
    told = _amount(order, "refunded_amount", totals["currency"])
    net = totals["items_total"] - totals["discount_total"]
    charged = net + totals["tax_total"] + totals["shipping_total"] + totals["other_total"]
    listed = sum(refund["amount"] for refund in refunds if refund["status"] == "succeeded")
    total = max(told, charged - (totals.get("credit_used") or 0) if wholly else 0)
    return refunds_field(refunds, total if total > listed else None)


def _refund_fields(row: JsonObject, currency: str, as_of: str) -> RefundFields:
    """One refund, without the payments that the gateways declined. A refund of shipping only takes
    back nothing for items.
    """
    payments = refund_rows(row, "payments")
    declined = [payment for payment in payments if payment.flag("is_declined")]
    failed = bool(payments) and len(declined) == len(payments)
    amount = _amount(row, "total_amount", currency)
    if not failed:
        amount -= sum(_amount(payment, "amount", currency) for payment in declined)
    kinds = [item.value("item_type") for item in row.rows("items")]
    spares_items = bool(kinds) and not any(kind in _OF_ITEMS for kind in kinds)
    return refund_fields(
        require_id(row, "refund"),
        max(amount, 0),
        row.instant("created") or as_of,
        "failed" if failed else "succeeded",
        0 if spares_items else None,
    )


def _amount(row: JsonObject, field: str, currency: str) -> int:
    return parse_rounded_amount(row.value(field) or "0", currency, field)
