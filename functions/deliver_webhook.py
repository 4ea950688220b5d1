"""Events that go out to the shop's server. Records of the webhooks' queue: an event of the bus, or one attempt to deliver it."""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta

from shared.api.request import EPOCH
from shared.domain.outgoing.webhook import WebhookEndpoint
from shared.invocation import lambda_handler
from shared.outgoing.delivery import attempt_delivery, start_deliveries
from shared.outgoing.waiting import send_on
from shared.records import handle_records
from shared.store.programs import webhooks

EVENT = "detail-type"
"""What only an event of the bus has; everything else asks for one attempt."""


@lambda_handler
def handler(event: Mapping) -> dict:
    """Side by side, so that one slow endpoint does not hold up the others."""
    endpoints = (
        webhooks.list_webhooks()
        if any(f'"{EVENT}"' in record["body"] for record in event["Records"])
        else []
    )
    return handle_records(event, lambda record: _handle(record, endpoints))


def _handle(record: Mapping, endpoints: Sequence[WebhookEndpoint]) -> None:
    asked = json.loads(record["body"])
    if EVENT in asked:
        start_deliveries(asked, endpoints)
    elif asked["wait_seconds"]:
        send_on(asked, asked["wait_seconds"])
    else:
        at = EPOCH + timedelta(
            milliseconds=int(record["attributes"]["ApproximateFirstReceiveTimestamp"])
        )
        attempt_delivery(asked["webhook"], asked["delivery"], asked["attempt"], at)
