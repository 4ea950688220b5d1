"""Serves the webhooks queue: events of the bus for the shop's server, and attempts to deliver them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from shared import bus, log
from shared.api.request import EPOCH
from shared.domain.outgoing.webhook import WebhookEndpoint
from shared.invocation import Event, lambda_handler
from shared.outgoing.delivery import attempt_delivery, postpone, start_deliveries
from shared.records import handle_records
from shared.store.programs import webhooks

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse

EVENT = "detail-type"
"""A field that all events of the bus have, and messages about attempts do not."""


@lambda_handler
def handler(event: Event) -> "PartialItemFailureResponse":
    """Handles the records in parallel, so that a slow endpoint does not delay the others. Returns
    the records that failed, which are delivered again.
    """
    has_events = any(f'"{EVENT}"' in record["body"] for record in event["Records"])
    endpoints = webhooks.list_webhooks() if has_events else []
    return handle_records(event, lambda record: _handle(record, endpoints))


def _handle(record: Mapping[str, Any], endpoints: Sequence[WebhookEndpoint]) -> None:
    message: Any = bus.read_event(record["body"])
    log.name_ids(correlation_id=message.get(bus.CORRELATION))
    if EVENT in message:
        start_deliveries(message, endpoints)
    elif message["wait_seconds"]:
        postpone(message)
    else:
        received = int(record["attributes"]["ApproximateFirstReceiveTimestamp"])
        attempt_delivery(message, EPOCH + timedelta(milliseconds=received))
