"""Deliver events to the shop's server.

A record of the webhooks' queue is an event of the bus, or one attempt to deliver one to an endpoint.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared.api.request import EPOCH
from shared.domain.outgoing.webhook import WebhookEndpoint
from shared.invocation import Event, lambda_handler
from shared.outgoing.delivery import attempt_delivery, start_deliveries
from shared.outgoing.waiting import send_on
from shared.records import handle_records
from shared.store.programs import webhooks

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

EVENT = "detail-type"
"""The field that only an event of the bus has; every other record asks for one attempt."""


@lambda_handler
def handler(event: Event) -> "PartialItemFailureResponse":
    """Records are handled side by side, so that a slow endpoint does not hold up the others."""
    endpoints = (
        webhooks.list_webhooks()
        if any(f'"{EVENT}"' in record["body"] for record in event["Records"])
        else []
    )
    return handle_records(event, lambda record: _handle(record, endpoints))


def _handle(record: Mapping[str, Any], endpoints: Sequence[WebhookEndpoint]) -> None:
    message = json.loads(record["body"])
    if EVENT in message:
        start_deliveries(message, endpoints)
    elif message["wait_seconds"]:
        send_on(message, message["wait_seconds"])
    else:
        at = EPOCH + timedelta(
            milliseconds=int(record["attributes"]["ApproximateFirstReceiveTimestamp"])
        )
        attempt_delivery(message["webhook"], message["delivery"], message["attempt"], at)
