"""Payment intents and charges. They are hints, because the sale is a session or an invoice.

If their own metadata contains `gv_ref` or `gv_order`, they are the sale.
"""

from collections.abc import Mapping

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import (
    SUM_ONLY,
    TotalsFields,
    credit_used,
    parse_currency,
    totals_fields,
)
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.stripe.amounts import parse_amount
from shared.webhooks.stripe.captures import charge_capture_field, intent_capture_field, uncaptured
from shared.webhooks.stripe.events import (
    event_time,
    metadata_fields,
    status_fields,
    stripe_refs,
    translate_dead_attempt,
)
from shared.webhooks.stripe.refunds import charge_refs, charge_refunds_field
from shared.webhooks.update_fields import HINT, build_update, customer_fields, present_fields


def translate_intent(delivery: ProviderDelivery, intent: JsonObject) -> ProviderUpdate:
    """A paid order, from its payment intent. Without `gv_ref` or `gv_order` it is only a hint."""
    as_of, metadata = event_time(delivery), intent.section("metadata")
    currency = parse_currency(intent.value("currency"))
    received = "amount_received" if "amount_received" in intent else "amount"
    paid = parse_amount(intent.value(received), currency, "amount_received")
    authorised = parse_amount(intent.value("amount"), currency, "amount", 0)
    fingerprints = map(_parse_fingerprint, intent.rows("charges", "data"))
    return build_update(
        delivery,
        as_of,
        _intent_refs(intent),
        _hint_field(metadata),
        metadata_fields(metadata),
        customer_fields(metadata.identifier("gv_customer"), intent.text("receipt_email")),
        present_fields(payment_fingerprint=next(filter(None, fingerprints), None)),
        status_fields(intent, as_of),
        _sum_fields(currency, paid, metadata, _parse_tip(intent, currency)),
        intent_capture_field(intent, paid, authorised),
    )


def translate_canceled_intent(delivery: ProviderDelivery, intent: JsonObject) -> ProviderUpdate:
    """The order of an intent that was cancelled before it was paid."""
    return translate_dead_attempt(delivery, intent, _intent_refs(intent))


def translate_charge(delivery: ProviderDelivery, charge: JsonObject) -> ProviderUpdate:
    """An order, paid if the charge is captured. Without `gv_ref` or `gv_order` it is only a hint."""
    as_of, metadata = event_time(delivery), charge.section("metadata")
    currency = parse_currency(charge.value("currency"))
    paid = charge.flag("captured") and charge.value("paid") is not False
    amount_field = "amount_captured" if paid and "amount_captured" in charge else "amount"
    amount = parse_amount(charge.value(amount_field), currency, "amount")
    return build_update(
        delivery,
        as_of,
        charge_refs(charge),
        _hint_field(metadata),
        metadata_fields(metadata),
        customer_fields(
            metadata.identifier("gv_customer"),
            charge.text("receipt_email"),
            charge.text("billing_details", "email"),
        ),
        present_fields(payment_fingerprint=_parse_fingerprint(charge)),
        status_fields(charge, as_of if paid else None),
        _sum_fields(currency, amount, metadata),
        charge_capture_field(amount, uncaptured(charge, currency)),
        charge_refunds_field(charge, currency, as_of),
    )


def _intent_refs(intent: JsonObject) -> list[str]:
    charges = intent.rows("charges", "data")
    return stripe_refs(
        intent.identifier("invoice"),
        intent.own_id(),
        intent.identifier("latest_charge"),
        *(charge.own_id() for charge in charges),
    )


def _hint_field(metadata: JsonObject) -> Mapping[str, object]:
    is_sale = metadata.identifier("gv_ref") or metadata.identifier("gv_order")
    return {} if is_sale else HINT


def _sum_fields(currency: str, paid: int, metadata: JsonObject, tip: int = 0) -> TotalsFields:
    """Totals of which only the sum and the tip in it are known."""
    totals = totals_fields(currency, paid, credit=credit_used(metadata), other=tip)
    return {**totals, "totals_rank": SUM_ONLY}


def _parse_tip(intent: JsonObject, currency: str) -> int:
    return parse_amount(intent.value("amount_details", "tip", "amount"), currency, "tip", 0)


def _parse_fingerprint(charge: JsonObject) -> str | None:
    """Stripe's fingerprint of the card or account that paid; `None` if there is none."""
    details = charge.section("payment_method_details")
    kind = details.text("type")
    fingerprint = details.identifier(kind, "fingerprint") if kind else None
    is_name = fingerprint is not None and any(letter.isalpha() for letter in fingerprint)
    return fingerprint if is_name else None
