"""What a refund of Shopify's gave back, and how much of that was for items."""

from decimal import Decimal, InvalidOperation

from shared.domain.money import half_up
from shared.webhooks.delivery import Unusable
from shared.webhooks.document import decimal_text, dig, instant, objects, word
from shared.webhooks.fact import currency_of, money, refund
from shared.webhooks.shopify_money import shop_amount

_STATUSES = (
    ("success", "succeeded"),
    ("pending", "pending"),
    ("failure", "failed"),
    ("error", "failed"),
)


def moved_money(entry: dict) -> bool:
    """Whether money was at least on its way: a restock or an edit makes refunds without any."""
    return bool(_transactions(entry))


def refund_currency(entry: dict) -> str:
    """The shop's currency, of a refund that comes without its order."""
    pairs = [
        entry.get("total_duties_set"),
        *(line.get("subtotal_set") for line in objects(entry.get("refund_line_items"))),
    ]
    told = [dig(pair, "shop_money", "currency_code") for pair in pairs]
    told += [transaction.get("currency") for transaction in _transactions(entry)]
    return currency_of(next(filter(word, told), None))


def refund_of(
    refund_id: str,
    entry: dict,
    currency: str,
    as_of: str,
    pair: object = None,
    taxes_included: bool | None = None,
) -> dict:
    """The refund in the shop's `currency`; `pair` and `taxes_included` are the order's, where it is at hand."""
    transactions = _transactions(entry)
    told, status = next(
        (told, ours)
        for told, ours in _STATUSES
        if any(_stands(each, told) for each in transactions)
    )
    pairs = [pair, *(line.get("subtotal_set") for line in objects(entry.get("refund_line_items")))]
    amount = sum(_moved(each, currency, pairs) for each in transactions if _stands(each, told))
    at = instant(entry.get("processed_at")) or instant(entry.get("created_at")) or as_of
    return refund(
        refund_id, amount, at, status, _items_amount(entry, currency, amount, taxes_included)
    )


def _transactions(entry: dict) -> list[dict]:
    known = {told for told, _ in _STATUSES}
    entries = [each for each in objects(entry.get("transactions")) if each.get("kind") == "refund"]
    return [
        each for each in entries if isinstance(each.get("status"), str) and each["status"] in known
    ]


def _stands(transaction: dict, status: str) -> bool:
    return transaction["status"] == status


def _moved(transaction: dict, currency: str, pairs: list) -> int:
    """The transaction's amount in the shop's currency: a buyer who paid in their own is refunded in it."""
    paid_in = currency_of(transaction.get("currency") or currency)
    amount = money(transaction.get("amount"), paid_in, "transaction")
    if paid_in == currency:
        return amount
    for pair in pairs:
        if (
            dig(pair, "presentment_money", "currency_code") == paid_in
            and dig(pair, "shop_money", "currency_code") == currency
        ):
            shop = money(dig(pair, "shop_money", "amount"), currency, "shop_money")
            presentment = money(
                dig(pair, "presentment_money", "amount"), paid_in, "presentment_money"
            )
            if shop > 0 and presentment > 0 and amount >= 0:
                return half_up(amount * shop, presentment)
    raise Unusable("currency_differs")


def _items_amount(
    entry: dict, currency: str, amount: int, taxes_included: bool | None
) -> int | None:
    """What the refund gave back for items, net of tax and discount, never above the money that moved.

    Shipping alone names 0. Money for nothing in particular (goodwill) names none, and shrinks every item alike.
    """
    lines = objects(entry.get("refund_line_items"))
    items = sum(_line_amount(line, currency, taxes_included) for line in lines)
    if items > 0:
        return min(items, amount)
    return 0 if 0 < amount <= _shipping(entry, currency) else None


def _line_amount(line: dict, currency: str, taxes_included: bool | None) -> int:
    subtotal = money(shop_amount(line, "subtotal"), currency, "subtotal")
    tax = money(shop_amount(line, "total_tax") or "0", currency, "total_tax")
    if taxes_included is None:
        taxes_included = _tax_is_inside(line, subtotal, tax)
    return max(subtotal - tax, 0) if taxes_included else max(subtotal, 0)


def _tax_is_inside(line: dict, subtotal: int, tax: int) -> bool:
    """A refund on its own does not say whether prices include tax: the rates tell which of the two fits better."""
    rate = sum(
        (_rate(each.get("rate")) for each in objects(dig(line, "line_item", "tax_lines"))),
        Decimal(0),
    )
    outside, inside = subtotal * rate, subtotal * rate / (1 + rate)
    return abs(tax - inside) < abs(tax - outside)


def _rate(value: object) -> Decimal:
    """A tax rate such as `0.19`; 0 where it cannot be one."""
    try:
        rate = Decimal(decimal_text(value) or "0")
    except InvalidOperation:
        return Decimal(0)
    return rate if rate.is_finite() and 0 < rate <= 1 else Decimal(0)


def _shipping(entry: dict, currency: str) -> int:
    """Shipping given back with its tax, as API versions from 2024-10 tell it and as those before did."""
    given = 0
    for line in objects(entry.get("refund_shipping_lines")):
        given += money(shop_amount(line, "subtotal_amount") or "0", currency, "shipping")
        given += money(shop_amount(line, "tax_amount") or "0", currency, "shipping tax")
    for adjustment in objects(entry.get("order_adjustments")):
        if adjustment.get("kind") == "shipping_refund":
            given -= money(shop_amount(adjustment, "amount") or "0", currency, "shipping")
            given -= money(shop_amount(adjustment, "tax_amount") or "0", currency, "shipping tax")
    return given
