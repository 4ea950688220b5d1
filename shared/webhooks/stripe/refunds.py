"""Stripe's refunds, single or as part of their charge."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import parse_currency
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.reversal_fields import RefundFields, refund_fields, refund_rows, refunds_field
from shared.webhooks.stripe.amounts import parse_amount
from shared.webhooks.stripe.captures import find_release, uncaptured
from shared.webhooks.stripe.events import event_time, order_field, stripe_refs
from shared.webhooks.update_fields import HINT, UpdateFields, build_update, require_id

_REFUND_STATUS = {
    "succeeded": "succeeded",
    "pending": "pending",
    "requires_action": "pending",
    "failed": "failed",
    "canceled": "failed",
}
_NEVER_CHARGED = "failed"
"""The status of a refund that only released an authorised amount."""


def translate_refunded_charge(delivery: ProviderDelivery, charge: JsonObject) -> ProviderUpdate:
    """Only the refunds of a charge. The time of the event is the time of the refund and must not
    become the time of the payment.
    """
    currency, as_of = parse_currency(charge.value("currency")), event_time(delivery)
    refunds = charge_refunds_field(charge, currency, as_of)
    if not refunds:
        raise UnusableDelivery("no_money_moved")
    return build_update(delivery, as_of, charge_refs(charge), HINT, order_field(charge), refunds)


def translate_refund(delivery: ProviderDelivery, refund: JsonObject) -> ProviderUpdate:
    """One refund, for the order that its payment intent or charge names. It is a hint: alone it
    makes no order. Raises `UnusableDelivery` if nothing names an order.
    """
    refs = stripe_refs(refund.identifier("payment_intent"), refund.identifier("charge"))
    order = order_field(refund)
    if not refs and not order:
        raise UnusableDelivery("no_order_named")
    currency, as_of = parse_currency(refund.value("currency")), event_time(delivery)
    refunds = {"refunds": [_refund_fields(refund, currency, as_of)]}
    return build_update(delivery, as_of, refs, HINT, order, refunds)


def charge_refs(charge: JsonObject) -> list[str]:
    """The names of a charge's order: its invoice, its payment intent and the charge itself."""
    return stripe_refs(
        charge.identifier("invoice"), charge.identifier("payment_intent"), charge.own_id()
    )


def charge_refunds_field(charge: JsonObject, currency: str, as_of: str) -> UpdateFields:
    """The refunds that a charge lists, by id, in minor units. Empty if nothing was refunded.

    If the list is not complete, `refunded_total` is set too. It is left out beside a complete list,
    because a refund can still fail but a sum can only increase. Stripe includes an amount that was
    authorised but never captured in both. It is not refunded: in the list it gets the status
    `failed`, and it is subtracted from the sum.
    """
    listed = refund_rows(charge, "refunds", "data")
    lists_all = bool(listed) and not charge.flag("refunds", "has_more")
    total = parse_amount(charge.value("amount_refunded"), currency, "amount_refunded", 0)
    never = uncaptured(charge, currency)
    release = find_release(listed, currency, never) if total >= never else None
    refunds = [
        _refund_fields(refund, currency, as_of, _NEVER_CHARGED if refund is release else None)
        for refund in listed
    ]
    refunded = total - never if total >= never else total
    return refunds_field(refunds, None if lists_all else refunded)


def _refund_fields(
    refund: JsonObject, currency: str, as_of: str, status: str | None = None
) -> RefundFields:
    refund_id = require_id(refund, "refund")
    at = refund.instant("created") or as_of
    amount = parse_amount(refund.value("amount"), currency, "amount")
    return refund_fields(refund_id, amount, at, status or _parse_status(refund))


def _parse_status(refund: JsonObject) -> str:
    status = refund.value("status")
    if status is None:
        return "succeeded"
    if not isinstance(status, str) or status not in _REFUND_STATUS:
        raise UnusableDelivery("unknown_status", "refund")
    return _REFUND_STATUS[status]
