"""Shopify's deliveries. Their topic is not signed, so the fields of the body decide which kind of
object it is.
"""

from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import ApiAccess
from shared.webhooks.provider import Provider, ProviderDelivery, ProviderUpdate
from shared.webhooks.shopify.disputes import translate_dispute
from shared.webhooks.shopify.fields import exact_ids
from shared.webhooks.shopify.listing import LISTING, authorize
from shared.webhooks.shopify.orders import translate_order
from shared.webhooks.shopify.refunds import translate_refund
from shared.webhooks.signature import BodySignature

_TRANSLATORS = {
    "refund_line_items": translate_refund,
    "financial_status": translate_order,
    "evidence_due_by": translate_dispute,
}
"""By a field that only this kind of object has."""


def translate(delivery: ProviderDelivery) -> ProviderUpdate:
    document = delivery.document
    for field, translator in _TRANSLATORS.items():
        if field in document:
            return translator(delivery, document)
    if "shop_id" in document and "shop_domain" in document:
        raise UnusableDelivery("privacy_request")
    if set(document.fields) == {"id"} and delivery.topic == "orders/delete":
        raise UnusableDelivery("order_deleted")
    raise UnusableDelivery("irrelevant_topic", delivery.topic)


def customer_of(delivery: ProviderDelivery) -> str | None:
    """The id of a customer; `None` if the object is not a customer, as its GraphQL id shows."""
    named = delivery.document.text("admin_graphql_api_id") or ""
    is_customer = named.startswith("gid://shopify/Customer/")
    return next(iter(exact_ids(delivery.document)), None) if is_customer else None


PROVIDER = Provider(
    "shopify",
    BodySignature("X-Shopify-Hmac-Sha256"),
    translate,
    topic_header="X-Shopify-Topic",
    api=ApiAccess("", authorize),
    listing=LISTING,
    customer_of=customer_of,
)
