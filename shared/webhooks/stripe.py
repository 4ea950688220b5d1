"""Stripe's events in our words.

A paid session and a paid invoice tell a sale; a bare charge or payment intent is a hint, unless its own metadata carries
`gv_ref` or `gv_order`. Names of a sale are told in the order session, invoice, payment intent, charge, subscription.
"""

from shared.webhooks.delivery import ProviderDelivery, ProviderFacts, Unusable
from shared.webhooks.document import dig, identity, instant, objects, word
from shared.webhooks.fact import (
    SUM_ONLY,
    buyer,
    credit_of,
    currency_of,
    evidence,
    known,
    names,
    news_time,
    order_id,
    refund,
    refunded,
    tell,
    totals,
)
from shared.webhooks.stripe_money import amount, invoice_totals, session_totals

_REFUND_STATUS = {
    "succeeded": "succeeded",
    "pending": "pending",
    "requires_action": "pending",
    "failed": "failed",
    "canceled": "failed",
}
_ONCE = ("gv_order", "gv_credit")


def translate(delivery: ProviderDelivery) -> ProviderFacts:
    """Raises `Unusable` for an event that tells nothing of an order."""
    event = delivery.document
    if event.get("object") != "event":
        raise Unusable("not_an_event")
    translator = _TRANSLATORS.get(delivery.topic)
    if translator is None:
        raise Unusable("irrelevant_topic", delivery.topic)
    thing = dig(event, "data", "object")
    if not isinstance(thing, dict) or not (identity(thing) or translator is _dispute):
        raise Unusable("missing_id", delivery.topic)
    told = translator(delivery, thing)
    sandbox = event.get("livemode") is False and not delivery.accept_sandbox
    return ProviderFacts(told.facts | {"test": True}) if sandbox else told


def _as_of(delivery: ProviderDelivery) -> str:
    return news_time(delivery, dig(delivery.document, "created"))


def _metadata(thing: dict) -> dict:
    metadata = thing.get("metadata")
    return metadata if isinstance(metadata, dict) else {}


def _session(delivery: ProviderDelivery, session: dict) -> ProviderFacts:
    if session.get("mode") == "setup":
        raise Unusable("not_a_sale")
    as_of, tagged = _as_of(delivery), _metadata(session)
    tagged = tagged | {"gv_ref": word(tagged.get("gv_ref")) or session.get("client_reference_id")}
    paid = session.get("payment_status") in ("paid", "no_payment_required")
    return tell(
        delivery,
        as_of,
        names(
            "stripe",
            session,
            session.get("invoice"),
            session.get("payment_intent"),
            session.get("subscription"),
        ),
        evidence(tagged),
        buyer(
            tagged.get("gv_customer"),
            dig(session, "customer_details", "email"),
            session.get("customer_email"),
        ),
        _standing(session, as_of if paid else None),
        session_totals(session, tagged),
    )


def _invoice(delivery: ProviderDelivery, invoice: dict) -> ProviderFacts:
    as_of, tagged = _as_of(delivery), _invoice_metadata(invoice)
    paid_at = instant(dig(invoice, "status_transitions", "paid_at")) or as_of
    return tell(
        delivery,
        as_of,
        _invoice_names(invoice),
        evidence(tagged),
        buyer(tagged.get("gv_customer"), invoice.get("customer_email")),
        _standing(invoice, paid_at),
        invoice_totals(invoice, tagged),
    )


def _renews(invoice: dict) -> bool:
    reason = invoice.get("billing_reason")
    return (
        isinstance(reason, str)
        and reason.startswith("subscription")
        and reason != "subscription_create"
    )


def _invoice_metadata(invoice: dict) -> dict:
    """The invoice's own metadata before the subscription's before that of its lines.

    What names one order or spends credit once is not inherited by the renewals of a subscription.
    """
    sources = [
        invoice.get("subscription_details"),
        dig(invoice, "parent", "subscription_details"),
        *objects(dig(invoice, "lines", "data")),
    ]
    inherited: dict = {}
    for source in reversed([source for source in sources if isinstance(source, dict)]):
        inherited |= _metadata(source)
    if _renews(invoice):
        inherited = {key: value for key, value in inherited.items() if key not in _ONCE}
    return inherited | _metadata(invoice)


