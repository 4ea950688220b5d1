"""Events on their way to the shop's server: spread to the endpoints that want them, attempted, attempted again."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from shared.domain.instants import parse_instant
from shared.domain.outgoing.webhook import (
    WAITING,
    DeliveryOutcome,
    WebhookDelivery,
    WebhookEndpoint,
    attempted,
    given_up,
)
from shared.outgoing import waiting
from shared.outgoing.attempt import send_webhook
from shared.settings import ShopSettings
from shared.store import engine
from shared.store.programs import webhooks


class EarlierAttemptUnwritten(Exception):
    """The attempt before this one is not written down yet; the message must come again."""


def start_deliveries(event: Mapping, endpoints: Sequence[WebhookEndpoint]) -> None:
    """A delivery for each endpoint that wants this event of the bus; told again, it makes no second one."""
    detail, kind = event["detail"], event["detail-type"]
    body = {"type": kind, "timestamp": detail["at"], "data": detail}
    at = parse_instant(detail["at"])
    for webhook in endpoints:
        if webhook.wants(kind):
            _begin(
                WebhookDelivery(
                    webhook.id, webhooks.delivery_id(detail["id"], at), detail["id"], kind, at, body
                )
            )


def _begin(new: WebhookDelivery) -> None:
    """A crash between the two leaves a delivery that nobody tried, which the event's next telling finds."""
    try:
        engine.write([webhooks.put_delivery(new)])
    except engine.WriteConflict:
        known = webhooks.find_delivery(new.webhook, new.id)
        if known is not None and (known.attempts or known.state != WAITING):
            return
    waiting.send_attempt(new, 0)


def attempt_delivery(webhook_id: str, delivery_id: str, number: int, at: datetime) -> None:
    """Attempt `number` (0 is the first); one that was made already, or that nobody wants any more, is dropped. Raises `TooSoon`."""
    webhook, delivery = webhooks.find_webhook(webhook_id), webhooks.find_delivery(webhook_id, delivery_id)
    if (
        webhook is None
        or delivery is None
        or delivery.state != WAITING
        or delivery.attempts > number
    ):
        return
    if delivery.attempts < number:
        raise EarlierAttemptUnwritten

    if webhook.disabled_because:
        engine.write([webhooks.put_delivery(given_up(delivery))])
        return
    outcome = send_webhook(webhook, delivery, ShopSettings.load().base_url, at)

    _settle(webhook, delivery, outcome, at)


def _settle(
    webhook: WebhookEndpoint, delivery: WebhookDelivery, outcome: DeliveryOutcome, at: datetime
) -> None:
    """The next attempt is asked for before this one is written down: a crash in between repeats an attempt and loses none."""
    if attempted(webhook, delivery, outcome, at)[1].state == WAITING:
        waiting.send_attempt(delivery, delivery.attempts + 1, delivery.pause)
    engine.retrying(lambda: _write_down(delivery, outcome, at))


def _write_down(tried: WebhookDelivery, outcome: DeliveryOutcome, at: datetime) -> None:
    webhook, delivery = webhooks.find_webhook(tried.webhook), webhooks.find_delivery(tried.webhook, tried.id)
    if webhook is None or delivery is None or delivery.attempts != tried.attempts:
        return
    webhook_after, delivery_after = attempted(webhook, delivery, outcome, at)
    changed = [webhooks.put_webhook(webhook_after)] if webhook_after != webhook else []
    engine.write([*changed, webhooks.put_delivery(delivery_after)])
