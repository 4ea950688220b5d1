"""Checkout sessions and invoices: each one that is paid is a sale with its totals."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.stripe.amounts import parse_amount
from shared.webhooks.stripe.events import (
    event_time,
    status_fields,
    stripe_refs,
    translate_dead_attempt,
)
from shared.webhooks.update_fields import (
    HINT,
    TotalsFields,
    build_update,
    credit_used,
    customer_fields,
    evidence_fields,
    parse_currency,
    totals_fields,
)

_NOT_INHERITED = ("gv_order", "gv_credit")
"""Metadata that names one order, or spends credit once; a subscription's renewals lack it."""
_RENEWAL_PREFIX, _FIRST_INVOICE = "subscription", "subscription_create"


def translate_session(delivery: ProviderDelivery, session: JsonObject) -> ProviderUpdate:
    if session.value("mode") == "setup":
        raise UnusableDelivery("not_a_sale")
    as_of, metadata = event_time(delivery), _session_metadata(session)
    paid = session.value("payment_status") in ("paid", "no_payment_required")
    return build_update(
        delivery,
        as_of,
        stripe_refs(
            session.own_id(),
            session.identifier("invoice"),
            session.identifier("payment_intent"),
            session.identifier("subscription"),
        ),
        evidence_fields(metadata),
        customer_fields(
            metadata.identifier("gv_customer"),
            session.text("customer_details", "email"),
            session.text("customer_email"),
        ),
        status_fields(session, as_of if paid else None),
        _session_totals(session, metadata),
    )


def translate_failed_session(delivery: ProviderDelivery, session: JsonObject) -> ProviderUpdate:
    refs = stripe_refs(session.own_id(), session.identifier("payment_intent"))
    return translate_dead_attempt(delivery, session, refs)


def _session_metadata(session: JsonObject) -> JsonObject:
    """The session's metadata; without `gv_ref` its `client_reference_id` stands for it."""
    metadata = session.section("metadata")
    ref_token = metadata.text("gv_ref") or session.value("client_reference_id")
    return JsonObject({**metadata.fields, "gv_ref": ref_token})


def _session_totals(session: JsonObject, metadata: JsonObject) -> TotalsFields:
    currency = parse_currency(session.value("currency"))
    details = session.section("total_details")
    return totals_fields(
        currency,
        parse_amount(session.value("amount_total"), currency, "amount_total"),
        parse_amount(details.value("amount_discount"), currency, "amount_discount", 0),
        parse_amount(details.value("amount_tax"), currency, "amount_tax", 0),
        _parse_shipping(session, details.value("amount_shipping"), currency),
        credit_used(metadata),
    )


def translate_invoice(delivery: ProviderDelivery, invoice: JsonObject) -> ProviderUpdate:
    as_of, metadata = event_time(delivery), _invoice_metadata(invoice)
    paid_at = invoice.instant("status_transitions", "paid_at") or as_of
    return build_update(
        delivery,
        as_of,
        _invoice_refs(invoice),
        evidence_fields(metadata),
        customer_fields(metadata.identifier("gv_customer"), invoice.text("customer_email")),
        status_fields(invoice, paid_at),
        _invoice_totals(invoice, metadata),
    )


def _invoice_metadata(invoice: JsonObject) -> JsonObject:
    """The metadata of the invoice, of its subscription and of its lines; the first one wins."""
    sources = [
        invoice.section("subscription_details"),
        invoice.section("parent", "subscription_details"),
        *invoice.rows("lines", "data"),
    ]
    inherited: dict[str, object] = {}
    for source in reversed(sources):
        inherited |= source.section("metadata").fields
    if _is_renewal(invoice):
        inherited = {name: value for name, value in inherited.items() if name not in _NOT_INHERITED}
    return JsonObject(inherited | dict(invoice.section("metadata").fields))


def _is_renewal(invoice: JsonObject) -> bool:
    reason = invoice.value("billing_reason")
    return (
        isinstance(reason, str) and reason.startswith(_RENEWAL_PREFIX) and reason != _FIRST_INVOICE
    )


def _invoice_refs(invoice: JsonObject) -> list[str]:
    """The first invoice of a subscription shares the order of its session, renewals do not."""
    payments = [
        entry.section("payment")
        for entry in invoice.rows("payments", "data")
        if entry.value("status") == "paid"
    ]
    subscription = invoice.identifier("subscription") or invoice.identifier(
        "parent", "subscription_details", "subscription"
    )
    is_first = invoice.value("billing_reason") == _FIRST_INVOICE
    return stripe_refs(
        invoice.own_id(),
        invoice.identifier("payment_intent"),
        *(payment.identifier("payment_intent") for payment in payments),
        invoice.identifier("charge"),
        *(payment.identifier("charge") for payment in payments),
        subscription if is_first else None,
    )


def _invoice_totals(invoice: JsonObject, metadata: JsonObject) -> TotalsFields:
    """What a customer balance paid was charged before, by the invoice that filled the balance."""
    currency = parse_currency(invoice.value("currency"))
    total = parse_amount(invoice.value("total"), currency, "total")
    paid = total
    if not invoice.flag("paid_out_of_band"):
        paid = parse_amount(invoice.value("amount_paid"), currency, "amount_paid", total)
    taxes = invoice.rows("total_taxes") or invoice.rows("total_tax_amounts")
    return totals_fields(
        currency,
        paid,
        _sum_amounts(invoice.rows("total_discount_amounts"), currency),
        _sum_amounts(taxes, currency) or parse_amount(invoice.value("tax"), currency, "tax", 0),
        _parse_shipping(invoice, invoice.value("amount_shipping"), currency),
        credit_used(metadata),
    )


def translate_invoice_payment(delivery: ProviderDelivery, payment: JsonObject) -> ProviderUpdate:
    """Which payment intent belongs to which invoice.

    Since API version 2025-03-31 no other event tells it, and without it the invoice's refunds
    would find no order.
    """
    refs = stripe_refs(
        payment.identifier("invoice"),
        payment.identifier("payment", "payment_intent"),
        payment.identifier("payment", "charge"),
    )
    if len(refs) < 2:
        raise UnusableDelivery("no_order_named")
    return build_update(delivery, event_time(delivery), refs, HINT)


def _sum_amounts(rows: list[JsonObject], currency: str) -> int:
    return sum(parse_amount(row.value("amount"), currency, "amount", 0) for row in rows)


def _parse_shipping(resource: JsonObject, listed: object, currency: str) -> int:
    """Shipping net of tax, where Stripe tells the tax; else as it is `listed`."""
    cost = resource.section("shipping_cost")
    if cost.value("amount_total") is None:
        return parse_amount(listed, currency, "amount_shipping", 0)
    tax = parse_amount(cost.value("amount_tax"), currency, "amount_tax", 0)
    return parse_amount(cost.value("amount_total"), currency, "amount_shipping") - tax
