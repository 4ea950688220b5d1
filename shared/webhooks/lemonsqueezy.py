"""Lemon Squeezy's events: orders and subscription invoices. Each renewal invoice is a sale.

The first order of a subscription arrives twice: as `order_created`, and as the subscription's first
invoice, which does not name the order. `subscription_created` names both.
"""

from collections.abc import Sequence

from shared.domain.members.code import is_credit_code
from shared.webhooks.exchange_rates import parse_rate, rate_fields
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.lemonsqueezy_listing import LISTING
from shared.webhooks.money_fields import (
    TotalsFields,
    credit_of_codes,
    parse_currency,
    parse_minor_units,
    totals_fields,
)
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import ApiAccess, bearer, look_up
from shared.webhooks.provider import Provider, ProviderDelivery, ProviderUpdate
from shared.webhooks.reversal_fields import refunds_field
from shared.webhooks.signature import BodySignature, hmac_hex
from shared.webhooks.update_fields import (
    HINT,
    UpdateFields,
    build_refs,
    build_update,
    customer_fields,
    evidence_fields,
    present_fields,
    require_id,
    update_time,
)

PROVIDER_NAME = "lemonsqueezy"
_PAID = ("paid", "refunded", "partial_refund", "fraudulent")
_PLACED = ("pending", "failed")
_CANCELLED = ("void",)
_FRAUD, _REFUNDED = "fraudulent", "refunded"
_FIRST_INVOICE = "initial"
_SUBSCRIPTION = "subscription:"


def translate(delivery: ProviderDelivery) -> ProviderUpdate:
    """The update for the object in an event. It depends on the type and status of the object; the
    name of the event is not needed.
    """
    data = delivery.document.section("data")
    translator = _TRANSLATORS.get(data.text("type") or "")
    if translator is None or "meta" not in delivery.document:
        raise UnusableDelivery("irrelevant_topic", delivery.topic)
    update = translator(delivery, require_id(data, "object"), data.section("attributes"))
    if data.flag("attributes", "test_mode") and not delivery.accept_sandbox:
        return ProviderUpdate(update.facts | {"test": True})
    return update


def _translate_order(delivery: ProviderDelivery, name: str, order: JsonObject) -> ProviderUpdate:
    refs = build_refs(PROVIDER_NAME, name)
    redeemed = _find_redemptions(delivery, name, order)
    return _build_sale(delivery, order, refs, {"id": f"{PROVIDER_NAME}:{name}"}, redeemed)


def _find_redemptions(delivery: ProviderDelivery, name: str, order: JsonObject) -> list[JsonObject]:
    """What was redeemed for a discounted order. An event does not say, so it is read from the API."""
    if not order.value("discount_total"):
        return []
    redeemed = look_up(delivery.api, f"/v1/discount-redemptions?filter%5Border_id%5D={name}")
    return [row.section("attributes") for row in redeemed.rows("data")]


def _translate_invoice(
    delivery: ProviderDelivery, name: str, invoice: JsonObject
) -> ProviderUpdate:
    """A renewal is an order of its own. The first invoice only adds what was refunded of its order."""
    if invoice.text("billing_reason") != _FIRST_INVOICE:
        refs = build_refs(PROVIDER_NAME, f"invoice:{name}")
        return _build_sale(delivery, invoice, refs, {"id": refs[0]})
    subscription = invoice.identifier("subscription_id")
    if subscription is None:
        raise UnusableDelivery("no_order_named")
    return build_update(
        delivery,
        _told_at(delivery, invoice),
        build_refs(PROVIDER_NAME, _SUBSCRIPTION + subscription),
        HINT,
        _refunded_field(invoice),
    )


def _translate_subscription(
    delivery: ProviderDelivery, name: str, subscription: JsonObject
) -> ProviderUpdate:
    """Links the subscription to its first order. Only this event connects the first invoice with
    the order.
    """
    order = subscription.identifier("order_id")
    if order is None:
        raise UnusableDelivery("no_order_named")
    refs = build_refs(PROVIDER_NAME, order, _SUBSCRIPTION + name)
    return build_update(delivery, _told_at(delivery, subscription), refs, HINT)


_TRANSLATORS = {
    "orders": _translate_order,
    "subscription-invoices": _translate_invoice,
    "subscriptions": _translate_subscription,
}


def _build_sale(
    delivery: ProviderDelivery,
    sale: JsonObject,
    refs: list[str],
    order: UpdateFields,
    redeemed: Sequence[JsonObject] = (),
) -> ProviderUpdate:
    """A sale, with the discounts that were redeemed for it. Buyers can change the custom data in
    the checkout's address, so the data are used only as evidence.
    """
    as_of = _told_at(delivery, sale)
    codes = [row.text("discount_code") for row in redeemed]
    return build_update(
        delivery,
        as_of,
        refs,
        order,
        evidence_fields(delivery.document.section("meta", "custom_data"), codes),
        customer_fields(None, sale.text("user_email")),
        _status_fields(sale),
        _sale_totals(sale, redeemed),
        _refunded_field(sale),
        {"disputed": sale.text("status") == _FRAUD},
        _rate_fields(sale),
    )


def _told_at(delivery: ProviderDelivery, row: JsonObject) -> str:
    return update_time(delivery, row.instant("updated_at"), row.instant("created_at"))


def _status_fields(sale: JsonObject) -> UpdateFields:
    """Lemon Squeezy does not report fulfilment or the time of payment. So a paid order is
    completed, at the time of the order.
    """
    status, at = sale.text("status"), sale.instant("created_at")
    if status in _CANCELLED:
        return {"status": "cancelled"}
    if status in _PAID:
        return present_fields(status="completed", placed_at=at, paid_at=at, completed_at=at)
    if status not in _PLACED:
        raise UnusableDelivery("unknown_status", "order")
    return present_fields(status="placed", placed_at=at)


def _sale_totals(sale: JsonObject, redeemed: Sequence[JsonObject]) -> TotalsFields:
    """The totals. What a credit code took off was paid with credit."""
    by_code = sum(
        parse_minor_units(row.value("amount"), "discount", 0)
        for row in redeemed
        if is_credit_code(row.text("discount_code") or "")
    )
    return totals_fields(
        parse_currency(sale.value("currency")),
        parse_minor_units(sale.value("total"), "total"),
        parse_minor_units(sale.value("discount_total"), "discount_total", 0),
        parse_minor_units(sale.value("tax"), "tax", 0),
        credit=credit_of_codes(None, by_code),
    )


def _refunded_field(sale: JsonObject) -> UpdateFields:
    """The total that was refunded. Lemon Squeezy does not list single refunds.

    Older events have no amount, only a flag that everything was refunded.
    """
    refunded = parse_minor_units(sale.value("refunded_amount"), "refunded_amount", 0)
    if not refunded and (sale.flag("refunded") or sale.value("status") == _REFUNDED):
        refunded = parse_minor_units(sale.value("total"), "total")
    return refunds_field([], refunded)


def _rate_fields(sale: JsonObject) -> UpdateFields:
    """Lemon Squeezy's own rate, from the order's currency to US dollars."""
    if sale.text("currency") == "USD":
        return {}
    return rate_fields(parse_rate(sale.value("currency_rate")), "USD")


PROVIDER = Provider(
    PROVIDER_NAME,
    BodySignature("X-Signature", hmac_hex),
    translate,
    topic_path=("meta", "event_name"),
    api=ApiAccess(
        "https://api.lemonsqueezy.com", bearer, headers=(("accept", "application/vnd.api+json"),)
    ),
    listing=LISTING,
)