def _invoice_names(invoice: dict) -> list[str]:
    payments = [
        entry.get("payment")
        for entry in objects(dig(invoice, "payments", "data"))
        if entry.get("status") == "paid"
    ]
    intents = [
        invoice.get("payment_intent"),
        *(dig(payment, "payment_intent") for payment in payments),
    ]
    charges = [invoice.get("charge"), *(dig(payment, "charge") for payment in payments)]
    subscription = invoice.get("subscription") or dig(
        invoice, "parent", "subscription_details", "subscription"
    )
    first = subscription if invoice.get("billing_reason") == "subscription_create" else None
    return names("stripe", invoice, *intents, *charges, first)


def _invoice_payment(delivery: ProviderDelivery, payment: dict) -> ProviderFacts:
    """Since API version 2025-03-31 only this names the payment intent of an invoice, and with it its refunds."""
    paid_by = payment.get("payment")
    refs = names(
        "stripe", payment.get("invoice"), dig(paid_by, "payment_intent"), dig(paid_by, "charge")
    )
    if len(refs) < 2:
        raise Unusable("no_order_named")
    return tell(delivery, _as_of(delivery), refs, {"hint": True})


def _intent_names(intent: dict) -> list[str]:
    charges = objects(dig(intent, "charges", "data"))
    return names("stripe", intent.get("invoice"), intent, intent.get("latest_charge"), *charges)


def _charge_names(charge: dict) -> list[str]:
    return names("stripe", charge.get("invoice"), charge.get("payment_intent"), charge)


def _sum_only(currency: str, paid: int, tagged: dict) -> dict:
    return totals(currency, paid, credit=credit_of(tagged)) | {"totals_rank": SUM_ONLY}


def _standing(thing: dict, paid_at: str | None) -> dict:
    """Stripe knows no fulfilment: what is paid is completed (design, section 4)."""
    placed_at = instant(thing.get("created"))
    return known(
        status="completed" if paid_at else "placed",
        placed_at=placed_at,
        paid_at=paid_at,
        completed_at=paid_at,
    )


def _hint(tagged: dict) -> dict:
    return (
        {} if identity(tagged.get("gv_ref")) or identity(tagged.get("gv_order")) else {"hint": True}
    )


def _intent(delivery: ProviderDelivery, intent: dict) -> ProviderFacts:
    as_of, tagged, currency = (
        _as_of(delivery),
        _metadata(intent),
        currency_of(intent.get("currency")),
    )
    paid = amount(intent.get("amount_received", intent.get("amount")), currency, "amount_received")
    return tell(
        delivery,
        as_of,
        _intent_names(intent),
        _hint(tagged),
        evidence(tagged),
        buyer(tagged.get("gv_customer"), intent.get("receipt_email")),
        known(payment_fingerprint=_intent_fingerprint(intent)),
        _standing(intent, as_of),
        _sum_only(currency, paid, tagged),
    )


def _charge(delivery: ProviderDelivery, charge: dict) -> ProviderFacts:
    as_of, tagged, currency = (
        _as_of(delivery),
        _metadata(charge),
        currency_of(charge.get("currency")),
    )
    paid = charge.get("captured") is True and charge.get("paid") is not False
    told = charge.get("amount_captured", charge.get("amount")) if paid else charge.get("amount")
    return tell(
        delivery,
        as_of,
        _charge_names(charge),
        _hint(tagged),
        evidence(tagged),
        buyer(
            tagged.get("gv_customer"),
            charge.get("receipt_email"),
            dig(charge, "billing_details", "email"),
        ),
        known(payment_fingerprint=_fingerprint(charge)),
        _standing(charge, as_of if paid else None),
        _sum_only(currency, amount(told, currency, "amount"), tagged),
        _charge_refunds(charge, currency, as_of),
    )


def _fingerprint(charge: dict) -> str | None:
    """What Stripe knows the card or account by that paid (`payment_method_details.<type>.fingerprint`)."""
    details = charge.get("payment_method_details")
    kind = dig(details, "type")
    name = identity(dig(details, kind, "fingerprint")) if isinstance(kind, str) else None
    return name if name and any(character.isalpha() for character in name) else None


def _intent_fingerprint(intent: dict) -> str | None:
    """The same of an intent's charges, which API versions before 2022-11-15 tell along."""
    return next(
        (
            name
            for charge in objects(dig(intent, "charges", "data"))
            if (name := _fingerprint(charge))
        ),
        None,
    )


def _charge_refunded(delivery: ProviderDelivery, charge: dict) -> ProviderFacts:
    """Tells the refunds alone: the event's time is the refund's, it must not become the time of the payment."""
    currency = currency_of(charge.get("currency"))
    refunds = _charge_refunds(charge, currency, _as_of(delivery))
    if not refunds:
        raise Unusable("no_money_moved")
    order = known(id=order_id(_metadata(charge)))
    return tell(delivery, _as_of(delivery), _charge_names(charge), {"hint": True}, order, refunds)


