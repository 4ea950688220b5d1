"""Queues of this system: what has to be done later, each message in a turn of its own."""

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
"""For so long nobody else is handed what is being moved."""
PATIENCE_SECONDS = 1
"""SQS asks all of its hosts before it says that nothing is there, where somebody waits for the answer; else only some."""


class Message(NamedTuple):
    """What waits in a queue; `target` is the ARN that the bus could not hand it on to, `receipt` what takes it out."""

    id: str
    body: str
    sent_at: datetime
    target: str | None
    receipt: str


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
        entries = [
            {"Id": str(place), "MessageBody": json.dumps(message)}
            for place, message in enumerate(some)
        ]
        answer = client().send_message_batch(QueueUrl=url, Entries=entries)
        if answer.get("Failed"):
            raise QueueRefused(answer["Failed"][0].get("Code", "unknown"))


def waiting(url: str) -> int:
    """About how many messages a queue holds, those included that somebody has just received."""
    told = client().get_queue_attributes(QueueUrl=url, AttributeNames=list(COUNTS))["Attributes"]
    return sum(int(told[name]) for name in COUNTS)


def look(url: str) -> list[Message]:
    """Some of what waits, the oldest first; it goes on waiting, visible to everybody."""
    found = {message.id: message for message in _receive(url, MOST_AT_ONCE, 0)}
    return sorted(found.values(), key=lambda message: message.sent_at)


def move(url: str, way: Callable[[Message], str | None], most: int) -> int:
    """Messages into the queues that `way` names, of at most so many that are looked at; says how many. What has no way stays.

    Each is sent before it is taken out: cut off in between, it is there twice and never lost.
    """
    moved, left = 0, most
    while left > 0 and (found := _receive(url, min(MOST_AT_ONCE, left), MOVING_SECONDS)):
        left -= len(found)
        for message, to in [(message, way(message)) for message in found]:
            if to:
                client().send_message(QueueUrl=to, MessageBody=message.body)
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
    return [_message(told) for told in answer.get("Messages", ())]


def _message(told: Mapping) -> Message:
    sent_at = datetime.fromtimestamp(int(told["Attributes"]["SentTimestamp"]) / 1000, UTC)
    target = told.get("MessageAttributes", {}).get("TARGET_ARN", {}).get("StringValue")
    return Message(told["MessageId"], told["Body"], sent_at, target, told["ReceiptHandle"])
