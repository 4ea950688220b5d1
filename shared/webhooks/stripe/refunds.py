"""Refunds, one by one or within their charge, and disputes."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.stripe.amounts import parse_amount
from shared.webhooks.stripe.events import event_time, stripe_refs
from shared.webhooks.update_fields import (
    HINT,
    RefundFields,
    UpdateFields,
    build_update,
    parse_currency,
    present_fields,
    refund_fields,
    refunds_field,
    require_id,
    shop_order_id,
)

_REFUND_STATUS = {
    "succeeded": "succeeded",
    "pending": "pending",
    "requires_action": "pending",
    "failed": "failed",
    "canceled": "failed",
}
_DISPUTED = {"needs_response": True, "under_review": True, "lost": True, "won": False}
_INQUIRY_PREFIX, _PREVENTED = "warning_", "prevented"


def translate_refunded_charge(delivery: ProviderDelivery, charge: JsonObject) -> ProviderUpdate:
    """The refunds alone: the event's time is theirs and must not become the payment's."""
    currency, as_of = parse_currency(charge.value("currency")), event_time(delivery)
    refunds = charge_refunds_field(charge, currency, as_of)
    if not refunds:
        raise UnusableDelivery("no_money_moved")
    order = present_fields(id=shop_order_id(charge.section("metadata")))
    return build_update(delivery, as_of, charge_refs(charge), HINT, order, refunds)


def translate_refund(delivery: ProviderDelivery, refund: JsonObject) -> ProviderUpdate:
    refs = stripe_refs(refund.identifier("payment_intent"), refund.identifier("charge"))
    order = present_fields(id=shop_order_id(refund.section("metadata")))
    if not refs and not order:
        raise UnusableDelivery("no_order_named")
    currency, as_of = parse_currency(refund.value("currency")), event_time(delivery)
    refunds = {"refunds": [_refund_fields(refund, currency, as_of)]}
    return build_update(delivery, as_of, refs, HINT, order, refunds)


def translate_dispute(delivery: ProviderDelivery, dispute: JsonObject) -> ProviderUpdate:
    status = dispute.value("status")
    if not isinstance(status, str):
        raise UnusableDelivery("unknown_status", "dispute")
    if status.startswith(_INQUIRY_PREFIX) or status == _PREVENTED:
        raise UnusableDelivery("inquiry")
    if status not in _DISPUTED:
        raise UnusableDelivery("unknown_status", "dispute")
    refs = stripe_refs(dispute.identifier("payment_intent"), dispute.identifier("charge"))
    if not refs:
        raise UnusableDelivery("no_order_named")
    disputed = {"disputed": _DISPUTED[status]}
    return build_update(delivery, event_time(delivery), refs, HINT, disputed)


def charge_refs(charge: JsonObject) -> list[str]:
    return stripe_refs(
        charge.identifier("invoice"), charge.identifier("payment_intent"), charge.own_id()
    )


def charge_refunds_field(charge: JsonObject, currency: str, as_of: str) -> UpdateFields:
    """The refunds by id where the charge lists them all, else their sum.

    A refund by id can still fail; a sum can only grow.
    """
    listed = charge.rows("refunds", "data")
    lists_all = bool(listed) and not charge.flag("refunds", "has_more")
    total = parse_amount(charge.value("amount_refunded"), currency, "amount_refunded", 0)
    refunds = [_refund_fields(refund, currency, as_of) for refund in listed]
    return refunds_field(refunds, None if lists_all else total)


def _refund_fields(refund: JsonObject, currency: str, as_of: str) -> RefundFields:
    refund_id = require_id(refund, "refund")
    stripe_status = refund.value("status")
    if stripe_status is None:
        stripe_status = "succeeded"
    if not isinstance(stripe_status, str) or stripe_status not in _REFUND_STATUS:
        raise UnusableDelivery("unknown_status", "refund")
    at = refund.instant("created") or as_of
    amount = parse_amount(refund.value("amount"), currency, "amount")
    return refund_fields(refund_id, amount, at, _REFUND_STATUS[stripe_status])
