"""What was authorised and never captured: it was never charged (specification: captured)."""

from collections.abc import Sequence

from shared.webhooks.foreign_json import JsonObject, whole_number_of
from shared.webhooks.stripe.amounts import parse_amount
from shared.webhooks.update_fields import UpdateFields


def uncaptured(charge: JsonObject, currency: str) -> int:
    """The part of a charge's amount that its capture let go; 0 before the capture.

    Stripe counts it into `amount_refunded`, and may list it as a refund.
    """
    captured = charge.value("amount_captured")
    if captured is None or not charge.flag("captured"):
        return 0
    amount = parse_amount(charge.value("amount"), currency, "amount", 0)
    return max(amount - parse_amount(captured, currency, "amount_captured"), 0)


def find_release(refunds: Sequence[JsonObject], currency: str, never: int) -> JsonObject | None:
    """Of the refunds that a charge lists, the one that let the uncaptured part go; it is the first.

    One without a transaction goes before others of that amount: it moved no money.
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
    """What was captured of an intent, where its capture is a step of its own."""
    by_hand = intent.value("capture_method") == "manual"
    return {"captured_total": paid} if by_hand or paid < authorised else {}


def charge_capture_field(captured: int, never: int) -> UpdateFields:
    """What was captured of a charge, where that is not all of it."""
    return {"captured_total": captured} if never else {}