def _charge_refunds(charge: dict, currency: str, as_of: str) -> dict:
    """The refunds by id where the charge lists them all, since one by id can still fail; else the cumulative sum."""
    listed = objects(dig(charge, "refunds", "data"))
    whole_list = bool(listed) and dig(charge, "refunds", "has_more") is not True
    cumulative = amount(charge.get("amount_refunded"), currency, "amount_refunded", 0)
    return refunded(
        [_refund_of(entry, currency, as_of) for entry in listed], None if whole_list else cumulative
    )


def _refund_of(entry: dict, currency: str, as_of: str) -> dict:
    refund_id = identity(entry)
    if refund_id is None:
        raise Unusable("missing_id", "refund")
    told = entry.get("status")
    status = (
        "succeeded" if told is None else _REFUND_STATUS.get(told) if isinstance(told, str) else None
    )
    if status is None:
        raise Unusable("unknown_status", "refund")
    at = instant(entry.get("created")) or as_of
    return refund(refund_id, amount(entry.get("amount"), currency, "amount"), at, status)


def _refund(delivery: ProviderDelivery, entry: dict) -> ProviderFacts:
    refs = names("stripe", entry.get("payment_intent"), entry.get("charge"))
    order = known(id=order_id(_metadata(entry)))
    if not refs and not order:
        raise Unusable("no_order_named")
    currency, as_of = currency_of(entry.get("currency")), _as_of(delivery)
    return tell(
        delivery,
        as_of,
        refs,
        {"hint": True},
        order,
        {"refunds": [_refund_of(entry, currency, as_of)]},
    )


def _dispute(delivery: ProviderDelivery, dispute: dict) -> ProviderFacts:
    status = dispute.get("status")
    if isinstance(status, str) and (status.startswith("warning_") or status == "prevented"):
        raise Unusable("inquiry")
    if status not in ("needs_response", "under_review", "lost", "won"):
        raise Unusable("unknown_status", "dispute")
    refs = names("stripe", dispute.get("payment_intent"), dispute.get("charge"))
    if not refs:
        raise Unusable("no_order_named")
    return tell(delivery, _as_of(delivery), refs, {"hint": True, "disputed": status != "won"})


def _session_unpaid(delivery: ProviderDelivery, session: dict) -> ProviderFacts:
    return _cancelled(delivery, session, names("stripe", session, session.get("payment_intent")))


def _intent_canceled(delivery: ProviderDelivery, intent: dict) -> ProviderFacts:
    return _cancelled(delivery, intent, _intent_names(intent))


def _cancelled(delivery: ProviderDelivery, thing: dict, refs: list[str]) -> ProviderFacts:
    """An attempt that can never be paid cancels the order only where no other attempt can pay the same one."""
    if _metadata(thing).get("gv_order") or thing.get("invoice") or thing.get("subscription"):
        raise Unusable("payment_not_made")
    return tell(delivery, _as_of(delivery), refs, {"hint": True, "status": "cancelled"})


def _unpaid(delivery: ProviderDelivery, attempt: dict) -> ProviderFacts:
    raise Unusable("payment_not_made")


_TRANSLATORS = {
    "checkout.session.completed": _session,
    "checkout.session.async_payment_succeeded": _session,
    "checkout.session.async_payment_failed": _session_unpaid,
    **dict.fromkeys(
        (
            "checkout.session.expired",
            "payment_intent.payment_failed",
            "charge.failed",
            "invoice.payment_failed",
        ),
        _unpaid,
    ),
    "invoice.paid": _invoice,
    "invoice.payment_succeeded": _invoice,
    "invoice_payment.paid": _invoice_payment,
    "payment_intent.succeeded": _intent,
    "payment_intent.canceled": _intent_canceled,
    "charge.succeeded": _charge,
    "charge.captured": _charge,
    "charge.updated": _charge,
    "charge.refunded": _charge_refunded,
    "charge.refund.updated": _refund,
    **dict.fromkeys(("refund.created", "refund.updated", "refund.failed"), _refund),
    **dict.fromkeys(
        ("charge.dispute.created", "charge.dispute.updated", "charge.dispute.closed"), _dispute
    ),
    **dict.fromkeys(
        ("charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated"), _dispute
    ),
}
