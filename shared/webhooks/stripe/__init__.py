"""Stripe's events. There is one module for each kind of object: sessions, invoices, payments,
refunds, disputes.
"""

from collections.abc import Callable

from shared.webhooks.foreign_json import JsonObject, identifier_of
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import ApiAccess, bearer
from shared.webhooks.provider import Provider, ProviderDelivery, ProviderUpdate
from shared.webhooks.stripe.disputes import translate_dispute
from shared.webhooks.stripe.events import PROVIDER_NAME, refuse_failed_attempt
from shared.webhooks.stripe.invoices import translate_invoice, translate_invoice_payment
from shared.webhooks.stripe.listing import LISTING
from shared.webhooks.stripe.payments import (
    translate_canceled_intent,
    translate_charge,
    translate_intent,
)
from shared.webhooks.stripe.refunds import translate_refund, translate_refunded_charge
from shared.webhooks.stripe.sessions import translate_failed_session, translate_session
from shared.webhooks.stripe.signature import SIGNATURE

type Translator = Callable[[ProviderDelivery, JsonObject], ProviderUpdate]

TRANSLATORS: dict[str, Translator] = {
    "checkout.session.completed": translate_session,
    "checkout.session.async_payment_succeeded": translate_session,
    "checkout.session.async_payment_failed": translate_failed_session,
    "checkout.session.expired": refuse_failed_attempt,
    "invoice.paid": translate_invoice,
    "invoice.payment_succeeded": translate_invoice,
    "invoice.payment_failed": refuse_failed_attempt,
    "invoice_payment.paid": translate_invoice_payment,
    "payment_intent.succeeded": translate_intent,
    "payment_intent.canceled": translate_canceled_intent,
    "payment_intent.payment_failed": refuse_failed_attempt,
    "charge.succeeded": translate_charge,
    "charge.captured": translate_charge,
    "charge.updated": translate_charge,
    "charge.failed": refuse_failed_attempt,
    "charge.refunded": translate_refunded_charge,
    "charge.refund.updated": translate_refund,
    "refund.created": translate_refund,
    "refund.updated": translate_refund,
    "refund.failed": translate_refund,
    "charge.dispute.created": translate_dispute,
    "charge.dispute.updated": translate_dispute,
    "charge.dispute.closed": translate_dispute,
    "charge.dispute.funds_withdrawn": translate_dispute,
    "charge.dispute.funds_reinstated": translate_dispute,
}
"""The event types that are supported."""


def translate(delivery: ProviderDelivery) -> ProviderUpdate:
    """The update in an event of a supported type. Unless the shop accepts sandbox payments, an event
    of Stripe's test mode is marked as a test. Raises `UnusableDelivery`.
    """
    event = delivery.document
    if event.value("object") != "event":
        raise UnusableDelivery("not_an_event")
    translator = TRANSLATORS.get(delivery.topic)
    if translator is None:
        raise UnusableDelivery("irrelevant_topic", delivery.topic)
    resource = event.value("data", "object")
    if not isinstance(resource, dict):
        raise UnusableDelivery("missing_id", delivery.topic)
    if identifier_of(resource) is None and translator is not translate_dispute:
        raise UnusableDelivery("missing_id", delivery.topic)
    update = translator(delivery, JsonObject(resource))
    is_sandbox = event.value("livemode") is False and not delivery.accept_sandbox
    return ProviderUpdate(update.facts | {"test": True}) if is_sandbox else update


def customer_of(delivery: ProviderDelivery) -> str | None:
    """The id of a customer who was created at Stripe; `None` for any other event."""
    made = delivery.topic == "customer.created"
    return delivery.document.section("data", "object").own_id() if made else None


PROVIDER = Provider(
    PROVIDER_NAME,
    SIGNATURE,
    translate,
    api=ApiAccess("https://api.stripe.com", bearer),
    listing=LISTING,
    customer_of=customer_of,
)
