"""Events that go out to the shop's server. Records of the webhooks' queue: an event of the bus, or one attempt to deliver it."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from shared.api.http import EPOCH
from shared.domain.outgoing.webhook import WebhookEndpoint
from shared.outgoing.delivery import deliver, spread
from shared.outgoing.waiting import send_on
from shared.records import each
from shared.store import engine
from shared.store.programs import webhooks

EVENT = "detail-type"
"""What only an event of the bus has; everything else asks for one attempt."""


def handler(event: Mapping, context: object = None) -> dict:
    """Side by side, so that one slow endpoint does not hold up the others."""
    engine.open_tables()
    endpoints = (
        webhooks.webhooks()
        if any(f'"{EVENT}"' in record["body"] for record in event["Records"])
        else []
    )
    return each(event, lambda record: _handle(record, endpoints))


def _handle(record: Mapping, endpoints: Sequence[WebhookEndpoint]) -> None:
    asked = json.loads(record["body"])
    if EVENT in asked:
        spread(asked, endpoints)
    elif asked["wait_seconds"]:
        send_on(asked, asked["wait_seconds"])
    else:
        at = EPOCH + timedelta(
            milliseconds=int(record["attributes"]["ApproximateFirstReceiveTimestamp"])
        )
        deliver(asked["webhook"], asked["delivery"], asked["attempt"], at)
