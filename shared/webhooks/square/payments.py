"""Square's payments, refunds, disputes and invoices. Webhooks contain them completely."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import SUM_ONLY, parse_currency, parse_minor_units, totals_fields
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.reversal_fields import dispute_field, refund_fields, refunds_field
from shared.webhooks.square.orders import PROVIDER_NAME, amount_of, fetch_order
from shared.webhooks.update_fields import (
    HINT,
    UpdateFields,
    build_refs,
    build_update,
    customer_fields,
    evidence_fields,
    present_fields,
    require_id,
    server_fields,
    update_time,
    words_in,
)

_REFUND_STATUSES = {
    "PENDING": "pending",
    "APPROVED": "succeeded",
    "COMPLETED": "succeeded",
    "REJECTED": "failed",
    "FAILED": "failed",
}
_DISPUTE_STATES = {
    "EVIDENCE_REQUIRED": "open",
    "PROCESSING": "open",
    "WON": "won",
    "LOST": "lost",
    "ACCEPTED": "lost",
}
_INQUIRY = "INQUIRY_"
_INVOICE_PAID, _INVOICE_PLACED = "PAID", ("UNPAID", "SCHEDULED", "PARTIALLY_PAID")


def translate_payment(delivery: ProviderDelivery, payment: JsonObject) -> ProviderUpdate:
    """The order of a payment, read from the API. Without an API key, or if the payment names no
    order, the payment itself is the sale.
    """
    status = payment.text("status")
    if status in ("CANCELED", "FAILED"):
        raise UnusableDelivery("payment_not_made")
    if status not in ("APPROVED", "PENDING", "COMPLETED"):
        raise UnusableDelivery("unknown_status", "payment")
    order_id = payment.identifier("order_id")
    if order_id is not None and (update := _order_if_set_up(delivery, order_id, payment)):
        return update
    return _bare_payment(delivery, payment, status == "COMPLETED")


def _order_if_set_up(
    delivery: ProviderDelivery, order_id: str, payment: JsonObject
) -> ProviderUpdate | None:
    try:
        update = fetch_order(delivery, order_id, payment.text("buyer_email_address"))
    except UnusableDelivery as unusable:
        if unusable.parked.reason != "api_not_set_up":
            raise
        return None
    token = evidence_fields(words_in(payment.text("reference_id")))
    told = {"ref_token": token.get("ref_token")} if "ref_token" not in update.facts else {}
    return ProviderUpdate(update.facts | present_fields(**told))


def _bare_payment(delivery: ProviderDelivery, payment: JsonObject, paid: bool) -> ProviderUpdate:
    at = update_time(delivery, payment.instant("updated_at"), payment.instant("created_at"))
    words = words_in(payment.text("reference_id"))
    total = "total_money" if "total_money" in payment else "amount_money"
    charged = parse_minor_units(payment.value(total, "amount"), total)
    currency = parse_currency(payment.value(total, "currency"))
    totals = totals_fields(currency, charged, other=amount_of(payment, "tip_money"))
    return build_update(
        delivery,
        at,
        build_refs(PROVIDER_NAME, payment.identifier("order_id"), require_id(payment, "payment")),
        server_fields(words, PROVIDER_NAME),
        evidence_fields(words),
        customer_fields(words.identifier("gv_customer"), payment.text("buyer_email_address")),
        _sale_status(payment, at if paid else None),
        {**totals, "totals_rank": SUM_ONLY},
    )


def _sale_status(sale: JsonObject, paid_at: str | None) -> UpdateFields:
    return present_fields(
        status="completed" if paid_at else "placed",
        placed_at=sale.instant("created_at"),
        paid_at=paid_at,
        completed_at=paid_at,
    )


def translate_refund(delivery: ProviderDelivery, refund: JsonObject) -> ProviderUpdate:
    """A refund. It is linked to its order by the payment, because its `order_id` may be the id of a
    return.
    """
    refs = build_refs(PROVIDER_NAME, refund.identifier("payment_id"))
    status = _REFUND_STATUSES.get(refund.text("status") or "")
    if not refs:
        raise UnusableDelivery("no_order_named")
    if status is None:
        raise UnusableDelivery("unknown_status", "refund")
    as_of = update_time(delivery, refund.instant("updated_at"), refund.instant("created_at"))
    at = refund.instant("created_at") or as_of
    amount = parse_minor_units(refund.value("amount_money", "amount"), "amount_money")
    told = refund_fields(require_id(refund, "refund"), amount, at, status)
    return build_update(delivery, as_of, refs, HINT, refunds_field([told]))


def translate_dispute(delivery: ProviderDelivery, dispute: JsonObject) -> ProviderUpdate:
    state = dispute.text("state") or ""
    payments = [dispute.section("disputed_payment"), *dispute.rows("disputed_payments")]
    refs = build_refs(PROVIDER_NAME, *(payment.identifier("payment_id") for payment in payments))
    if state.startswith(_INQUIRY):
        raise UnusableDelivery("inquiry")
    if state not in _DISPUTE_STATES:
        raise UnusableDelivery("unknown_status", "dispute")
    if not refs:
        raise UnusableDelivery("no_order_named")
    as_of = update_time(delivery, dispute.instant("updated_at"), dispute.instant("created_at"))
    name = dispute.own_id() or dispute.identifier("dispute_id")
    amount = parse_minor_units(dispute.value("amount_money", "amount"), "amount_money")
    at = dispute.instant("created_at") or as_of
    told = dispute_field(name, amount, _DISPUTE_STATES[state], at)
    return build_update(delivery, as_of, refs, HINT, told)


def translate_invoice(delivery: ProviderDelivery, invoice: JsonObject) -> ProviderUpdate:
    """An invoice of an order. A cancelled invoice cancels the order."""
    order_id, status = invoice.identifier("order_id"), invoice.text("status")
    if order_id is None:
        raise UnusableDelivery("no_order_named")
    as_of = update_time(delivery, invoice.instant("updated_at"), invoice.instant("created_at"))
    refs = build_refs(PROVIDER_NAME, order_id)
    if status == "CANCELED":
        return build_update(delivery, as_of, refs, HINT, {"status": "cancelled"})
    if status != _INVOICE_PAID and status not in _INVOICE_PLACED:
        raise UnusableDelivery("unknown_status", "invoice")
    requests = invoice.rows("payment_requests")
    charged = sum(amount_of(request, "total_completed_amount_money") for request in requests)
    name = "total_completed_amount_money" if charged else "computed_amount_money"
    currency = next((request.value(name, "currency") for request in requests), None)
    totals = totals_fields(parse_currency(currency), charged)
    return build_update(
        delivery,
        as_of,
        refs,
        customer_fields(None, invoice.text("primary_recipient", "email_address")),
        _sale_status(invoice, as_of if status == _INVOICE_PAID else None),
        {**totals, "totals_rank": SUM_ONLY},
    )
