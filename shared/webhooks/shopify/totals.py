"""The totals of a Shopify order, in the shop's own currency."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.shopify.fields import shop_amount
from shared.webhooks.update_fields import TotalsFields, parse_amount, totals_fields


def order_totals(order: JsonObject, currency: str, credit: int | None) -> TotalsFields:
    """Shipping is net of the discount and of the included tax that fall on it."""
    charged = parse_amount(shop_amount(order, "total_price"), currency, "total_price")
    discount = parse_amount(
        shop_amount(order, "total_discounts") or "0", currency, "total_discounts"
    )
    tax = parse_amount(shop_amount(order, "total_tax") or "0", currency, "total_tax")
    lines = [line for line in order.rows("shipping_lines") if not line.flag("is_removed")]
    listed = _sum_amounts(lines, "price", currency, "shipping")
    total = order.value("total_shipping_price_set", "shop_money", "amount")
    shipping = listed if total is None else parse_amount(total, currency, "shipping")
    allocations = [row for line in lines for row in line.rows("discount_allocations")]
    shipping_discount = _sum_amounts(allocations, "amount", currency, "shipping discount")
    shipping_discount = min(shipping_discount, discount, shipping)
    tax_lines = [row for line in lines for row in line.rows("tax_lines")]
    shipping_tax = _sum_amounts(tax_lines, "price", currency, "shipping tax")
    included_tax = shipping_tax if order.flag("taxes_included") else 0
    return totals_fields(
        currency,
        charged,
        discount - shipping_discount,
        tax,
        max(shipping - shipping_discount - included_tax, 0),
        credit,
    )


def _sum_amounts(rows: list[JsonObject], field: str, currency: str, name: str) -> int:
    """Rows without the amount count as 0; `name` is for the reason for parking."""
    amounts = [shop_amount(row, field) for row in rows]
    return sum(parse_amount(amount, currency, name) for amount in amounts if amount is not None)
