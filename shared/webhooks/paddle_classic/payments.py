"""Paddle Classic's payments. Each is a sale; each renewal of a subscription is a separate one."""

import json

from shared.webhooks.exchange_rates import quotient_rate, rate_fields
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import TotalsFields, parse_amount, parse_currency, totals_fields
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.update_fields import (
    UpdateFields,
    build_refs,
    build_update,
    customer_fields,
    evidence_fields,
    update_time,
)

PROVIDER_NAME = "paddle_classic"


def translate_payment(delivery: ProviderDelivery, alert: JsonObject) -> ProviderUpdate:
    """The sale. Passthrough and custom data are set in the buyer's browser, so they are used only
    as evidence. Paddle does not report fulfilment, so the payment completes the order.
    """
    refs, at = order_refs(alert), told_at(delivery, alert)
    return build_update(
        delivery,
        at,
        refs,
        {"id": refs[0]},
        evidence_fields(_read_tags(alert), [alert.text("coupon")]),
        customer_fields(None, alert.text("email")),
        {"status": "completed", "placed_at": at, "paid_at": at, "completed_at": at},
        _payment_totals(alert),
        _rate_fields(alert),
    )


def order_refs(alert: JsonObject) -> list[str]:
    refs = build_refs(PROVIDER_NAME, alert.identifier("order_id"))
    if not refs:
        raise UnusableDelivery("no_order_named")
    return refs


def told_at(delivery: ProviderDelivery, alert: JsonObject) -> str:
    return update_time(delivery, alert.instant("event_time"))


def _read_tags(alert: JsonObject) -> JsonObject:
    """Our tags, from the two fields that Paddle passes on from a checkout. Each of them contains a
    JSON object.
    """
    words: UpdateFields = {}
    for field in ("passthrough", "custom_data"):
        value = alert.value(field)
        try:
            document = json.loads(value) if isinstance(value, str) else None
        except (ValueError, RecursionError):
            continue
        words = JsonObject(document).fields | words
    return JsonObject(words)


def _payment_totals(alert: JsonObject) -> TotalsFields:
    """What was charged. Paddle does not send the price before a coupon."""
    currency = parse_currency(alert.value("currency"))
    charged = parse_amount(alert.value("sale_gross"), currency, "sale_gross")
    tax = parse_amount(alert.value("payment_tax") or "0", currency, "payment_tax")
    return totals_fields(currency, charged, tax=tax)


def _rate_fields(alert: JsonObject) -> UpdateFields:
    """Paddle's own rate, to the currency of the vendor's balance. It is computed, because Paddle
    sends the amount in both currencies.
    """
    leads_to = alert.text("balance_currency")
    if leads_to is None or leads_to == alert.text("currency"):
        return {}
    rate = quotient_rate(alert.value("balance_gross"), alert.value("sale_gross"))
    return rate_fields(rate, leads_to)
