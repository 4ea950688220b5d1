"""BigCommerce's events. An event only names an order, so the order is read from the API."""

import re

from shared.webhooks.bigcommerce.api import fetch_order
from shared.webhooks.bigcommerce.listing import LISTING
from shared.webhooks.bigcommerce.orders import PROVIDER_NAME, translate_order
from shared.webhooks.bigcommerce.signature import SIGNATURE
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import ApiAccess, Authorization, PostForm
from shared.webhooks.provider import Provider, ProviderDelivery, ProviderUpdate

_SCOPE = re.compile(
    r"store/order/(created|updated|statusUpdated|refund/created|transaction/(created|updated))"
)
_DELETED = "store/order/archived"


def translate(delivery: ProviderDelivery) -> ProviderUpdate:
    """The order in its current state at the store, whatever changed. Raises `UnusableDelivery` for
    an event about a deleted order, or about anything but an order.
    """
    if delivery.topic == _DELETED:
        raise UnusableDelivery("order_deleted")
    if not _SCOPE.fullmatch(delivery.topic):
        raise UnusableDelivery("irrelevant_topic", delivery.topic)
    event = delivery.document
    order_id = _order_id(event)
    store = event.text("producer") or ""
    return translate_order(delivery, fetch_order(delivery.api, store, order_id))


def customer_of(delivery: ProviderDelivery) -> str | None:
    """The id of a customer who registered at the store; `None` for any other event."""
    made = delivery.topic == "store/customer/created"
    return delivery.document.section("data").own_id() if made else None


def _order_id(event: JsonObject) -> str:
    """The order of the event. An event about a transaction has its own id and `order_id`."""
    data = event.section("data")
    order_id = data.identifier("order_id") or data.own_id()
    if order_id is None or not (order_id.isascii() and order_id.isdigit()):
        raise UnusableDelivery("no_order_named")
    return order_id


def _authorize(secret: str, post_form: PostForm) -> Authorization:
    return Authorization({"x-auth-token": secret})


PROVIDER = Provider(
    PROVIDER_NAME,
    SIGNATURE,
    translate,
    topic_path=("scope",),
    api=ApiAccess("https://api.bigcommerce.com", _authorize),
    listing=LISTING,
    customer_of=customer_of,
)
