"""Events on their way to the shop's server: one delivery for each endpoint, and its attempts.

Attempts are messages of the webhooks queue. It lets no message wait for longer than a quarter of
an hour, so a message carries what is left of a longer pause and is sent on.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NotRequired, TypedDict

from shared import log, queue
from shared.domain.instants import parse_instant
from shared.domain.outgoing.webhook import (
    WAITING,
    DeliveryOutcome,
    WebhookDelivery,
    WebhookEndpoint,
    attempted,
    given_up,
)
from shared.outgoing.attempt import send_webhook
from shared.settings import ShopSettings, WebhooksQueueSettings
from shared.store import engine
from shared.store.programs import webhooks


class AttemptMessage(TypedDict):
    """Attempt number `attempt` (0 is the first) of a delivery to an endpoint.

    `correlation_id` is the API request that it goes back to, where one is known.
    """

    webhook: str
    delivery: str
    attempt: int
    wait_seconds: int
    correlation_id: NotRequired[str]


class EarlierAttemptUnwritten(Exception):
    """The result of the attempt before is not written yet; the message must come again."""


def enqueue_attempt(delivery: WebhookDelivery, number: int, pause_seconds: int = 0) -> None:
    """Attempt `number` of a delivery, after a pause."""
    message = AttemptMessage(
        webhook=delivery.webhook, delivery=delivery.id, attempt=number, wait_seconds=pause_seconds
    )
    if request := log.correlation_id():
        message["correlation_id"] = request
    postpone(message)


def postpone(message: AttemptMessage) -> None:
    """Send the message again, with as much of its pause as the queue can wait."""
    seconds = message["wait_seconds"]
    delay = min(seconds, queue.LONGEST_DELAY_SECONDS)
    left: AttemptMessage = {**message, "wait_seconds": seconds - delay}
    queue.send(WebhooksQueueSettings.load().webhooks_queue, left, delay)


def start_deliveries(event: Mapping[str, Any], endpoints: Sequence[WebhookEndpoint]) -> None:
    """A delivery for each endpoint that wants this event of the bus; safe to repeat."""
    detail, kind = event["detail"], event["detail-type"]
    body = {"type": kind, "timestamp": detail["at"], "data": detail}
    at = parse_instant(detail["at"])
    delivery_id = webhooks.delivery_id(detail["id"], at)
    for webhook in endpoints:
        if webhook.wants(kind):
            _start(WebhookDelivery(webhook.id, delivery_id, detail["id"], kind, at, body))


def _start(delivery: WebhookDelivery) -> None:
    """A crash before the message is sent leaves a delivery without attempts.

    When the event comes again, that is found, and the message is sent.
    """
    try:
        engine.write([webhooks.put_delivery(delivery)])
    except engine.WriteConflict:
        stored = webhooks.find_delivery(delivery.webhook, delivery.id)
        if stored is not None and (stored.attempts or stored.state != WAITING):
            return
    enqueue_attempt(delivery, 0)


def attempt_delivery(message: AttemptMessage, at: datetime) -> None:
    """Makes the attempt, unless it was made before or nobody waits for it any more.

    Raises `EarlierAttemptUnwritten`.
    """
    webhook, delivery = _find(message["webhook"], message["delivery"])
    number = message["attempt"]
    if webhook is None or delivery is None:
        return
    if delivery.state != WAITING or delivery.attempts > number:
        return
    if delivery.attempts < number:
        raise EarlierAttemptUnwritten

    if webhook.disabled_because:
        engine.write([webhooks.put_delivery(given_up(delivery))])
        return
    outcome = send_webhook(webhook, delivery, ShopSettings.load().base_url, at)
    log.logger.info(
        "a webhook was attempted", webhook=webhook.id, event=delivery.event, attempt=number
    )

    _settle(webhook, delivery, outcome, at)


def _find(
    webhook_id: str, delivery_id: str
) -> tuple[WebhookEndpoint | None, WebhookDelivery | None]:
    return webhooks.find_webhook(webhook_id), webhooks.find_delivery(webhook_id, delivery_id)


def _settle(
    webhook: WebhookEndpoint, delivery: WebhookDelivery, outcome: DeliveryOutcome, at: datetime
) -> None:
    """Sends for the next attempt before this one is written down.

    A crash in between repeats an attempt and loses none.
    """
    _, after = attempted(webhook, delivery, outcome, at)
    if after.state == WAITING and delivery.pause is not None:
        enqueue_attempt(delivery, delivery.attempts + 1, delivery.pause)
    engine.retrying(lambda: _write_outcome(delivery, outcome, at))


def _write_outcome(tried: WebhookDelivery, outcome: DeliveryOutcome, at: datetime) -> None:
    """Does nothing where another run of the same attempt has written its outcome."""
    webhook, delivery = _find(tried.webhook, tried.id)
    if webhook is None or delivery is None or delivery.attempts != tried.attempts:
        return
    webhook_after, delivery_after = attempted(webhook, delivery, outcome, at)
    changed = [webhooks.put_webhook(webhook_after)] if webhook_after != webhook else []
    engine.write([*changed, webhooks.put_delivery(delivery_after)])
