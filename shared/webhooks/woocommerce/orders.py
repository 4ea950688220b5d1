"""Translates WooCommerce's orders. Times with names `…_gmt` are UTC."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import parse_currency
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
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
from shared.webhooks.woocommerce.money import credit_of, order_refunds, order_totals
from shared.webhooks.woocommerce.rates import plugin_rate

PROVIDER_NAME = "woocommerce"
_PLACED = ("pending", "on-hold", "checkout-draft", "failed")
_COPIED_FROM = ("_subscription_renewal", "_subscription_resubscribe", "_subscription_switch")
"""Meta data that marks the later orders of a subscription. The meta data of the first order is
copied to them.
"""
_NOT_INHERITED = ("gv_order", "gv_credit", "gv_fx_rate")


def translate_order(delivery: ProviderDelivery, order: JsonObject) -> ProviderUpdate:
    """The order. Only the shop's server can write an order's meta data, so we trust every tag in
    it.
    """
    order_id = require_id(order, "order")
    as_of = update_time(
        delivery, order.instant("date_modified_gmt"), order.instant("date_created_gmt")
    )
    meta = _own_meta_data(order)
    currency = parse_currency(order.value("currency"))
    codes = [line.text("code") for line in order.rows("coupon_lines")]
    told = server_fields(meta, PROVIDER_NAME)
    return build_update(
        delivery,
        as_of,
        build_refs(PROVIDER_NAME, order_id),
        {"id": f"{PROVIDER_NAME}:{order_id}"},
        told,
        evidence_fields(meta, codes),
        _customer_fields(order, meta),
        _status_fields(order, as_of),
        order_totals(order, currency, credit_of(order, meta, currency)),
        order_refunds(order, currency, as_of),
        {} if "fx_rate" in told else plugin_rate(meta, currency),
    )


def _own_meta_data(order: JsonObject) -> JsonObject:
    """The meta data. In a later order of a subscription, without the tags that belong to the first
    order.
    """
    meta = read_tags(order.rows("meta_data"), "key")
    if not any(name in meta for name in _COPIED_FROM):
        return meta
    own = {name: value for name, value in meta.fields.items() if name not in _NOT_INHERITED}
    return JsonObject(own)


def _customer_fields(order: JsonObject, meta: JsonObject) -> UpdateFields:
    """The shop's own customer id. WooCommerce sends 0 for a guest; the shop's server may name a
    guest in `gv_customer`.
    """
    customer_id = order.identifier("customer_id")
    signed_in = None if customer_id == "0" else customer_id
    known_id = signed_in or meta.identifier("gv_customer")
    return customer_fields(known_id, order.text("billing", "email"))


def _status_fields(order: JsonObject, as_of: str) -> UpdateFields:
    status = _parse_status(order)
    completed_at = order.instant("date_completed_gmt")
    if status == "completed" and completed_at is None:
        completed_at = as_of
    paid_at = order.instant("date_paid_gmt")
    if status in ("paid", "completed") and paid_at is None:
        paid_at = completed_at or as_of
    return present_fields(
        status=status,
        placed_at=order.instant("date_created_gmt"),
        paid_at=paid_at,
        completed_at=completed_at,
    )


def _parse_status(order: JsonObject) -> str:
    """Our status. An order with a plugin's own status is paid if WooCommerce recorded a payment.

    A failed payment may be tried again, so it does not cancel the order. With cash on delivery an
    order is `processing` before it is paid.
    """
    status = order.text("status")
    if status is None:
        raise UnusableDelivery("unknown_status", "order")
    if status in ("completed", "cancelled"):
        return status
    if status == "refunded":
        return "completed" if order.instant("date_completed_gmt") else "paid"
    if status in _PLACED:
        return "placed"
    if status == "processing" and order.value("payment_method") != "cod":
        return "paid"
    return "paid" if order.instant("date_paid_gmt") else "placed"
