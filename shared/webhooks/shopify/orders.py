"""Translates Shopify's orders."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import TotalsFields, parse_currency
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.reversal_fields import RefundFields, refund_rows, refunds_field
from shared.webhooks.shopify.fields import exact_ids, require_exact_id
from shared.webhooks.shopify.refunds import moved_money, parse_refund
from shared.webhooks.shopify.totals import order_totals
from shared.webhooks.update_fields import (
    UpdateFields,
    build_refs,
    build_update,
    customer_fields,
    evidence_fields,
    present_fields,
    read_tags,
    update_time,
)

_PAID = ("paid", "partially_refunded", "refunded")
_UNPAID = ("authorized", "pending", "partially_paid", "voided", "expired", "unpaid")


def translate_order(delivery: ProviderDelivery, order: JsonObject) -> ProviderUpdate:
    """The order. Note attributes are set in the buyer's cart, so they are used only as evidence."""
    order_id = require_exact_id(order, "order")
    as_of = update_time(delivery, order.instant("updated_at"), order.instant("created_at"))
    cart = read_tags(order.rows("note_attributes"), "name")
    currency = parse_currency(order.value("currency"))
    codes = [row.text("code") for row in order.rows("discount_codes")]
    refunds = _parse_refunds(order, currency, as_of)
    totals = order_totals(order, currency, sum(refund["amount"] for refund in refunds))
    return build_update(
        delivery,
        as_of,
        build_refs("shopify", *exact_ids(order)),
        {"id": f"shopify:{order_id}"},
        evidence_fields(cart, codes),
        _customer_fields(order),
        _status_fields(order, as_of, refunds),
        totals,
        _refunds_field(order, refunds, totals),
        {"test": True} if order.flag("test") else {},
    )


def _customer_fields(order: JsonObject) -> UpdateFields:
    customer = order.section("customer")
    customer_id = next(iter(exact_ids(customer)), order.identifier("customer"))
    emails = customer.text("email"), order.text("email"), order.text("contact_email")
    return customer_fields(customer_id, *emails)


def _status_fields(order: JsonObject, as_of: str, refunds: list[RefundFields]) -> UpdateFields:
    """Shopify does not send the time of payment. It is taken from the event, or from an earlier
    refund.
    """
    status = _parse_status(order)
    paid_at = None if status == "placed" else min([as_of, *(refund["at"] for refund in refunds)])
    completed_at = _fulfilled_at(order, as_of) if status == "completed" else None
    return present_fields(
        status="cancelled" if order.value("cancelled_at") else status,
        placed_at=order.instant("processed_at") or order.instant("created_at"),
        paid_at=paid_at,
        completed_at=completed_at,
    )


def _parse_status(order: JsonObject) -> str:
    """The status without a cancellation, which `_status_fields` checks separately."""
    financial = order.value("financial_status")
    if financial in _PAID:
        return "completed" if order.value("fulfillment_status") == "fulfilled" else "paid"
    if financial is not None and financial not in _UNPAID:
        raise UnusableDelivery("unknown_status", "financial_status")
    return "placed"


def _fulfilled_at(order: JsonObject, as_of: str) -> str:
    """The time of the last successful fulfilment."""
    fulfilments = [row for row in order.rows("fulfillments") if row.value("status") == "success"]
    times = [row.instant("created_at") or row.instant("updated_at") for row in fulfilments]
    return max(filter(None, times), default=as_of)


def _parse_refunds(order: JsonObject, currency: str, as_of: str) -> list[RefundFields]:
    """The refunds that moved money. Other refunds only reduced what was charged."""
    includes_tax = order.flag("taxes_included")
    return [
        parse_refund(refund, currency, as_of, order.section("total_price_set"), includes_tax)
        for refund in refund_rows(order, "refunds")
        if moved_money(refund)
    ]


def _refunds_field(
    order: JsonObject, refunds: list[RefundFields], totals: TotalsFields
) -> UpdateFields:
    """The listed refunds. If the order has the status `refunded`, the whole charge counts as
    refunded.
    """
    net = totals["items_total"] - totals["discount_total"]
    charged = net + totals["tax_total"] + totals["shipping_total"] + totals["other_total"]
    listed = sum(refund["amount"] for refund in refunds)
    incomplete = order.value("financial_status") == "refunded" and listed < charged
    return refunds_field(refunds, charged if incomplete else None)
