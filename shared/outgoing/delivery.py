"""Sends events to the shop's server: one delivery for each endpoint, with its attempts.

Each attempt is a message of the webhooks queue. The queue can delay a message by at most 15
minutes. For a longer pause, the message contains the seconds that are left and is sent again.
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
    """Attempt number `attempt` of a delivery to an endpoint; the first attempt is 0.

    * `wait_seconds`: what is left of the pause before the attempt.
    * `correlation_id`: the API request that caused the event, if it is known.
    """

    webhook: str
    delivery: str
    attempt: int
    wait_seconds: int
    correlation_id: NotRequired[str]


class EarlierAttemptUnwritten(Exception):
    """The result of the previous attempt is not stored yet. The queue must deliver the message
    again.
    """


def enqueue_attempt(delivery: WebhookDelivery, number: int, pause_seconds: int = 0) -> None:
    """Enqueues attempt `number` of a delivery, after a pause."""
    message = AttemptMessage(
        webhook=delivery.webhook, delivery=delivery.id, attempt=number, wait_seconds=pause_seconds
    )
    if request := log.correlation_id():
        message["correlation_id"] = request
    postpone(message)


def postpone(message: AttemptMessage) -> None:
    """Enqueues the message again until the rest of its pause is over. A queue can delay a message
    only so long, so a long pause takes several messages.
    """
    seconds = message["wait_seconds"]
    delay = min(seconds, queue.LONGEST_DELAY_SECONDS)
    left: AttemptMessage = {**message, "wait_seconds": seconds - delay}
    queue.send(WebhooksQueueSettings.load().webhooks_queue, left, delay)


def start_deliveries(event: Mapping[str, Any], endpoints: Sequence[WebhookEndpoint]) -> None:
    """Starts a delivery for each endpoint that wants this event of the bus. Safe to repeat."""
    detail, kind = event["detail"], event["detail-type"]
    body = {"type": kind, "timestamp": detail["at"], "data": detail}
    at = parse_instant(detail["at"])
    delivery_id = webhooks.delivery_id(detail["id"], at)
    for webhook in endpoints:
        if webhook.wants(kind):
            _start(WebhookDelivery(webhook.id, delivery_id, detail["id"], kind, at, body))


def _start(delivery: WebhookDelivery) -> None:
    """Stores a delivery and enqueues its first attempt.

    A crash between the two leaves a delivery without attempts. If the event comes again, the first
    attempt is enqueued then.
    """
    try:
        engine.write([webhooks.put_delivery(delivery)])
    except engine.WriteConflict:
        stored = webhooks.find_delivery(delivery.webhook, delivery.id)
        if stored is not None and (stored.attempts or stored.state != WAITING):
            return
    enqueue_attempt(delivery, 0)


def attempt_delivery(message: AttemptMessage, at: datetime) -> None:
    """Makes an attempt, unless it was made before or the delivery has ended. A delivery to a
    disabled endpoint is given up. Raises `EarlierAttemptUnwritten`.
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

    _record_outcome(webhook, delivery, outcome, at)


def _find(
    webhook_id: str, delivery_id: str
) -> tuple[WebhookEndpoint | None, WebhookDelivery | None]:
    return webhooks.find_webhook(webhook_id), webhooks.find_delivery(webhook_id, delivery_id)


def _record_outcome(
    webhook: WebhookEndpoint, delivery: WebhookDelivery, outcome: DeliveryOutcome, at: datetime
) -> None:
    """Enqueues the next attempt, if one is needed, and then stores the outcome of this one.

    In this order, a crash between the two repeats an attempt but never loses one.
    """
    _, after = attempted(webhook, delivery, outcome, at)
    if after.state == WAITING and delivery.pause is not None:
        enqueue_attempt(delivery, delivery.attempts + 1, delivery.pause)
    engine.retrying(lambda: _write_outcome(delivery, outcome, at))


def _write_outcome(tried: WebhookDelivery, outcome: DeliveryOutcome, at: datetime) -> None:
    """Stores the outcome of an attempt. Does nothing if another run of the same attempt has stored
    its outcome.
    """
    webhook, delivery = _find(tried.webhook, tried.id)
    if webhook is None or delivery is None or delivery.attempts != tried.attempts:
        return
    webhook_after, delivery_after = attempted(webhook, delivery, outcome, at)
    changed = [webhooks.put_webhook(webhook_after)] if webhook_after != webhook else []
    engine.write([*changed, webhooks.put_delivery(delivery_after)])
