"""Adyen's standard webhooks. A body has several items. Every delivery is acknowledged, even one
that cannot be used.

Adyen stops sending further messages until a message is acknowledged.
"""

from collections.abc import Callable
from functools import partial

from shared.webhooks.adyen.items import (
    PROVIDER_NAME,
    translate_authorisation,
    translate_cancellation,
    translate_capture,
    translate_dispute,
    translate_failed_capture,
    translate_failed_refund,
    translate_pending_refund,
    translate_refund,
)
from shared.webhooks.adyen.signature import SIGNATURE, items_of
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import Provider, ProviderDelivery, ProviderUpdate

_TRANSLATORS: dict[str, Callable[[ProviderDelivery, JsonObject], ProviderUpdate]] = {
    "AUTHORISATION": translate_authorisation,
    "CAPTURE": translate_capture,
    "CAPTURE_FAILED": translate_failed_capture,
    "CANCELLATION": translate_cancellation,
    "CANCEL_OR_REFUND": translate_cancellation,
    "TECHNICAL_CANCEL": translate_cancellation,
    "EXPIRE": translate_cancellation,
    "OFFER_CLOSED": translate_cancellation,
    "REFUND": translate_refund,
    "REFUND_WITH_DATA": translate_refund,
    "POSTPONED_REFUND": translate_pending_refund,
    "REFUND_FAILED": translate_failed_refund,
    "REFUNDED_REVERSED": translate_failed_refund,
    "NOTIFICATION_OF_CHARGEBACK": partial(translate_dispute, status="open"),
    "CHARGEBACK": partial(translate_dispute, status="lost"),
    "CHARGEBACK_REVERSED": partial(translate_dispute, status="won"),
    "PREARBITRATION_WON": partial(translate_dispute, status="won"),
    "SECOND_CHARGEBACK": partial(translate_dispute, status="lost"),
    "PREARBITRATION_LOST": partial(translate_dispute, status="lost"),
}
"""The event codes that are supported. A chargeback takes the money at once (`lost`), but can still
be reversed (`won`).
"""
_INQUIRY, _VOIDED_REFUND = "REQUEST_FOR_INFORMATION", "VOID_PENDING_REFUND"


def split(document: JsonObject) -> list[JsonObject]:
    """The items, each with the `live` flag of the whole delivery."""
    live = document.value("live")
    return [JsonObject({**item.fields, "live": live}) for item in items_of(document)]


def translate(delivery: ProviderDelivery) -> ProviderUpdate:
    item, code = delivery.document, delivery.topic
    if code == _INQUIRY:
        raise UnusableDelivery("inquiry")
    if code == _VOIDED_REFUND:
        raise UnusableDelivery("no_money_moved")
    translator = _TRANSLATORS.get(code)
    if translator is None:
        raise UnusableDelivery("irrelevant_topic", code)
    update = translator(delivery, item)
    is_test = item.value("live") != "true" and not delivery.accept_sandbox
    return ProviderUpdate(update.facts | {"test": True}) if is_test else update


PROVIDER = Provider(
    PROVIDER_NAME,
    SIGNATURE,
    translate,
    topic_path=("eventCode",),
    split=split,
    acknowledgement="[accepted]",
)
