"""Paddle Classic's alerts. They are forms, so every value is a text."""

from collections.abc import Callable

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.paddle_classic.payments import PROVIDER_NAME, translate_payment
from shared.webhooks.paddle_classic.reversals import translate_dispute, translate_refund
from shared.webhooks.paddle_classic.signature import SIGNATURE, parse_form
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import Provider, ProviderDelivery, ProviderUpdate
from shared.webhooks.signature import BadSignature

type AlertTranslator = Callable[[ProviderDelivery, JsonObject], ProviderUpdate]

_TRANSLATORS: dict[str, AlertTranslator] = {
    "payment_succeeded": translate_payment,
    "subscription_payment_succeeded": translate_payment,
    "payment_refunded": translate_refund,
    "subscription_payment_refunded": translate_refund,
    "payment_dispute_created": translate_dispute,
    "payment_dispute_closed": translate_dispute,
}
_FAILED_ATTEMPTS = ("subscription_payment_failed",)
_SANDBOX = "https://sandbox-"
"""Addresses of receipts from Paddle's sandbox begin with this."""


def parse_alert(body: bytes) -> JsonObject:
    try:
        return JsonObject(dict(parse_form(body)))
    except BadSignature:
        raise UnusableDelivery("unreadable_body") from None


def translate(delivery: ProviderDelivery) -> ProviderUpdate:
    if delivery.topic in _FAILED_ATTEMPTS:
        raise UnusableDelivery("payment_not_made")
    translator = _TRANSLATORS.get(delivery.topic)
    if translator is None:
        raise UnusableDelivery("irrelevant_topic", delivery.topic)
    alert = delivery.document
    update = translator(delivery, alert)
    receipt = alert.text("receipt_url") or ""
    if receipt.startswith(_SANDBOX) and not delivery.accept_sandbox:
        return ProviderUpdate(update.facts | {"test": True})
    return update


PROVIDER = Provider(
    PROVIDER_NAME, SIGNATURE, translate, topic_path=("alert_name",), parse=parse_alert
)
