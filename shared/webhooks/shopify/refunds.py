"""What a Shopify refund paid back, and which part of it was for items."""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from shared.domain.money import half_up
from shared.webhooks.foreign_json import JsonObject, decimal_text_of, text_of
from shared.webhooks.money_fields import parse_amount, parse_currency
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.reversal_fields import RefundFields, refund_fields
from shared.webhooks.shopify.fields import optional_amount, require_exact_id, shop_amount
from shared.webhooks.update_fields import HINT, build_refs, build_update, update_time

_STATUSES = {"success": "succeeded", "pending": "pending", "failure": "failed", "error": "failed"}
"""Our status by the status of a transaction. If the transactions of a refund differ, the first
status in this table counts.
"""


def translate_refund(delivery: ProviderDelivery, refund: JsonObject) -> ProviderUpdate:
    order_id = refund.identifier("order_id")
    if order_id is None:
        raise UnusableDelivery("no_order_named")
    if not moved_money(refund):
        raise UnusableDelivery("no_money_moved")
    as_of = update_time(delivery, refund.instant("processed_at"), refund.instant("created_at"))
    refunds = {"refunds": [parse_refund(refund, _parse_shop_currency(refund), as_of)]}
    return build_update(delivery, as_of, build_refs("shopify", order_id), HINT, refunds)


def moved_money(refund: JsonObject) -> bool:
    """Whether a refund moved money or tried to. Shopify also creates refunds without money, for a
    restock or an edit.
    """
    return bool(_refund_transactions(refund))


def parse_refund(
    refund: JsonObject,
    currency: str,
    as_of: str,
    order_prices: JsonObject | None = None,
    includes_tax: bool | None = None,
) -> RefundFields:
    """The refund in the shop's `currency`.

    `order_prices` (the order's total in both currencies) and `includes_tax` are given if the order
    is known.
    """
    refund_id = require_exact_id(refund, "refund")
    transactions = _refund_transactions(refund)
    statuses = {transaction.value("status") for transaction in transactions}
    status = next(status for status in _STATUSES if status in statuses)
    lines = refund.rows("refund_line_items")
    prices = [*([order_prices] if order_prices else []), *_subtotals(lines)]
    amount = sum(
        _parse_moved(transaction, currency, prices)
        for transaction in transactions
        if transaction.value("status") == status
    )
    at = refund.instant("processed_at") or refund.instant("created_at") or as_of
    items_amount = _parse_items_amount(refund, currency, amount, includes_tax)
    return refund_fields(refund_id, amount, at, _STATUSES[status], items_amount)


def _parse_shop_currency(refund: JsonObject) -> str:
    """The shop's currency, from a refund that was sent without its order."""
    prices = [refund.section("total_duties_set"), *_subtotals(refund.rows("refund_line_items"))]
    codes = [price.value("shop_money", "currency_code") for price in prices]
    codes += [transaction.value("currency") for transaction in _refund_transactions(refund)]
    return parse_currency(next(filter(text_of, codes), None))


def _subtotals(lines: Sequence[JsonObject]) -> list[JsonObject]:
    return [line.section("subtotal_set") for line in lines]


def _refund_transactions(refund: JsonObject) -> list[JsonObject]:
    return [
        transaction
        for transaction in refund.rows("transactions")
        if transaction.value("kind") == "refund"
        and isinstance(transaction.value("status"), str)
        and transaction.value("status") in _STATUSES
    ]


def _parse_moved(transaction: JsonObject, currency: str, prices: Sequence[JsonObject]) -> int:
    """The amount in the shop's currency. A buyer who paid in another currency is refunded in that
    currency.

    In this case the first of `prices` that has both currencies gives the rate. Raises
    `UnusableDelivery` if there is none.
    """
    paid_in = parse_currency(transaction.value("currency") or currency)
    amount = parse_amount(transaction.value("amount"), paid_in, "transaction")
    if paid_in == currency:
        return amount
    for price in prices:
        shop, presentment = price.section("shop_money"), price.section("presentment_money")
        if presentment.value("currency_code") != paid_in or shop.value("currency_code") != currency:
            continue
        shop_units = parse_amount(shop.value("amount"), currency, "shop_money")
        paid_units = parse_amount(presentment.value("amount"), paid_in, "presentment_money")
        if shop_units > 0 and paid_units > 0 and amount >= 0:
            return half_up(amount * shop_units, paid_units)
    raise UnusableDelivery("currency_differs")


def _parse_items_amount(
    refund: JsonObject, currency: str, amount: int, includes_tax: bool | None
) -> int | None:
    """The part for items, net of tax and discount, but not more than the money that moved.

    It is 0 if only shipping or gift cards were refunded. It is `None` if more money moved than the
    lines add up to. Such a refund is goodwill, so it is spread over the whole order.
    """
    rows = refund.rows("refund_line_items")
    lines = [_parse_line(row, currency, includes_tax) for row in rows]
    others = _parse_shipping(refund, currency) + optional_amount(refund, "total_duties", currency)
    if amount > sum(gross for _, gross in lines) + others + len(lines):
        return None
    items = sum(net for net, _ in lines)
    return min(items, amount) if items > 0 else 0


def _parse_line(line: JsonObject, currency: str, includes_tax: bool | None) -> tuple[int, int]:
    """What a line refunds for items, without tax (0 for a gift card); and what it refunds with tax."""
    subtotal = max(parse_amount(shop_amount(line, "subtotal"), currency, "subtotal"), 0)
    tax = max(optional_amount(line, "total_tax", currency), 0)
    if includes_tax is None:
        includes_tax = _seems_included(line, subtotal, tax)
    gross = subtotal if includes_tax else subtotal + tax
    return 0 if line.flag("line_item", "gift_card") else max(gross - tax, 0), gross


def _seems_included(line: JsonObject, subtotal: int, tax: int) -> bool:
    """Whether the subtotal includes the tax. The tax rates show which of the two fits better."""
    rates = [_parse_rate(row.value("rate")) for row in line.rows("line_item", "tax_lines")]
    rate = sum(rates, Decimal(0))
    outside, inside = subtotal * rate, subtotal * rate / (1 + rate)
    return abs(tax - inside) < abs(tax - outside)


def _parse_rate(value: object) -> Decimal:
    """A tax rate such as `0.19`; 0 if the value is not a rate between 0 and 1."""
    try:
        rate = Decimal(decimal_text_of(value) or "0")
    except InvalidOperation:
        return Decimal(0)
    return rate if rate.is_finite() and 0 < rate <= 1 else Decimal(0)


def _parse_shipping(refund: JsonObject, currency: str) -> int:
    """Refunded shipping, with its tax.

    API versions from 2024-10 send it in `refund_shipping_lines`, earlier ones as an order
    adjustment.
    """
    given = 0
    for line in refund.rows("refund_shipping_lines"):
        given += optional_amount(line, "subtotal_amount", currency)
        given += optional_amount(line, "tax_amount", currency)
    for adjustment in refund.rows("order_adjustments"):
        if adjustment.value("kind") == "shipping_refund":
            given -= optional_amount(adjustment, "amount", currency)
            given -= optional_amount(adjustment, "tax_amount", currency)
    return given
