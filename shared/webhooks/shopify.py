"""Shopify's resources in our words.

No signature covers the topic, so what a body is shows in its own fields. Totals are the original ones in the shop's
currency: those called `current_…` are net of refunds already, which the facts tell apart.
"""

from shared.webhooks.delivery import ProviderDelivery, ProviderFacts, Unusable
from shared.webhooks.document import dig, identity, instant, objects
from shared.webhooks.fact import (
    buyer,
    credit_of,
    currency_of,
    evidence,
    known,
    names,
    news_time,
    refunded,
    tags,
    tell,
)
from shared.webhooks.shopify_money import order_totals
from shared.webhooks.shopify_refund import moved_money, refund_currency, refund_of

_PAID = ("paid", "partially_refunded", "refunded")
_UNPAID = ("authorized", "pending", "partially_paid", "voided", "expired", "unpaid")
_DISPUTED = {
    "needs_response": True,
    "under_review": True,
    "lost": True,
    "accepted": True,
    "charge_refunded": True,
    "won": False,
}
_OPEN_DISPUTE = ("needs_response", "under_review")


def translate(delivery: ProviderDelivery) -> ProviderFacts:
    """Raises `Unusable` for a body that tells nothing of an order."""
    document = delivery.document
    for mark, translator in _MARKS:
        if mark in document:
            return translator(delivery, document)
    if "shop_id" in document and "shop_domain" in document:
        raise Unusable("privacy_request")
    if set(document) == {"id"} and delivery.topic == "orders/delete":
        raise Unusable("order_deleted")
    raise Unusable("irrelevant_topic", delivery.topic)


def exact_ids(document: object) -> list[str]:
    """The ids of a resource, the true one first.

    A JavaScript parser on the way rounds ids above 2^53. The text `admin_graphql_api_id` keeps the true one, and is
    believed where the number is its rounding; both are told then, for what follows names the rounded one alone.
    """
    told = identity(document)
    graphql = dig(document, "admin_graphql_api_id")
    tail = graphql.rpartition("/")[2] if isinstance(graphql, str) else ""
    if told is None or not (
        told.isascii() and told.isdigit() and tail.isascii() and tail.isdigit() and len(tail) <= 30
    ):
        return [told] if told else []
    rounded = told != tail and float(told) == float(tail)
    return [tail, told] if rounded else [told]


def _order(delivery: ProviderDelivery, order: dict) -> ProviderFacts:
    ids = exact_ids(order)
    if not ids:
        raise Unusable("missing_id", "order")
    as_of = news_time(delivery, order.get("updated_at"), order.get("created_at"))
    tagged, currency = (
        tags(order.get("note_attributes"), "name"),
        currency_of(order.get("currency")),
    )
    codes = [entry.get("code") for entry in objects(order.get("discount_codes"))]
    refunds, totals = (
        _refunds(order, currency, as_of),
        order_totals(order, currency, credit_of(tagged)),
    )
    return tell(
        delivery,
        as_of,
        names("shopify", *ids),
        {"id": f"shopify:{ids[0]}"},
        evidence(tagged, codes),
        _customer(order, tagged),
        _standing(order, as_of, refunds),
        totals,
        _refunded(order, refunds, totals),
        {"test": True} if order.get("test") is True else {},
    )


def _customer(order: dict, tagged: dict) -> dict:
    customer = order.get("customer")
    ids = exact_ids(customer)
    own = identity(tagged.get("gv_customer")) or (ids[0] if ids else None)
    return buyer(own, dig(customer, "email"), order.get("email"), order.get("contact_email"))


def _standing(order: dict, as_of: str, refunds: list[dict]) -> dict:
    """Status and times; Shopify tells no time of payment: it is the news' own, or that of a refund before it."""
    placed_at = instant(order.get("processed_at")) or instant(order.get("created_at"))
    status, financial = "placed", order.get("financial_status")
    if financial in _PAID:
        status = "completed" if order.get("fulfillment_status") == "fulfilled" else "paid"
    elif financial is not None and financial not in _UNPAID:
        raise Unusable("unknown_status", "financial_status")
    paid_at = None if status == "placed" else min([as_of, *(refund["at"] for refund in refunds)])
    completed_at = _fulfilled_at(order, as_of) if status == "completed" else None
    if order.get("cancelled_at"):
        status = "cancelled"
    return known(status=status, placed_at=placed_at, paid_at=paid_at, completed_at=completed_at)


def _fulfilled_at(order: dict, as_of: str) -> str:
    done = [
        entry for entry in objects(order.get("fulfillments")) if entry.get("status") == "success"
    ]
    times = [instant(entry.get("created_at")) or instant(entry.get("updated_at")) for entry in done]
    return max(filter(None, times), default=as_of)


def _refunds(order: dict, currency: str, as_of: str) -> list[dict]:
    included = order.get("taxes_included") is True
    entries = [entry for entry in objects(order.get("refunds")) if moved_money(entry)]
    return [
        refund_of(_exact_id(entry), entry, currency, as_of, order.get("total_price_set"), included)
        for entry in entries
    ]


def _refunded(order: dict, refunds: list[dict], totals: dict) -> dict:
    """The refunds listed; an order that is called refunded is so wholly, even where the list falls short."""
    paid = (
        totals["items_total"]
        - totals["discount_total"]
        + totals["tax_total"]
        + totals["shipping_total"]
    )
    charged = paid - totals.get("credit_used", 0)
    short = (
        order.get("financial_status") == "refunded"
        and sum(entry["amount"] for entry in refunds) < charged
    )
    return refunded(refunds, charged if short else None)


def _refund(delivery: ProviderDelivery, entry: dict) -> ProviderFacts:
    order_id = identity(entry.get("order_id"))
    if order_id is None:
        raise Unusable("no_order_named")
    if not moved_money(entry):
        raise Unusable("no_money_moved")
    as_of = news_time(delivery, entry.get("processed_at"), entry.get("created_at"))
    refund = refund_of(_exact_id(entry), entry, refund_currency(entry), as_of)
    return tell(delivery, as_of, names("shopify", order_id), {"hint": True, "refunds": [refund]})


def _exact_id(entry: dict) -> str:
    ids = exact_ids(entry)
    if not ids:
        raise Unusable("missing_id", "refund")
    return ids[0]


def _dispute(delivery: ProviderDelivery, dispute: dict) -> ProviderFacts:
    if dispute.get("type") == "inquiry":
        raise Unusable("inquiry")
    order_id, status = identity(dispute.get("order_id")), dispute.get("status")
    if order_id is None:
        raise Unusable("no_order_named")
    if not isinstance(status, str) or status not in _DISPUTED:
        raise Unusable("unknown_status", "dispute")
    opened = (
        (dispute.get("evidence_sent_on"), dispute.get("initiated_at"))
        if status in _OPEN_DISPUTE
        else ()
    )
    as_of = news_time(delivery, *opened, dispute.get("finalized_on"))
    return tell(
        delivery, as_of, names("shopify", order_id), {"hint": True, "disputed": _DISPUTED[status]}
    )


_MARKS = (
    ("refund_line_items", _refund),
    ("financial_status", _order),
    ("evidence_due_by", _dispute),
)
