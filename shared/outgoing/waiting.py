"""Attempts that wait their turn: messages of the webhooks' queue, which lets nothing wait for longer than a quarter of an hour."""

from collections.abc import Mapping

from shared import queue
from shared.domain.outgoing.webhook import WebhookDelivery
from shared.settings import WebhooksQueueSettings


def send_attempt(delivery: WebhookDelivery, number: int, pause_seconds: int = 0) -> None:
    """Attempt `number` of a delivery, after a pause."""
    send_on(
        {"webhook": delivery.webhook, "delivery": delivery.id, "attempt": number}, pause_seconds
    )


def send_on(asked: Mapping, pause_seconds: int) -> None:
    """The same attempt, with what is left of its pause; a longer one than the queue knows is carried along and sent on."""
    delay = min(pause_seconds, queue.LONGEST_DELAY_SECONDS)
    queue.send(
        WebhooksQueueSettings.load().webhooks_queue,
        {**asked, "wait_seconds": pause_seconds - delay},
        delay,
    )
