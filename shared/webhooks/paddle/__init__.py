"""Paddle Billing's events. Transactions are sales; adjustments are refunds and chargebacks."""

from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.paddle.adjustments import translate_adjustment
from shared.webhooks.paddle.listing import LISTING
from shared.webhooks.paddle.signature import SIGNATURE
from shared.webhooks.paddle.transactions import PROVIDER_NAME, translate_transaction
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import ApiAccess, bearer
from shared.webhooks.provider import Provider, ProviderDelivery, ProviderUpdate

_TRANSLATORS = {"transaction": translate_transaction, "adjustment": translate_adjustment}
"""By the kind of entity. The status of the entity says what happened."""
_FAILED_ATTEMPT = "transaction.payment_failed"
_SIMULATED = "ntfsim"
"""Ids of events from Paddle's simulator begin with this."""


def translate(delivery: ProviderDelivery) -> ProviderUpdate:
    event = delivery.document
    if "event_type" not in event:
        raise UnusableDelivery("not_an_event")
    if delivery.topic == _FAILED_ATTEMPT:
        raise UnusableDelivery("payment_not_made")
    translator = _TRANSLATORS.get(delivery.topic.partition(".")[0])
    if translator is None:
        raise UnusableDelivery("irrelevant_topic", delivery.topic)
    update = translator(delivery, event.section("data"))
    if _is_simulated(event) and not delivery.accept_sandbox:
        return ProviderUpdate(update.facts | {"test": True})
    return update


def customer_of(delivery: ProviderDelivery) -> str | None:
    """The id of a customer who was created at Paddle; `None` for any other event."""
    made = delivery.topic == "customer.created"
    return delivery.document.section("data").own_id() if made else None


def _is_simulated(event: JsonObject) -> bool:
    ids = event.text("event_id"), event.text("notification_id")
    return any(name is not None and name.startswith(_SIMULATED) for name in ids)


PROVIDER = Provider(
    PROVIDER_NAME,
    SIGNATURE,
    translate,
    topic_path=("event_type",),
    api=ApiAccess("https://api.paddle.com", bearer, (("paddle-version", "1"),)),
    listing=LISTING,
    customer_of=customer_of,
)
