"""Attempts that wait their turn: messages of the webhooks' queue, which lets nothing wait for longer than a quarter of an hour."""

import json
import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from shared.domain.webhook import Delivery

LONGEST_DELAY = 900
"""Seconds that SQS lets one message wait; a longer pause is carried along and sent on."""


@cache
def _client() -> Any:
    import botocore.session

    return botocore.session.get_session().create_client("sqs")


def send_attempt(delivery: Delivery, number: int, pause_seconds: int = 0) -> None:
    """Attempt `number` of a delivery, after a pause."""
    send_on({"webhook": delivery.webhook, "delivery": delivery.id, "attempt": number}, pause_seconds)


def send_on(asked: Mapping, pause_seconds: int) -> None:
    """The same attempt, with what is left of its pause."""
    delay = min(pause_seconds, LONGEST_DELAY)
    body = json.dumps({**asked, "wait_seconds": pause_seconds - delay})
    _client().send_message(QueueUrl=os.environ["WEBHOOKS_QUEUE"], MessageBody=body, DelaySeconds=delay)
