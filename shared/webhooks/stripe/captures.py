"""Amounts that were authorised but not captured, and so never charged (specification: captured)."""

from collections.abc import Sequence

from shared.webhooks.foreign_json import JsonObject, whole_number_of
from shared.webhooks.stripe.amounts import parse_amount
from shared.webhooks.update_fields import UpdateFields


def uncaptured(charge: JsonObject, currency: str) -> int:
    """The part of a charge's amount that was not captured; 0 before the capture.

    Stripe includes it in `amount_refunded`, and may list it as a refund.
    """
    captured = charge.value("amount_captured")
    if captured is None or not charge.flag("captured"):
        return 0
    amount = parse_amount(charge.value("amount"), currency, "amount", 0)
    return max(amount - parse_amount(captured, currency, "amount_captured"), 0)


def find_release(refunds: Sequence[JsonObject], currency: str, never: int) -> JsonObject | None:
    """The refund in a charge's list that is not a refund, but the release of the uncaptured part;
    `None` if there is none. `never` is the uncaptured amount.

    It is the oldest refund with this amount. One without a balance transaction has priority,
    because it moved no money.
    """
    alike = [
        refund
        for refund in refunds
        if never and parse_amount(refund.value("amount"), currency, "amount", 0) == never
    ]
    return min(alike, key=_order_of_release, default=None)


def _order_of_release(refund: JsonObject) -> tuple[bool, int]:
    created = whole_number_of(refund.value("created")) or 0
    return refund.value("balance_transaction") is not None, created


def intent_capture_field(intent: JsonObject, paid: int, authorised: int) -> UpdateFields:
    """The captured amount of an intent, if its capture is a separate step or less than all was
    captured; else empty.
    """
    by_hand = intent.value("capture_method") == "manual"
    return {"captured_total": paid} if by_hand or paid < authorised else {}


def charge_capture_field(captured: int, never: int) -> UpdateFields:
    """The captured amount of a charge, if a part of it was not captured; else empty."""
    return {"captured_total": captured} if never else {}
