"""WooCommerce's deliveries.

There is no topic for a payment or a refund: every change sends the whole order.
"""

import re
from collections.abc import Mapping

from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import ApiAccess
from shared.webhooks.provider import Provider, ProviderDelivery, ProviderUpdate
from shared.webhooks.signature import find_header
from shared.webhooks.woocommerce.listing import LISTING, authorize
from shared.webhooks.woocommerce.orders import PROVIDER_NAME, translate_order
from shared.webhooks.woocommerce.signature import HEADER, WooCommerceSignature

_GONE = "trash"
_PING = re.compile(rb"webhook_id=\d{1,20}")


def is_ping(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether this is the unsigned test request that WooCommerce sends when a webhook is saved. It
    must be answered with 200.
    """
    signed = bool(find_header(headers, HEADER))
    return not signed and _PING.fullmatch(body.strip()) is not None


def translate(delivery: ProviderDelivery) -> ProviderUpdate:
    order = delivery.document
    if set(order.fields) == {"id"} and delivery.topic == "order.deleted":
        raise UnusableDelivery("order_deleted")
    if "order_key" not in order or "billing_period" in order:
        raise UnusableDelivery("irrelevant_topic", delivery.topic)
    if order.value("status") == _GONE:
        raise UnusableDelivery("order_deleted")
    return translate_order(delivery, order)


def customer_of(delivery: ProviderDelivery) -> str | None:
    """The id of a customer, recognised by fields that only customers have; `None` for other
    objects.
    """
    document = delivery.document
    is_customer = "is_paying_customer" in document and "role" in document
    return document.own_id() if is_customer else None


PROVIDER = Provider(
    PROVIDER_NAME,
    WooCommerceSignature(HEADER),
    translate,
    topic_header="X-WC-Webhook-Topic",
    is_ping=is_ping,
    api=ApiAccess("", authorize),
    listing=LISTING,
    customer_of=customer_of,
)
