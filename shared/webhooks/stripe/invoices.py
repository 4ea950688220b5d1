"""Invoices. Each paid invoice is a sale with totals; each renewal of a subscription is a separate
one.
"""

from shared.domain.members.code import is_credit_code
from shared.webhooks.foreign_json import JsonObject, whole_number_of
from shared.webhooks.money_fields import (
    credit_of_codes,
    credit_used,
    in_proportion,
    parse_currency,
    totals_fields,
)
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.stripe.amounts import parse_amount, parse_shipping, sum_amounts
from shared.webhooks.stripe.discounts import find_codes
from shared.webhooks.stripe.events import (
    BASIL,
    event_time,
    is_since,
    metadata_fields,
    status_fields,
    stripe_refs,
)
from shared.webhooks.update_fields import HINT, UpdateFields, build_update, customer_fields

_NOT_INHERITED = ("gv_order", "gv_credit", "gv_fx_rate")
"""Metadata that belongs to one order. It is not used for renewals of a subscription."""
_RENEWAL_PREFIX, _FIRST_INVOICE = "subscription", "subscription_create"


def translate_invoice(delivery: ProviderDelivery, invoice: JsonObject) -> ProviderUpdate:
    """A paid invoice as a paid order with its totals; each renewal is an order of its own."""
    as_of, metadata = event_time(delivery), _invoice_metadata(invoice)
    paid_at = invoice.instant("status_transitions", "paid_at") or as_of
    codes = find_codes(delivery, invoice)
    return build_update(
        delivery,
        as_of,
        _invoice_refs(invoice),
        metadata_fields(metadata, codes),
        customer_fields(metadata.identifier("gv_customer"), invoice.text("customer_email")),
        status_fields(invoice, paid_at),
        _money_fields(delivery, invoice, metadata, codes),
    )


def _invoice_metadata(invoice: JsonObject) -> JsonObject:
    """The metadata of the invoice, its subscription and its lines. If a name occurs several times,
    the first source counts.
    """
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
    """References to the invoice. The first invoice of a subscription belongs to the same order as
    the session, renewals do not.
    """
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


def _money_fields(
    delivery: ProviderDelivery, invoice: JsonObject, metadata: JsonObject, codes: list[str | None]
) -> UpdateFields:
    """The totals of the paid part. Tax, shipping and discount are reduced in proportion.

    A negative invoice, from a proration, sold nothing. Its amount goes to the customer's balance.
    """
    currency = parse_currency(invoice.value("currency"))
    credit = credit_used(metadata)
    if (whole_number_of(invoice.value("total")) or 0) < 0:
        return {**totals_fields(currency, 0, credit=credit)}
    total = parse_amount(invoice.value("total"), currency, "total")
    paid = min(_parse_paid(delivery, invoice, currency, total), total)
    discount = sum_amounts(invoice.rows("total_discount_amounts"), currency)
    if any(is_credit_code(code or "") for code in codes):
        credit = credit_of_codes(credit, discount)
    tax = _parse_tax(delivery, invoice, currency)
    shipping = parse_shipping(invoice, invoice.value("amount_shipping"), currency)
    totals = totals_fields(
        currency,
        paid,
        in_proportion(discount, paid, total),
        in_proportion(tax, paid, total),
        in_proportion(shipping, paid, total),
        credit,
    )
    return {**totals} | ({"captured_total": paid} if paid < total else {})


def _parse_paid(delivery: ProviderDelivery, invoice: JsonObject, currency: str, total: int) -> int:
    """What was paid for the invoice itself.

    What the customer's balance paid was charged earlier, by the invoice that filled the balance.
    What a credit note took off was never charged. Payments outside of Stripe count. Before `BASIL`,
    `paid_out_of_band` marks them; since then, a paid invoice has them if less was paid than is due.
    """
    paid = parse_amount(invoice.value("amount_paid"), currency, "amount_paid", total)
    outside = invoice.flag("paid_out_of_band")
    if outside or (is_since(delivery, BASIL) and invoice.value("status") == "paid"):
        least = total if outside else paid
        return max(paid, parse_amount(invoice.value("amount_due"), currency, "amount_due", least))
    return paid


def _parse_tax(delivery: ProviderDelivery, invoice: JsonObject, currency: str) -> int:
    """The tax. If an event has it in several fields, its API version decides which one counts."""
    places = ["total_taxes", "total_tax_amounts"]
    if not is_since(delivery, BASIL):
        places.reverse()
    rows = next(filter(None, (invoice.rows(place) for place in places)), [])
    return sum_amounts(rows, currency) or parse_amount(invoice.value("tax"), currency, "tax", 0)


def translate_invoice_payment(delivery: ProviderDelivery, payment: JsonObject) -> ProviderUpdate:
    """Links a payment intent to its invoice.

    Since `BASIL` no other event has this link, and without it a refund could not find the invoice's
    order.
    """
    refs = stripe_refs(
        payment.identifier("invoice"),
        payment.identifier("payment", "payment_intent"),
        payment.identifier("payment", "charge"),
    )
    if len(refs) < 2:
        raise UnusableDelivery("no_order_named")
    return build_update(delivery, event_time(delivery), refs, HINT)
