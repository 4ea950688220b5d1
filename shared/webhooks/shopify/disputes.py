"""Shopify's disputes, identified by their ids."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import parse_amount, parse_currency
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.reversal_fields import dispute_field
from shared.webhooks.update_fields import HINT, build_refs, build_update, update_time

_STATUSES = {
    "needs_response": "open",
    "under_review": "open",
    "lost": "lost",
    "accepted": "lost",
    "charge_refunded": "cancelled",
    "won": "won",
}
"""If the charge was refunded during the dispute, the dispute is cancelled, because the refund
already takes the money back.
"""


def translate_dispute(delivery: ProviderDelivery, dispute: JsonObject) -> ProviderUpdate:
    """A dispute. An inquiry moves no money, so it is not translated."""
    if dispute.value("type") == "inquiry":
        raise UnusableDelivery("inquiry")
    order_id, status = dispute.identifier("order_id"), dispute.value("status")
    if order_id is None:
        raise UnusableDelivery("no_order_named")
    if not isinstance(status, str) or status not in _STATUSES:
        raise UnusableDelivery("unknown_status", "dispute")
    as_of = _told_at(delivery, dispute, _STATUSES[status])
    told = dispute_field(
        dispute.own_id(),
        _parse_amount(dispute),
        _STATUSES[status],
        dispute.instant("initiated_at") or as_of,
    )
    return build_update(delivery, as_of, build_refs("shopify", order_id), HINT, told)


def _told_at(delivery: ProviderDelivery, dispute: JsonObject, status: str) -> str:
    times = (dispute.instant("evidence_sent_on"), dispute.instant("initiated_at"))
    opened = times if status == "open" else ()
    return update_time(delivery, *opened, dispute.instant("finalized_on"))


def _parse_amount(dispute: JsonObject) -> int | None:
    """The amount in dispute. `None` if Shopify does not send it; the dispute is then about the
    whole order.
    """
    if dispute.value("amount") is None:
        return None
    currency = parse_currency(dispute.value("currency"))
    return parse_amount(dispute.value("amount"), currency, "amount")
