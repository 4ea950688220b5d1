"""PayPal's events. Only the id of an object is used from a body. The object itself is read from
PayPal's API.
"""

import base64
from collections.abc import Callable

from shared.webhooks.foreign_json import JsonObject, identifier_of, text_of, whole_number_of
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.paypal.disputes import translate_dispute
from shared.webhooks.paypal.listing import LISTING
from shared.webhooks.paypal.orders import PROVIDER_NAME, fetch, fetch_capture, fetch_order
from shared.webhooks.paypal.sales import translate_sale, translate_sale_refund
from shared.webhooks.paypal.signature import SIGNATURE
from shared.webhooks.processor_api import ApiAccess, Authorization, PostForm
from shared.webhooks.provider import Provider, ProviderDelivery, ProviderUpdate

LONGEST_TOKEN = 4000
_CAPTURES, _SANDBOX = "/v2/payments/captures/", ".sandbox.paypal.com"


def _translate_order(delivery: ProviderDelivery, named: JsonObject) -> ProviderUpdate:
    return fetch_order(delivery, named.own_id())


def _translate_capture(delivery: ProviderDelivery, named: JsonObject) -> ProviderUpdate:
    return fetch_capture(delivery, named.own_id())


def _translate_authorization(delivery: ProviderDelivery, named: JsonObject) -> ProviderUpdate:
    order_id = named.identifier("supplementary_data", "related_ids", "order_id")
    return fetch_order(delivery, order_id)


def _translate_refund(delivery: ProviderDelivery, named: JsonObject) -> ProviderUpdate:
    """A refund or a reversal. Its links contain the capture to which it belongs."""
    refund = fetch(delivery, "/v2/payments/refunds/", named.own_id())
    links = [link.text("href") or "" for link in refund.rows("links") if link.value("rel") == "up"]
    capture = next((link.partition(_CAPTURES)[2] for link in links if _CAPTURES in link), None)
    return fetch_capture(delivery, identifier_of(capture), refund)


_TRANSLATORS: dict[str, Callable[[ProviderDelivery, JsonObject], ProviderUpdate]] = {
    "CHECKOUT.ORDER.SAVED": _translate_order,
    "CHECKOUT.ORDER.APPROVED": _translate_order,
    "CHECKOUT.ORDER.COMPLETED": _translate_order,
    "CHECKOUT.ORDER.VOIDED": _translate_order,
    "PAYMENT.AUTHORIZATION.CREATED": _translate_authorization,
    "PAYMENT.AUTHORIZATION.VOIDED": _translate_authorization,
    "PAYMENT.CAPTURE.PENDING": _translate_capture,
    "PAYMENT.CAPTURE.COMPLETED": _translate_capture,
    "PAYMENT.CAPTURE.DENIED": _translate_capture,
    "PAYMENT.CAPTURE.DECLINED": _translate_capture,
    "PAYMENT.CAPTURE.REFUNDED": _translate_refund,
    "PAYMENT.CAPTURE.REVERSED": _translate_refund,
    "PAYMENT.REFUND.PENDING": _translate_refund,
    "PAYMENT.REFUND.FAILED": _translate_refund,
    "PAYMENT.SALE.PENDING": translate_sale,
    "PAYMENT.SALE.COMPLETED": translate_sale,
    "PAYMENT.SALE.DENIED": translate_sale,
    "PAYMENT.SALE.REFUNDED": translate_sale_refund,
    "PAYMENT.SALE.REVERSED": translate_sale_refund,
    "CUSTOMER.DISPUTE.CREATED": translate_dispute,
    "CUSTOMER.DISPUTE.UPDATED": translate_dispute,
    "CUSTOMER.DISPUTE.RESOLVED": translate_dispute,
}
"""The event types that are supported."""


def translate(delivery: ProviderDelivery) -> ProviderUpdate:
    translator = _TRANSLATORS.get(delivery.topic)
    if translator is None:
        raise UnusableDelivery("irrelevant_topic", delivery.topic)
    update = translator(delivery, delivery.document.section("resource"))
    is_test = _is_sandbox(delivery) and not delivery.accept_sandbox
    return ProviderUpdate(update.facts | {"test": True}) if is_test else update


def _is_sandbox(delivery: ProviderDelivery) -> bool:
    """Whether our API is PayPal's sandbox. Links in a body could be forged."""
    return _SANDBOX in delivery.api.base_url


def authorize(secret: str, post_form: PostForm) -> Authorization:
    """The headers with an access token of PayPal. `secret` is the client id and the secret of our
    app at PayPal, separated by a colon. The token is valid for 0 seconds if PayPal does not say how
    long. Raises `UnusableDelivery` if PayPal returns no token.
    """
    basic = base64.b64encode(secret.encode()).decode()
    headers = {"authorization": f"Basic {basic}"}
    answer = post_form("/v1/oauth2/token", {"grant_type": "client_credentials"}, headers)
    token = text_of(answer.value("access_token"), LONGEST_TOKEN)
    seconds = whole_number_of(answer.value("expires_in"))
    if token is None:
        raise UnusableDelivery("api_refused", "no token")
    return Authorization({"authorization": f"Bearer {token}"}, seconds or 0)


PROVIDER = Provider(
    PROVIDER_NAME,
    SIGNATURE,
    translate,
    topic_path=("event_type",),
    api=ApiAccess("https://api-m.paypal.com", authorize),
    listing=LISTING,
)
