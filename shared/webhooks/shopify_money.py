"""Shopify's money: the amounts in the shop's own currency, and the totals of an order."""

from shared.webhooks.document import dig, objects
from shared.webhooks.fact import money, totals


def shop_amount(value: object, field: str) -> object:
    """The amount in the shop's currency of a field that comes in pairs of money, else the plain field of that name."""
    told = dig(value, f"{field}_set", "shop_money", "amount")
    return dig(value, field) if told is None else told


def order_totals(order: dict, currency: str, credit: int | None) -> dict:
    """The totals of an order (minor units), shipping without the discount and the included tax that fall on it."""
    charged = money(shop_amount(order, "total_price"), currency, "total_price")
    discount = money(shop_amount(order, "total_discounts") or "0", currency, "total_discounts")
    tax = money(shop_amount(order, "total_tax") or "0", currency, "total_tax")
    shipping, shipping_discount, shipping_tax = _shipping(order, currency)
    shipping_discount = min(shipping_discount, discount, shipping)
    net_of_tax = shipping_tax if order.get("taxes_included") is True else 0
    return totals(
        currency,
        charged,
        discount - shipping_discount,
        tax,
        max(shipping - shipping_discount - net_of_tax, 0),
        credit,
    )


def _shipping(order: dict, currency: str) -> tuple[int, int, int]:
    """Shipping as listed, what discounts took off it, and its tax."""
    lines = [
        line for line in objects(order.get("shipping_lines")) if line.get("is_removed") is not True
    ]
    listed = sum(_known_money(shop_amount(line, "price"), currency, "shipping") for line in lines)
    told = dig(order, "total_shipping_price_set", "shop_money", "amount")
    allocations = [entry for line in lines for entry in objects(line.get("discount_allocations"))]
    taxes = [entry for line in lines for entry in objects(line.get("tax_lines"))]
    return (
        listed if told is None else money(told, currency, "shipping"),
        sum(
            _known_money(shop_amount(entry, "amount"), currency, "shipping discount")
            for entry in allocations
        ),
        sum(_known_money(shop_amount(entry, "price"), currency, "shipping tax") for entry in taxes),
    )


def _known_money(value: object, currency: str, name: str) -> int:
    return 0 if value is None else money(value, currency, name)
