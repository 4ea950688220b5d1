"""Square's events. They contain only the id of an order, but complete payments, refunds, disputes
and invoices.
"""

from collections.abc import Callable

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import ApiAccess, bearer
from shared.webhooks.provider import Provider, ProviderDelivery, ProviderUpdate
from shared.webhooks.signature import find_header
from shared.webhooks.square.listing import LISTING
from shared.webhooks.square.orders import PROVIDER_NAME, translate_thin_order
from shared.webhooks.square.payments import (
    translate_dispute,
    translate_invoice,
    translate_payment,
    translate_refund,
)
from shared.webhooks.square.signature import SIGNATURE

API_VERSION = "2026-09-16"
_TRANSLATORS: dict[str, Callable[[ProviderDelivery, JsonObject], ProviderUpdate]] = {
    "order.created": translate_thin_order,
    "order.updated": translate_thin_order,
    "order.fulfillment.updated": translate_thin_order,
    "payment.created": translate_payment,
    "payment.updated": translate_payment,
    "refund.created": translate_refund,
    "refund.updated": translate_refund,
    "dispute.created": translate_dispute,
    "dispute.state.changed": translate_dispute,
    "dispute.state.updated": translate_dispute,
    "invoice.payment_made": translate_invoice,
    "invoice.canceled": translate_invoice,
}
"""The event types that are supported."""


def translate(delivery: ProviderDelivery) -> ProviderUpdate:
    translator = _TRANSLATORS.get(delivery.topic)
    if translator is None:
        raise UnusableDelivery("irrelevant_topic", delivery.topic)
    data = delivery.document.section("data")
    update = translator(delivery, data.section("object", data.text("type") or ""))
    is_test = _is_sandbox(delivery) and not delivery.accept_sandbox
    return ProviderUpdate(update.facts | {"test": True}) if is_test else update


def _is_sandbox(delivery: ProviderDelivery) -> bool:
    """Whether the delivery comes from Square's sandbox. The body does not say so, but a header
    does. The sandbox signs with its own keys.
    """
    told = find_header(delivery.headers, "square-environment").lower()
    return told == "sandbox" or "squareupsandbox" in delivery.api.base_url


PROVIDER = Provider(
    PROVIDER_NAME,
    SIGNATURE,
    translate,
    api=ApiAccess(
        "https://connect.squareup.com", bearer, headers=(("square-version", API_VERSION),)
    ),
    listing=LISTING,
)
