"""WooCommerce's orders in our words.

There is no topic for a payment or a refund: every change sends the whole order. Its line amounts are net of tax even where
prices include it, and its times called `…_gmt` are UTC.
"""

from shared.webhooks.delivery import ProviderDelivery, ProviderFacts, Unusable
from shared.webhooks.document import dig, identity, instant, objects, word
from shared.webhooks.fact import (
    buyer,
    credit_of,
    currency_of,
    evidence,
    known,
    money,
    names,
    news_time,
    refund,
    refunded,
    tags,
    tell,
    totals,
)

_PLACED = ("pending", "on-hold", "checkout-draft", "failed")
_GONE = "trash"


def translate(delivery: ProviderDelivery) -> ProviderFacts:
    """Raises `Unusable` for a body that is not an order."""
    order = delivery.document
    if set(order) == {"id"} and delivery.topic == "order.deleted":
        raise Unusable("order_deleted")
    if "order_key" not in order or "billing_period" in order:
        raise Unusable("irrelevant_topic", delivery.topic)
    if order.get("status") == _GONE:
        raise Unusable("order_deleted")
    return _order(delivery, order)


def _order(delivery: ProviderDelivery, order: dict) -> ProviderFacts:
    order_id = identity(order)
    if order_id is None:
        raise Unusable("missing_id", "order")
    as_of = news_time(delivery, order.get("date_modified_gmt"), order.get("date_created_gmt"))
    tagged, currency = tags(order.get("meta_data"), "key"), currency_of(order.get("currency"))
    codes = [entry.get("code") for entry in objects(order.get("coupon_lines"))]
    return tell(
        delivery,
        as_of,
        names("woocommerce", order_id),
        {"id": f"woocommerce:{order_id}"},
        evidence(tagged, codes),
        buyer(
            identity(tagged.get("gv_customer")) or _customer_id(order),
            dig(order, "billing", "email"),
        ),
        _standing(order, as_of),
        _totals(order, currency, credit_of(tagged)),
        _refunds(order, currency, as_of),
    )


def _customer_id(order: dict) -> str | None:
    """The shop's own id; 0 is WooCommerce's word for a guest."""
    customer_id = identity(order.get("customer_id"))
    return None if customer_id == "0" else customer_id


def _standing(order: dict, as_of: str) -> dict:
    status = _status(order)
    completed_at = instant(order.get("date_completed_gmt"))
    if status == "completed" and completed_at is None:
        completed_at = as_of
    paid_at = instant(order.get("date_paid_gmt"))
    if status in ("paid", "completed") and paid_at is None:
        paid_at = completed_at or as_of
    return known(
        status=status,
        placed_at=instant(order.get("date_created_gmt")),
        paid_at=paid_at,
        completed_at=completed_at,
    )


def _status(order: dict) -> str:
    """Our word for the status; one that a plugin added counts as paid where WooCommerce saw the money.

    A failed payment may be tried again, so it cancels nothing. Cash on delivery is `processing` before it is paid.
    """
    told, seen = word(order.get("status")), instant(order.get("date_paid_gmt")) is not None
    if told is None:
        raise Unusable("unknown_status", "order")
    if told in ("completed", "cancelled"):
        return told
    if told == "refunded":
        return "completed" if instant(order.get("date_completed_gmt")) else "paid"
    if told in _PLACED:
        return "placed"
    if told == "processing" and order.get("payment_method") != "cod":
        return "paid"
    return "paid" if seen else "placed"


def _totals(order: dict, currency: str, credit: int | None) -> dict:
    return totals(
        currency,
        money(order.get("total"), currency, "total"),
        money(order.get("discount_total") or "0", currency, "discount_total"),
        money(order.get("total_tax") or "0", currency, "total_tax"),
        money(order.get("shipping_total") or "0", currency, "shipping_total"),
        credit,
    )


def _refunds(order: dict, currency: str, as_of: str) -> dict:
    """The refunds that the order lists, their totals negative and without a date; an order called refunded is so wholly."""
    refunds = [_refund(entry, currency, as_of) for entry in objects(order.get("refunds"))]
    charged = money(order.get("total"), currency, "total")
    short = (
        order.get("status") == "refunded" and sum(entry["amount"] for entry in refunds) < charged
    )
    return refunded(refunds, charged if short else None)


def _refund(entry: dict, currency: str, as_of: str) -> dict:
    refund_id = identity(entry)
    if refund_id is None:
        raise Unusable("missing_id", "refund")
    return refund(refund_id, abs(money(entry.get("total"), currency, "refund")), as_of)
