"""Stripe's disputes, identified by their ids."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import parse_currency
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.reversal_fields import dispute_field
from shared.webhooks.stripe.amounts import parse_amount
from shared.webhooks.stripe.events import event_time, order_field, stripe_refs
from shared.webhooks.update_fields import HINT, build_update

_STATUSES = {
    "needs_response": "open",
    "under_review": "open",
    "lost": "lost",
    "won": "won",
    "charge_refunded": "cancelled",
}
"""If the charge was refunded during the dispute, the dispute is cancelled, because the refund
already takes the money back.
"""
_INQUIRY_PREFIX, _PREVENTED = "warning_", "prevented"
_WITHDRAWN, _REINSTATED = "charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"


def translate_dispute(delivery: ProviderDelivery, dispute: JsonObject) -> ProviderUpdate:
    """A dispute. An inquiry moves no money, so it is not translated, except if the event says that
    money was withdrawn.
    """
    status = _parse_status(delivery, dispute)
    refs = stripe_refs(dispute.identifier("payment_intent"), dispute.identifier("charge"))
    order = order_field(dispute)
    if not refs and not order:
        raise UnusableDelivery("no_order_named")
    as_of = event_time(delivery)
    at = dispute.instant("created") or as_of
    told = dispute_field(dispute.own_id(), _parse_amount(dispute), status, at)
    return build_update(delivery, as_of, refs, HINT, order, told)


def _parse_status(delivery: ProviderDelivery, dispute: JsonObject) -> str:
    status = dispute.value("status")
    if not isinstance(status, str):
        raise UnusableDelivery("unknown_status", "dispute")
    if status.startswith(_INQUIRY_PREFIX) or status == _PREVENTED:
        if delivery.topic == _WITHDRAWN:
            return "open"
        raise UnusableDelivery("inquiry")
    if status not in _STATUSES:
        raise UnusableDelivery("unknown_status", "dispute")
    if delivery.topic == _REINSTATED and _STATUSES[status] == "open":
        return "won"
    return _STATUSES[status]


def _parse_amount(dispute: JsonObject) -> int | None:
    """The amount in dispute. `None` if Stripe does not send it; the dispute is then about the whole
    order.
    """
    if dispute.value("amount") is None:
        return None
    currency = parse_currency(dispute.value("currency"))
    return parse_amount(dispute.value("amount"), currency, "amount")
