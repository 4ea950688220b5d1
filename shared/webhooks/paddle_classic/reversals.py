"""Paddle Classic's refunds and disputes. They have no ids of their own. The id of the alert is used
for a refund; it is the same if the alert is sent again.
"""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import parse_amount, parse_currency
from shared.webhooks.paddle_classic.payments import order_refs, told_at
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.reversal_fields import dispute_field, refund_fields
from shared.webhooks.update_fields import HINT, build_update

_DISPUTES = {"payment_dispute_created": "open", "payment_dispute_closed": "won"}
"""Paddle closes a dispute only if it was won. A lost dispute stays open."""
_TAX_ALONE = "vat"


def translate_refund(delivery: ProviderDelivery, alert: JsonObject) -> ProviderUpdate:
    refund_id = alert.identifier("alert_id")
    if refund_id is None:
        raise UnusableDelivery("missing_id", "alert")
    at, currency = told_at(delivery, alert), parse_currency(alert.value("currency"))
    amount = parse_amount(alert.value("amount"), currency, "amount")
    refund = refund_fields(
        refund_id, amount, at, items_amount=0 if alert.value("refund_type") == _TAX_ALONE else None
    )
    return build_update(delivery, at, order_refs(alert), HINT, {"refunds": [refund]})


def translate_dispute(delivery: ProviderDelivery, alert: JsonObject) -> ProviderUpdate:
    """The dispute of an order. The order's id is used as the id of the dispute."""
    refs, at = order_refs(alert), told_at(delivery, alert)
    currency = parse_currency(alert.value("currency"))
    amount = parse_amount(alert.value("amount"), currency, "amount")
    dispute = dispute_field(alert.identifier("order_id"), amount, _DISPUTES[delivery.topic], at)
    return build_update(delivery, at, refs, HINT, dispute)
