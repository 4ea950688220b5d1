"""Translates orders of PayPal's API. One order contains all its captures and refunds."""

from urllib.parse import quote

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import (
    SUM_ONLY,
    parse_currency,
    parse_rounded_amount,
    totals_fields,
)
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.reversal_fields import RefundFields, refund_fields, refund_rows, refunds_field
from shared.webhooks.update_fields import (
    UpdateFields,
    build_refs,
    build_update,
    customer_fields,
    evidence_fields,
    present_fields,
    require_id,
    update_time,
    words_in,
)

PROVIDER_NAME = "paypal"
_ORDERS = "/v2/checkout/orders/"
_CAPTURED = ("COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED")
_REFUND_STATUSES = {
    "COMPLETED": "succeeded",
    "PENDING": "pending",
    "FAILED": "failed",
    "CANCELLED": "failed",
}


def fetch(delivery: ProviderDelivery, path: str, name: str | None) -> JsonObject:
    """The API's object for an id that a body named. Raises `UnusableDelivery` if the body named
    none.
    """
    if name is None:
        raise UnusableDelivery("no_order_named")
    return delivery.api.get(path + quote(name, safe=""))


def newest_time(delivery: ProviderDelivery, *rows: JsonObject) -> str:
    """The latest time at which any of the fetched objects changed. So of two answers the newer one
    wins.
    """
    times = [row.instant(name) for row in rows for name in ("create_time", "update_time")]
    return update_time(delivery, max(filter(None, times), default=None))


def fetch_order(delivery: ProviderDelivery, order_id: str | None) -> ProviderUpdate:
    return _tell(delivery, fetch(delivery, _ORDERS, order_id), None)


def fetch_capture(
    delivery: ProviderDelivery, capture_id: str | None, refund: JsonObject | None = None
) -> ProviderUpdate:
    """The order of a capture. If PayPal no longer has the order, the update is made from the
    capture alone.

    `refund` was fetched separately, because the order may not list a reversal.
    """
    capture = fetch(delivery, "/v2/payments/captures/", capture_id)
    order_id = capture.identifier("supplementary_data", "related_ids", "order_id")
    order = _known_order(delivery, order_id) if order_id else None
    return _tell(delivery, order or _as_order(capture), refund)


def _known_order(delivery: ProviderDelivery, order_id: str) -> JsonObject | None:
    try:
        return fetch(delivery, _ORDERS, order_id)
    except UnusableDelivery as unusable:
        if unusable.parked.reason != "not_at_processor":
            raise
        return None


def _as_order(capture: JsonObject) -> JsonObject:
    unit = {**capture.fields, "payments": {"captures": [capture.fields]}}
    return JsonObject({"create_time": capture.value("create_time"), "purchase_units": [unit]})


def _tell(
    delivery: ProviderDelivery, order: JsonObject, refund: JsonObject | None
) -> ProviderUpdate:
    """The facts in their current state. The buyer's browser may have written `custom_id`, so it is
    used only as evidence.
    """
    units = order.rows("purchase_units")
    captures = [capture for unit in units for capture in unit.rows("payments", "captures")]
    refunds = [row for unit in units for row in refund_rows(unit, "payments", "refunds")]
    words = next(
        (words_in(text) for unit in units if (text := unit.text("custom_id"))), words_in(None)
    )
    listed = [*refunds, *([refund] if refund else [])]
    as_of = newest_time(delivery, order, *captures, *listed)
    names = [capture.own_id() for capture in captures]
    return build_update(
        delivery,
        as_of,
        build_refs(PROVIDER_NAME, order.own_id(), *names),
        evidence_fields(words),
        customer_fields(None, order.text("payer", "email_address")),
        _status_fields(order, captures),
        _totals(units, captures),
        refunds_field([_refund(row, _currency(units), as_of) for row in listed]),
    )


def _status_fields(order: JsonObject, captures: list[JsonObject]) -> UpdateFields:
    """PayPal does not report fulfilment. An order is completed by its first successful capture."""
    placed_at = order.instant("create_time")
    if order.value("status") == "VOIDED":
        return present_fields(status="cancelled", placed_at=placed_at)
    times = [row.instant("create_time") for row in captures if row.value("status") in _CAPTURED]
    paid_at = min(filter(None, times), default=None)
    return present_fields(
        status="completed" if paid_at else "placed",
        placed_at=placed_at,
        paid_at=paid_at,
        completed_at=paid_at,
    )


def _totals(units: list[JsonObject], captures: list[JsonObject]) -> UpdateFields:
    """What was ordered and, if it differs, what was captured."""
    currency = _currency(units)
    parts = {name: _sum(units, currency, name) for name in _BREAKDOWN}
    charged = sum(amount_of(unit.section("amount"), currency, "amount") for unit in units)
    shipping = parts["shipping"] + parts["handling"] + parts["insurance"]
    totals = totals_fields(
        currency,
        charged,
        parts["discount"],
        parts["tax_total"],
        max(shipping - parts["shipping_discount"], 0),
    )
    itemised = all(unit.value("amount", "breakdown") for unit in units)
    paid = [row for row in captures if row.value("status") in _CAPTURED]
    captured = sum(amount_of(row.section("amount"), currency, "capture") for row in paid)
    return {
        **totals,
        **({} if itemised else {"totals_rank": SUM_ONLY}),
        **({"captured_total": captured} if paid and captured != charged else {}),
    }


def _currency(units: list[JsonObject]) -> str:
    return parse_currency(next((u.value("amount", "currency_code") for u in units), None))


_BREAKDOWN = ("shipping", "handling", "insurance", "shipping_discount", "tax_total", "discount")


def _sum(units: list[JsonObject], currency: str, name: str) -> int:
    parts = [unit.section("amount", "breakdown", name) for unit in units]
    return sum(amount_of(part, currency, name) for part in parts if part.fields)


def amount_of(money: JsonObject, currency: str, name: str) -> int:
    """An amount in minor units. PayPal sends decimals in major units; for some currencies they have
    fewer digits than in ISO 4217. Raises `UnusableDelivery` if the currency is not `currency`.
    """
    if parse_currency(money.value("currency_code")) != currency:
        raise UnusableDelivery("currency_differs")
    return parse_rounded_amount(money.value("value"), currency, name)


def _refund(row: JsonObject, currency: str, as_of: str) -> RefundFields:
    status = _REFUND_STATUSES.get(row.text("status") or "")
    if status is None:
        raise UnusableDelivery("unknown_status", "refund")
    amount = amount_of(row.section("amount"), currency, "refund")
    at = row.instant("create_time") or as_of
    return refund_fields(require_id(row, "refund"), amount, at, status)
