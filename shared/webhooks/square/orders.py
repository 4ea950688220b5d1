"""Square's orders. Webhooks only name an order, so it is read from the API."""

from urllib.parse import quote

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import (
    TotalsFields,
    credit_used,
    parse_currency,
    parse_minor_units,
    totals_fields,
)
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.update_fields import (
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

PROVIDER_NAME = "square"
_RECIPIENTS = ("shipment_details", "pickup_details", "delivery_details")
_GIFT_CARD = "GIFT_CARD"


def translate_thin_order(delivery: ProviderDelivery, news: JsonObject) -> ProviderUpdate:
    """The order of an event that contains only its id."""
    order_id = news.identifier("order_id")
    if order_id is None:
        raise UnusableDelivery("no_order_named")
    return fetch_order(delivery, order_id)


def fetch_order(
    delivery: ProviderDelivery, order_id: str, email: str | None = None
) -> ProviderUpdate:
    """The order in its current state at Square. `email` is the buyer's address, if a payment
    contained it.
    """
    answer = delivery.api.get(f"/v2/orders/{quote(order_id, safe='')}")
    order = answer.section("order")
    words = _words(order)
    tenders = [
        tender.identifier("payment_id") or tender.own_id() for tender in order.rows("tenders")
    ]
    return build_update(
        delivery,
        update_time(delivery, order.instant("updated_at"), order.instant("created_at")),
        build_refs(PROVIDER_NAME, require_id(order, "order"), *tenders),
        server_fields(words, PROVIDER_NAME),
        evidence_fields(words),
        customer_fields(words.identifier("gv_customer"), email, *_emails(order)),
        _status_fields(order),
        _order_totals(order, words),
    )


def amount_of(row: JsonObject, name: str, default: int | None = 0) -> int:
    """An amount in minor units; `default` if it is absent. Square uses the minor units of ISO 4217."""
    return parse_minor_units(row.value(name, "amount"), name, default)


def _words(order: JsonObject) -> JsonObject:
    """Our tags in the order's metadata, which no browser can write. If the metadata has no
    `gv_ref`, tags in `reference_id` are added.
    """
    metadata = order.section("metadata")
    return (
        metadata
        if "gv_ref" in metadata
        else JsonObject({**words_in(order.text("reference_id")).fields, **metadata.fields})
    )


def _emails(order: JsonObject) -> list[str | None]:
    return [
        part.text(name, "recipient", "email_address")
        for part in order.rows("fulfillments")
        for name in _RECIPIENTS
    ]


def _status_fields(order: JsonObject) -> UpdateFields:
    """The status and its times. An order is paid if nothing is due, and completed in the state
    `COMPLETED`.
    """
    state, placed_at = order.text("state"), order.instant("created_at")
    if state == "CANCELED":
        return present_fields(status="cancelled", placed_at=placed_at)
    if state not in ("OPEN", "COMPLETED", "DRAFT"):
        raise UnusableDelivery("unknown_status", "order")
    closed_at = order.instant("closed_at") or order.instant("updated_at")
    tendered = [tender.instant("created_at") for tender in order.rows("tenders")]
    paid_at = max(filter(None, tendered), default=closed_at)
    if state == "COMPLETED":
        return present_fields(
            status="completed", placed_at=placed_at, paid_at=paid_at, completed_at=closed_at
        )
    if order.rows("tenders") and amount_of(order, "net_amount_due_money") == 0:
        return present_fields(status="paid", placed_at=placed_at, paid_at=paid_at)
    return present_fields(status="placed", placed_at=placed_at)


def _order_totals(order: JsonObject, words: JsonObject) -> TotalsFields:
    """What was charged. Tips, service charges and gift cards earn no rewards."""
    sold = sum(
        amount_of(line, "total_money")
        for line in order.rows("line_items")
        if line.value("item_type") == _GIFT_CARD
    )
    charged = parse_minor_units(order.value("total_money", "amount"), "total_money")
    return totals_fields(
        parse_currency(order.value("total_money", "currency")),
        charged,
        amount_of(order, "total_discount_money"),
        amount_of(order, "total_tax_money"),
        credit=credit_used(words),
        other=sold
        + amount_of(order, "total_tip_money")
        + amount_of(order, "total_service_charge_money"),
    )
