"""WooCommerce's deliveries.

No topic tells of a payment or a refund: every change sends the whole order.
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
    """The unsigned greeting when a webhook is saved; WooCommerce wants the answer 200."""
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


PROVIDER = Provider(
    PROVIDER_NAME,
    WooCommerceSignature(HEADER),
    translate,
    topic_header="X-WC-Webhook-Topic",
    is_ping=is_ping,
    api=ApiAccess("", authorize),
    listing=LISTING,
)
