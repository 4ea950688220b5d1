"""The queues of this system. Each message is one bounded piece of work."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import Any, NamedTuple

from shared import aws

LONGEST_DELAY_SECONDS = 900
"""SQS cannot delay a message for longer."""
MOST_AT_ONCE = 10
"""Messages in one request. SQS accepts no more, and at most 256 KiB in total."""

COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
MOVING_SECONDS = 120
"""How long a message that is being moved is invisible to other receivers."""
PATIENCE_SECONDS = 1
"""How long SQS may wait for messages. Without waiting, it asks only some of its hosts."""


class Message(NamedTuple):
    """A message that waits in a queue.

    * `target`: the ARN of the queue to which the bus could not deliver the message.
    * `receipt`: the handle with which the message is deleted.
    """

    id: str
    body: str
    sent_at: datetime
    target: str | None
    receipt: str


class QueueRefused(RuntimeError):
    """The queue accepted the request but not all of its messages. It is safe to send all of them
    again, because consumers expect repeated messages.
    """


def client() -> Any:
    return aws.client("sqs")


def send(url: str, message: Mapping[str, Any], delay_seconds: int = 0) -> None:
    """Sends one message as JSON. The queue delivers it after `delay_seconds`, at most
    `LONGEST_DELAY_SECONDS`.
    """
    client().send_message(QueueUrl=url, MessageBody=json.dumps(message), DelaySeconds=delay_seconds)


def send_all(url: str, messages: Iterable[Mapping[str, Any]]) -> None:
    """Sends messages as JSON, in as few requests as possible. Raises `QueueRefused`."""
    for batch in batched(messages, MOST_AT_ONCE, strict=False):
        entries = [
            {"Id": str(position), "MessageBody": json.dumps(message)}
            for position, message in enumerate(batch)
        ]
        answer = client().send_message_batch(QueueUrl=url, Entries=entries)
        if answer.get("Failed"):
            raise QueueRefused(answer["Failed"][0].get("Code", "unknown"))


def count_waiting(url: str) -> int:
    """The approximate number of messages in a queue, including messages that are being handled."""
    answer = client().get_queue_attributes(QueueUrl=url, AttributeNames=list(COUNTS))
    return sum(int(answer["Attributes"][name]) for name in COUNTS)


def peek(url: str) -> list[Message]:
    """Up to `MOST_AT_ONCE` waiting messages, oldest first. They stay visible to all receivers."""
    messages = {message.id: message for message in _receive(url, MOST_AT_ONCE, 0)}
    return sorted(messages.values(), key=lambda message: message.sent_at)


def move(url: str, way: Callable[[Message], str | None], most: int) -> int:
    """Reads up to `most` messages and moves each to the queue that `way` returns. If `way` returns
    `None`, the message stays. Returns how many were moved.

    A message is sent before it is deleted, so a crash between the two leaves it in both queues.
    """
    moved, left = 0, most
    while left > 0 and (messages := _receive(url, min(MOST_AT_ONCE, left), MOVING_SECONDS)):
        left -= len(messages)
        for message, target in [(message, way(message)) for message in messages]:
            if target:
                client().send_message(QueueUrl=target, MessageBody=message.body)
                client().delete_message(QueueUrl=url, ReceiptHandle=message.receipt)
                moved += 1
    return moved


def _receive(url: str, most: int, hidden_seconds: int) -> Sequence[Message]:
    answer = client().receive_message(
        QueueUrl=url,
        MaxNumberOfMessages=most,
        VisibilityTimeout=hidden_seconds,
        WaitTimeSeconds=PATIENCE_SECONDS,
        MessageSystemAttributeNames=["SentTimestamp"],
        MessageAttributeNames=["TARGET_ARN"],
    )
    return [_read_message(message) for message in answer.get("Messages", ())]


def _read_message(message: Mapping[str, Any]) -> Message:
    sent_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    target = message.get("MessageAttributes", {}).get("TARGET_ARN", {}).get("StringValue")
    return Message(message["MessageId"], message["Body"], sent_at, target, message["ReceiptHandle"])
