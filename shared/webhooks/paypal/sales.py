"""Sales, which are the payments of PayPal's subscriptions. Each renewal is a separate order."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import parse_currency, parse_rounded_amount, totals_fields
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.paypal.orders import PROVIDER_NAME, fetch, newest_time
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.reversal_fields import refund_fields, refunds_field
from shared.webhooks.update_fields import (
    HINT,
    UpdateFields,
    build_refs,
    build_update,
    evidence_fields,
    present_fields,
    require_id,
    words_in,
)

_PAID = ("completed", "partially_refunded", "refunded")
_UNPAID = ("pending", "denied")
_REFUND_STATUSES = {
    "completed": "succeeded",
    "pending": "pending",
    "failed": "failed",
    "cancelled": "failed",
}


def translate_sale(delivery: ProviderDelivery, named: JsonObject) -> ProviderUpdate:
    """A payment of a subscription. Its `custom` is the `custom_id` of the subscription."""
    sale = fetch(delivery, "/v1/payments/sale/", named.own_id())
    return build_update(
        delivery,
        newest_time(delivery, sale),
        build_refs(PROVIDER_NAME, require_id(sale, "sale")),
        evidence_fields(words_in(sale.text("custom"))),
        _status_fields(sale),
        totals_fields(
            parse_currency(sale.value("amount", "currency")),
            _amount(sale, "total"),
            tax=_amount(sale, "details", "tax"),
            shipping=_amount(sale, "details", "shipping"),
        ),
    )


def _status_fields(sale: JsonObject) -> UpdateFields:
    at, state = sale.instant("create_time"), sale.text("state")
    if state in _PAID:
        return present_fields(status="completed", placed_at=at, paid_at=at, completed_at=at)
    if state not in _UNPAID:
        raise UnusableDelivery("unknown_status", "sale")
    return present_fields(status="placed", placed_at=at)


def _amount(row: JsonObject, *path: str) -> int:
    value = row.value("amount", *path)
    if value is None and path != ("total",):
        return 0
    return parse_rounded_amount(value, parse_currency(row.value("amount", "currency")), path[-1])


def translate_sale_refund(delivery: ProviderDelivery, named: JsonObject) -> ProviderUpdate:
    """A refund or a reversal of a sale, found by the id of the refund."""
    refund = fetch(delivery, "/v1/payments/refund/", named.own_id())
    refs = build_refs(PROVIDER_NAME, refund.identifier("sale_id"))
    status = _REFUND_STATUSES.get(refund.text("state") or "")
    if not refs:
        raise UnusableDelivery("no_order_named")
    if status is None:
        raise UnusableDelivery("unknown_status", "refund")
    as_of = newest_time(delivery, refund)
    at = refund.instant("create_time") or as_of
    told = refund_fields(require_id(refund, "refund"), abs(_amount(refund, "total")), at, status)
    return build_update(delivery, as_of, refs, HINT, refunds_field([told]))
