"""Paddle's adjustments. They count once Paddle approves them (specification: approved)."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import parse_minor_units
from shared.webhooks.paddle.transactions import PROVIDER_NAME, told_at
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.reversal_fields import dispute_field, refund_fields
from shared.webhooks.update_fields import HINT, UpdateFields, build_refs, build_update, require_id

_REFUND_STATUSES = {
    "pending_approval": "pending",
    "approved": "succeeded",
    "rejected": "failed",
    "reversed": "failed",
}
_DISPUTES = {"chargeback": "open", "chargeback_reverse": "won"}
_WARNINGS = ("chargeback_warning", "chargeback_warning_reverse")
_CREDITS = ("credit", "credit_reverse")
"""Credits reduce an unpaid invoice or fill a customer's balance. No money is paid back."""


def translate_adjustment(delivery: ProviderDelivery, adjustment: JsonObject) -> ProviderUpdate:
    transaction_id = adjustment.identifier("transaction_id")
    if transaction_id is None:
        raise UnusableDelivery("no_order_named")
    as_of, action = told_at(delivery, adjustment), adjustment.text("action")
    if action in _WARNINGS:
        raise UnusableDelivery("inquiry")
    if action in _CREDITS:
        raise UnusableDelivery("no_money_moved")
    if action == "refund":
        told = _refund_fields(adjustment, as_of)
    elif action in _DISPUTES:
        told = _dispute_fields(adjustment, transaction_id, _DISPUTES[action], as_of)
    else:
        raise UnusableDelivery("unknown_status", "adjustment")
    refs = build_refs(PROVIDER_NAME, transaction_id)
    return build_update(delivery, as_of, refs, HINT, told)


def _refund_fields(adjustment: JsonObject, as_of: str) -> UpdateFields:
    """One refund. Its subtotal is the part for items; 0 if only tax was refunded."""
    status = adjustment.text("status")
    if status not in _REFUND_STATUSES:
        raise UnusableDelivery("unknown_status", "adjustment")
    totals = adjustment.section("totals")
    amount = parse_minor_units(totals.value("total"), "refund")
    subtotal = totals.value("subtotal")
    items = None if subtotal is None else min(parse_minor_units(subtotal, "subtotal"), amount)
    refund = refund_fields(
        require_id(adjustment, "adjustment"),
        amount,
        adjustment.instant("created_at") or as_of,
        _REFUND_STATUSES[status],
        items,
    )
    return {"refunds": [refund]}


def _dispute_fields(
    adjustment: JsonObject, transaction_id: str, status: str, as_of: str
) -> UpdateFields:
    """The dispute of a transaction. A reversal is a separate adjustment that does not name the
    chargeback. So both use the transaction's id as the id of the dispute.
    """
    approval = adjustment.text("status")
    if approval not in _REFUND_STATUSES:
        raise UnusableDelivery("unknown_status", "adjustment")
    if _REFUND_STATUSES[approval] != "succeeded":
        status = "cancelled" if approval != "reversed" else "won"
    amount = parse_minor_units(adjustment.value("totals", "total"), "dispute")
    at = adjustment.instant("created_at") or as_of
    return dispute_field(transaction_id, amount, status, at)
