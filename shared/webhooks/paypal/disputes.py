"""Translates disputes of PayPal's API."""

from urllib.parse import quote

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import parse_currency
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.paypal.orders import PROVIDER_NAME, amount_of, fetch, newest_time
from shared.webhooks.processor_api import look_up
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.reversal_fields import dispute_field
from shared.webhooks.update_fields import HINT, build_refs, build_update

_WON = (
    "RESOLVED_SELLER_FAVOUR",
    "RESOLVED_SELLER_FAVOR",
    "RESOLVED_WITH_PAYOUT",
    "CANCELED_BY_BUYER",
    "DENIED",
    "NONE",
)
_LOST = ("RESOLVED_BUYER_FAVOUR", "RESOLVED_BUYER_FAVOR", "ACCEPTED")
_REFUNDED = ("REFUNDED", "PARTIALLY_REFUNDED")


def translate_dispute(delivery: ProviderDelivery, named: JsonObject) -> ProviderUpdate:
    """One dispute, identified by its id. An inquiry, in which buyer and seller only exchange
    messages, holds no money and is not translated.
    """
    dispute = fetch(delivery, "/v1/customer/disputes/", named.identifier("dispute_id"))
    rows = dispute.rows("disputed_transactions")
    captures = [name for row in rows if (name := row.identifier("seller_transaction_id"))]
    if not captures:
        raise UnusableDelivery("no_order_named")
    status = _status(delivery, dispute, captures)
    currency = parse_currency(dispute.value("dispute_amount", "currency_code"))
    amount = amount_of(dispute.section("dispute_amount"), currency, "dispute_amount")
    as_of = newest_time(delivery, dispute)
    at = dispute.instant("create_time") or as_of
    told = dispute_field(dispute.identifier("dispute_id"), amount, status, at)
    return build_update(delivery, as_of, build_refs(PROVIDER_NAME, *captures), HINT, told)


def _status(delivery: ProviderDelivery, dispute: JsonObject, captures: list[str]) -> str:
    if dispute.value("status") != "RESOLVED":
        if dispute.value("dispute_life_cycle_stage") == "INQUIRY":
            raise UnusableDelivery("inquiry")
        return "open"
    outcome = dispute.text("dispute_outcome", "outcome_code")
    if outcome in _WON:
        return "won"
    if outcome not in _LOST:
        raise UnusableDelivery("unknown_status", "dispute")
    return "cancelled" if _was_refunded(delivery, captures[0]) else "lost"


def _was_refunded(delivery: ProviderDelivery, capture_id: str) -> bool:
    """Whether the capture of a lost dispute was refunded. PayPal returns the money to the buyer as
    a refund of the capture, and then the refund counts instead of the dispute.
    """
    capture = look_up(delivery.api, f"/v2/payments/captures/{quote(capture_id, safe='')}")
    return capture.value("status") in _REFUNDED
