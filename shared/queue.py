"""Queues of this system: work for later, one message for each bounded piece of it."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import Any, NamedTuple

from shared import aws

LONGEST_DELAY_SECONDS = 900
"""SQS lets no message wait for longer."""
MOST_AT_ONCE = 10
"""Messages in one request: SQS takes no more, nor more than 256 KiB of them."""

COUNTS = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
MOVING_SECONDS = 120
"""How long a message that is being moved is hidden from everybody else."""
PATIENCE_SECONDS = 1
"""How long SQS may look for messages: when it may wait it asks all of its hosts, otherwise only
some.
"""


class Message(NamedTuple):
    """A message that waits in a queue. `target` is the ARN of the queue that the bus could not
    reach with it, `receipt` is what deletes it.
    """

    id: str
    body: str
    sent_at: datetime
    target: str | None
    receipt: str


class QueueRefused(RuntimeError):
    """The queue took the request and not each of its messages. It is safe to send all of them
    again: consumers see messages twice anyway.
    """


def client() -> Any:
    return aws.client("sqs")


def send(url: str, message: Mapping[str, Any], delay_seconds: int = 0) -> None:
    """Send one message as JSON. It is handed over after a delay of at most `LONGEST_DELAY_SECONDS`."""
    client().send_message(QueueUrl=url, MessageBody=json.dumps(message), DelaySeconds=delay_seconds)


def send_all(url: str, messages: Iterable[Mapping[str, Any]]) -> None:
    """Send messages, each as JSON, in as few requests as possible. Raises `QueueRefused`."""
    for batch in batched(messages, MOST_AT_ONCE, strict=False):
        entries = [
            {"Id": str(position), "MessageBody": json.dumps(message)}
            for position, message in enumerate(batch)
        ]
        answer = client().send_message_batch(QueueUrl=url, Entries=entries)
        if answer.get("Failed"):
            raise QueueRefused(answer["Failed"][0].get("Code", "unknown"))


def count_waiting(url: str) -> int:
    """About how many messages a queue holds, including those that somebody has just received."""
    answer = client().get_queue_attributes(QueueUrl=url, AttributeNames=list(COUNTS))
    return sum(int(answer["Attributes"][name]) for name in COUNTS)


def peek(url: str) -> list[Message]:
    """Up to `MOST_AT_ONCE` of the messages that wait, the oldest first. They stay visible to
    everybody.
    """
    messages = {message.id: message for message in _receive(url, MOST_AT_ONCE, 0)}
    return sorted(messages.values(), key=lambda message: message.sent_at)


def move(url: str, way: Callable[[Message], str | None], most: int) -> int:
    """Look at up to `most` messages and move each into the queue that `way` names; one without a
    way stays. Returns how many were moved.

    A message is sent before it is deleted: if this is cut off in between, it is there twice.
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
