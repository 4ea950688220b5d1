"""Events that go out to the shop's server. Records of the webhooks' queue: an event of the bus, or one attempt to deliver it."""

import json
import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from shared.domain.webhook import Webhook
from shared.http import EPOCH
from shared.outgoing_delivery import deliver, spread
from shared.outgoing_queue import send_on
from shared.store import engine, webhooks

EVENT = "detail-type"
"""What only an event of the bus has; everything else asks for one attempt."""
MOST_AT_ONCE = 10
log = logging.getLogger("grapevine")


def handler(event: Mapping, context: object = None) -> dict:
    """Side by side, so that one slow endpoint does not hold up the others."""
    engine.open_tables()
    asked = [(record, json.loads(record["body"])) for record in event["Records"]]
    endpoints = webhooks.webhooks() if any(EVENT in body for _, body in asked) else []
    with ThreadPoolExecutor(MOST_AT_ONCE) as threads:
        done = list(threads.map(lambda pair: _handled(*pair, endpoints), asked))
    failed = [record["messageId"] for (record, _), is_done in zip(asked, done, strict=True) if not is_done]
    return {"batchItemFailures": [{"itemIdentifier": name} for name in failed]}


def _handled(record: Mapping, asked: Mapping, endpoints: Sequence[Webhook]) -> bool:
    """False where the record must come again; after the queue's last attempt it is kept in the dead-letter queue."""
    try:
        _handle(record, asked, endpoints)
    except Exception as fault:  # one record's fault is not the others'
        log.error("record will come again: %s", type(fault).__name__, extra={"record": record["messageId"]})
        return False
    return True


def _handle(record: Mapping, asked: Mapping, endpoints: Sequence[Webhook]) -> None:
    if EVENT in asked:
        spread(asked, endpoints)
    elif asked["wait_seconds"]:
        send_on(asked, asked["wait_seconds"])
    else:
        at = EPOCH + timedelta(milliseconds=int(record["attributes"]["ApproximateFirstReceiveTimestamp"]))
        deliver(asked["webhook"], asked["delivery"], asked["attempt"], at)
