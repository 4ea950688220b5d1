"""Translates orders of BigCommerce's API."""

from dataclasses import replace
from datetime import UTC
from email.utils import parsedate_to_datetime

from shared.domain.members.code import is_credit_code
from shared.webhooks.bigcommerce.api import FetchedOrder
from shared.webhooks.bigcommerce.money import (
    find_credit,
    order_refunds,
    order_totals,
    parse_refunds,
)
from shared.webhooks.exchange_rates import inverse_rate, rate_fields
from shared.webhooks.foreign_json import JsonObject, rfc3339, whole_number_of
from shared.webhooks.money_fields import parse_currency
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.reversal_fields import RefundFields
from shared.webhooks.update_fields import (
    UpdateFields,
    build_refs,
    build_update,
    customer_fields,
    evidence_fields,
    present_fields,
    read_tags,
    require_id,
    server_fields,
    update_time,
)

PROVIDER_NAME = "bigcommerce"
_INCOMPLETE = 0
_PLACED = (_INCOMPLETE, 1, 7, 12)
"""Incomplete, pending, awaiting payment, manual verification required."""
_PAID = (3, 8, 9, 11)
"""Partially shipped, awaiting pickup, awaiting shipment, awaiting fulfilment."""
_COMPLETED = (2, 10)
"""Shipped, completed."""
_CANCELLED = (5, 6)
"""Cancelled, declined."""
_REFUNDED, _PARTLY_REFUNDED, _DISPUTED = 4, 14, 13
_UNPAID = ("authorized", "capture pending", "declined", "held for review", "pending", "void")
_TEST_GATEWAY = "Test Payment"


def translate_order(delivery: ProviderDelivery, fetched: FetchedOrder) -> ProviderUpdate:
    """The whole order as an update. Only the shop's server can write metafields, so we trust every
    tag in them. The buyer can write form fields, so tags there are only evidence.

    Raises `UnusableDelivery`, also for an order that was deleted.
    """
    fetched = _with_counted_coupons(fetched)
    order, words = fetched.order, read_tags(fetched.metafields, "key")
    order_id = require_id(order, "order")
    if order.flag("is_deleted"):
        raise UnusableDelivery("order_deleted")
    as_of = update_time(delivery, _instant(order, "date_modified"), _instant(order, "date_created"))
    currency = parse_currency(order.text("default_currency_code") or order.value("currency_code"))
    refunds = parse_refunds(fetched, currency, as_of)
    totals = order_totals(fetched, currency, find_credit(fetched, words, currency))
    told = server_fields(words, PROVIDER_NAME)
    return build_update(
        delivery,
        as_of,
        build_refs(PROVIDER_NAME, order_id),
        {"id": f"{PROVIDER_NAME}:{order_id}"},
        told,
        _evidence_fields(fetched, words),
        _customer_fields(order, words),
        _status_fields(order, as_of, refunds),
        totals,
        order_refunds(order, refunds, totals, wholly=_status_id(order) == _REFUNDED),
        {"disputed": _status_id(order) == _DISPUTED},
        {} if "fx_rate" in told else _rate_fields(order, currency),
        _test_field(delivery, order),
    )


def _with_counted_coupons(fetched: FetchedOrder) -> FetchedOrder:
    """The order without the credit codes of an incomplete order: nobody says that it was abandoned
    before the payment, so it would claim the code until the code ends.
    """
    if _status_id(fetched.order) != _INCOMPLETE:
        return fetched
    shared = [row for row in fetched.coupons if not is_credit_code(row.text("code") or "")]
    return replace(fetched, coupons=shared)


def _test_field(delivery: ProviderDelivery, order: JsonObject) -> UpdateFields:
    paid_by = order.text("payment_method") or ""
    is_test = paid_by.startswith(_TEST_GATEWAY) and not delivery.accept_sandbox
    return {"test": True} if is_test else {}


def _evidence_fields(fetched: FetchedOrder, words: JsonObject) -> UpdateFields:
    """The evidence of who recommended the buyer. Tags of the shop's server have priority over the
    buyer's form.
    """
    written = read_tags(fetched.order.rows("billing_address", "form_fields"), "name")
    codes = [written.text("gv_code"), *(row.text("code") for row in fetched.coupons)]
    return evidence_fields(JsonObject(written.fields | words.fields), codes)


def _customer_fields(order: JsonObject, words: JsonObject) -> UpdateFields:
    """The shop's own customer id. BigCommerce sends 0 for a guest; the shop's server may name a
    guest in `gv_customer`.
    """
    customer_id = order.identifier("customer_id") or words.identifier("gv_customer")
    return customer_fields(customer_id, order.text("billing_address", "email"))


def _status_fields(order: JsonObject, as_of: str, refunds: list[RefundFields]) -> UpdateFields:
    """BigCommerce does not send the time of payment. It is taken from the event, or from an earlier
    refund.
    """
    status = _parse_status(order)
    paid_at = completed_at = None
    if status in ("paid", "completed"):
        paid_at = min([as_of, *(refund["at"] for refund in refunds)])
    if status == "completed":
        completed_at = _instant(order, "date_shipped") or as_of
    return present_fields(
        status=status,
        placed_at=_instant(order, "date_created"),
        paid_at=paid_at,
        completed_at=completed_at,
    )


def _parse_status(order: JsonObject) -> str:
    """Our status. An order that was refunded or disputed was paid before. It was also completed if
    it has a shipping date or is digital.
    """
    status = _status_id(order)
    if status in _CANCELLED:
        return "cancelled"
    if status in _COMPLETED:
        return "completed"
    if status in (_REFUNDED, _PARTLY_REFUNDED, _DISPUTED):
        left = _instant(order, "date_shipped") or order.flag("order_is_digital")
        return "completed" if left else "paid"
    if status not in _PAID and status not in _PLACED:
        raise UnusableDelivery("unknown_status", "status_id")
    paid = status in _PAID and order.value("payment_status") not in _UNPAID
    return "paid" if paid else "placed"


def _status_id(order: JsonObject) -> int | None:
    return whole_number_of(order.value("status_id"))


def _rate_fields(order: JsonObject, currency: str) -> UpdateFields:
    """The rate of an order that is not in the shop's currency. BigCommerce's rate converts from the
    shop's currency, so it is inverted.
    """
    base = order.text("store_default_currency_code")
    if base is None or base.upper() == currency:
        return {}
    rate = inverse_rate(order.value("store_default_to_transactional_exchange_rate"))
    return rate_fields(rate, base)


def _instant(row: JsonObject, field: str) -> str | None:
    """A time in the format of e-mail headers; `None` if it is absent or invalid."""
    text = row.text(field)
    try:
        return rfc3339(parsedate_to_datetime(text).astimezone(UTC)) if text else None
    except (ValueError, OverflowError):
        return None
