"""Checkout sessions. Each paid session is a sale with totals."""

from shared.domain.members.code import is_credit_code
from shared.webhooks.exchange_rates import inverse_rate, rate_fields
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.money_fields import (
    TotalsFields,
    credit_of_codes,
    credit_used,
    parse_currency,
    totals_fields,
)
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import ProviderDelivery, ProviderUpdate
from shared.webhooks.stripe.amounts import parse_amount, parse_shipping
from shared.webhooks.stripe.discounts import find_codes
from shared.webhooks.stripe.events import (
    event_time,
    metadata_fields,
    status_fields,
    stripe_refs,
    translate_dead_attempt,
)
from shared.webhooks.update_fields import UpdateFields, build_update, customer_fields


def translate_session(delivery: ProviderDelivery, session: JsonObject) -> ProviderUpdate:
    """A completed checkout as an order with its totals, paid if the session is. Raises
    `UnusableDelivery` for a session that only saves a means of payment.
    """
    if session.value("mode") == "setup":
        raise UnusableDelivery("not_a_sale")
    as_of, metadata = event_time(delivery), _session_metadata(session)
    paid = session.value("payment_status") in ("paid", "no_payment_required")
    codes = find_codes(delivery, session)
    told = metadata_fields(metadata, codes)
    return build_update(
        delivery,
        as_of,
        stripe_refs(
            session.own_id(),
            session.identifier("invoice"),
            session.identifier("payment_intent"),
            session.identifier("subscription"),
        ),
        told,
        customer_fields(
            metadata.identifier("gv_customer"),
            session.text("customer_details", "email"),
            session.text("customer_email"),
        ),
        status_fields(session, as_of if paid else None),
        _session_totals(session, metadata, codes),
        {} if "fx_rate" in told else _conversion_fields(session),
    )


def translate_failed_session(delivery: ProviderDelivery, session: JsonObject) -> ProviderUpdate:
    refs = stripe_refs(session.own_id(), session.identifier("payment_intent"))
    return translate_dead_attempt(delivery, session, refs)


def _session_metadata(session: JsonObject) -> JsonObject:
    """The session's metadata. If it has no `gv_ref`, `client_reference_id` is used in its place.

    A browser can write `client_reference_id` into the address of a payment link, so it is used for
    nothing else.
    """
    metadata = session.section("metadata")
    ref_token = metadata.text("gv_ref") or session.value("client_reference_id")
    return JsonObject({**metadata.fields, "gv_ref": ref_token})


def _session_totals(
    session: JsonObject, metadata: JsonObject, codes: list[str | None]
) -> TotalsFields:
    """The totals in the session's currency.

    Under Adaptive Pricing this is the buyer's currency in older API versions, which send the rate
    in `currency_conversion`. In newer ones, which send `presentment_details`, it is the shop's
    currency.
    """
    currency = parse_currency(session.value("currency"))
    details = session.section("total_details")
    discount = parse_amount(details.value("amount_discount"), currency, "amount_discount", 0)
    pays_credit = any(is_credit_code(code or "") for code in codes)  # Checkout takes one code
    return totals_fields(
        currency,
        parse_amount(session.value("amount_total"), currency, "amount_total"),
        discount,
        parse_amount(details.value("amount_tax"), currency, "amount_tax", 0),
        parse_shipping(session, details.value("amount_shipping"), currency),
        credit_of_codes(credit_used(metadata), discount if pays_credit else 0),
    )


def _conversion_fields(session: JsonObject) -> UpdateFields:
    """The rate of a session in the buyer's currency. Stripe's rate converts from the shop's
    currency, so it is inverted.
    """
    conversion = session.section("currency_conversion")
    source = conversion.text("source_currency")
    if source is None or source.upper() == (session.text("currency") or "").upper():
        return {}
    return rate_fields(inverse_rate(conversion.value("fx_rate")), source)
