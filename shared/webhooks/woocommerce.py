"""WooCommerce's orders.

No topic tells of a payment or a refund: every change sends the whole order. Amounts of its lines
are net of tax even where prices include it, and times called `…_gmt` are UTC.
"""

import re
from collections.abc import Mapping

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import Provider, ProviderDelivery, ProviderUpdate
from shared.webhooks.signature import BodySignature, find_header
from shared.webhooks.update_fields import (
    RefundFields,
    TotalsFields,
    UpdateFields,
    build_refs,
    build_update,
    credit_used,
    customer_fields,
    evidence_fields,
    parse_amount,
    parse_currency,
    present_fields,
    read_tags,
    refund_fields,
    refunds_field,
    require_id,
    totals_fields,
    update_time,
)

SIGNATURE_HEADER = "X-WC-Webhook-Signature"
_PLACED = ("pending", "on-hold", "checkout-draft", "failed")
_GONE = "trash"
_PING = re.compile(rb"webhook_id=\d{1,20}")
_HTML_QUOTING = {
    "&quot;": '"',
    "&#034;": '"',
    "&#x22;": '"',
    "&#039;": "'",
    "&#x27;": "'",
    "&lt;": "<",
    "&#060;": "<",
    "&gt;": ">",
    "&#062;": ">",
    "&amp;": "&",
    "&#038;": "&",
    "&#x26;": "&",
}


class WooCommerceSignature(BodySignature):
    """A body signature by a generated secret, which may itself contain blanks and commas."""

    def list_secrets(self, secret: str) -> list[str]:
        return [secret.strip()]

    def split_secret(self, secret: str) -> list[str]:
        """The whole text comes first, since it may be one secret."""
        *parts, whole = super().split_secret(secret) or [""]
        return [whole, *parts] if whole else []

    def decode_keys(self, secret: str) -> list[bytes]:
        """WooCommerce stores the secret escaped for HTML and signs with the unescaped one."""
        pattern = "|".join(_HTML_QUOTING)
        unescaped = re.sub(pattern, lambda match: _HTML_QUOTING[match[0]], secret)
        return list(dict.fromkeys((secret.encode(), unescaped.encode())))


def is_ping(headers: Mapping[str, str], body: bytes) -> bool:
    """The unsigned greeting when a webhook is saved; WooCommerce wants the answer 200."""
    signed = bool(find_header(headers, SIGNATURE_HEADER))
    return not signed and _PING.fullmatch(body.strip()) is not None


def translate(delivery: ProviderDelivery) -> ProviderUpdate:
    order = delivery.document
    if set(order.fields) == {"id"} and delivery.topic == "order.deleted":
        raise UnusableDelivery("order_deleted")
    if "order_key" not in order or "billing_period" in order:
        raise UnusableDelivery("irrelevant_topic", delivery.topic)
    if order.value("status") == _GONE:
        raise UnusableDelivery("order_deleted")
    return _translate_order(delivery, order)


def _translate_order(delivery: ProviderDelivery, order: JsonObject) -> ProviderUpdate:
    order_id = require_id(order, "order")
    as_of = update_time(
        delivery, order.instant("date_modified_gmt"), order.instant("date_created_gmt")
    )
    tags = read_tags(order.rows("meta_data"), "key")
    currency = parse_currency(order.value("currency"))
    codes = [line.text("code") for line in order.rows("coupon_lines")]
    return build_update(
        delivery,
        as_of,
        build_refs("woocommerce", order_id),
        {"id": f"woocommerce:{order_id}"},
        evidence_fields(tags, codes),
        _customer_fields(order, tags),
        _status_fields(order, as_of),
        _totals_fields(order, currency, credit_used(tags)),
        _refunds_field(order, currency, as_of),
    )


def _customer_fields(order: JsonObject, tags: JsonObject) -> UpdateFields:
    """The shop's own customer id; WooCommerce writes 0 for a guest."""
    customer_id = order.identifier("customer_id")
    known_id = tags.identifier("gv_customer") or (None if customer_id == "0" else customer_id)
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
    """Our status. One that a plugin added is paid where WooCommerce saw the money.

    A failed payment may be tried again, so it cancels nothing. With cash on delivery an order is
    `processing` before it is paid.
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


def _totals_fields(order: JsonObject, currency: str, credit: int | None) -> TotalsFields:
    return totals_fields(
        currency,
        parse_amount(order.value("total"), currency, "total"),
        parse_amount(order.value("discount_total") or "0", currency, "discount_total"),
        parse_amount(order.value("total_tax") or "0", currency, "total_tax"),
        parse_amount(order.value("shipping_total") or "0", currency, "shipping_total"),
        credit,
    )


def _refunds_field(order: JsonObject, currency: str, as_of: str) -> UpdateFields:
    """The order's refunds; an order with the status `refunded` is refunded wholly."""
    refunds = [_refund_fields(row, currency, as_of) for row in order.rows("refunds")]
    charged = parse_amount(order.value("total"), currency, "total")
    listed = sum(refund["amount"] for refund in refunds)
    incomplete = order.value("status") == "refunded" and listed < charged
    return refunds_field(refunds, charged if incomplete else None)


def _refund_fields(row: JsonObject, currency: str, as_of: str) -> RefundFields:
    """WooCommerce writes the total of a refund negative, and without a date."""
    refund_id = require_id(row, "refund")
    total = parse_amount(row.value("total"), currency, "refund")
    return refund_fields(refund_id, abs(total), as_of)


PROVIDER = Provider(
    "woocommerce",
    WooCommerceSignature(SIGNATURE_HEADER),
    translate,
    topic_header="X-WC-Webhook-Topic",
    is_ping=is_ping,
)
