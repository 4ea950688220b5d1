"""Queues of this system: what has to be done later, each message in a turn of its own."""

import json
from collections.abc import Iterable, Mapping
from itertools import batched
from typing import Any

from shared import aws

LONGEST_DELAY_SECONDS = 900
"""SQS lets no message wait for longer."""
MOST_AT_ONCE = 10
"""Messages in one request: SQS takes no more, nor more than 256 KiB of them."""


class QueueRefused(RuntimeError):
    """The queue took the request and not each of its messages; sending them all again is safe, because consumers see messages twice."""


def client() -> Any:
    return aws.client("sqs")


def send(url: str, message: Mapping, delay_seconds: int = 0) -> None:
    """One message, as JSON, that is handed over no sooner than after a delay of at most `LONGEST_DELAY_SECONDS`."""
    client().send_message(QueueUrl=url, MessageBody=json.dumps(message), DelaySeconds=delay_seconds)


def send_all(url: str, messages: Iterable[Mapping]) -> None:
    """Messages, each as JSON, in as few requests as can be; raises `QueueRefused`."""
    for some in batched(messages, MOST_AT_ONCE, strict=False):
        entries = [{"Id": str(place), "MessageBody": json.dumps(message)} for place, message in enumerate(some)]
        answer = client().send_message_batch(QueueUrl=url, Entries=entries)
        if answer.get("Failed"):
            raise QueueRefused(answer["Failed"][0].get("Code", "unknown"))
