"""What is sent to a queue arrives whole, however much it is; what the queue does not take is said."""

import json
from datetime import UTC, datetime

import boto3
import pytest

from shared import queue
from shared.queue import Message


@pytest.fixture
def url(mock_account) -> str:
    return boto3.client("sqs").create_queue(QueueName="work")["QueueUrl"]


def take(url: str) -> list[dict]:
    """All messages, which are then gone."""
    sqs = boto3.client("sqs")
    bodies: list[dict] = []
    while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages"):
        bodies += [json.loads(message["Body"]) for message in messages]
        for message in messages:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return bodies


def test_more_than_one_request_takes_arrive_all(url):
    queue.send_all(url, ({"shard": number, "text": "Ä"} for number in range(23)))
    assert sorted(message["shard"] for message in take(url)) == list(range(23))


def test_nothing_to_send_asks_nothing(url):
    queue.send_all(url, [])
    assert take(url) == []


def test_a_message_waits_as_long_as_it_is_told(url):
    queue.send(url, {"now": True})
    queue.send(url, {"later": True}, delay_seconds=queue.LONGEST_DELAY_SECONDS)
    assert queue.count_waiting(url) == 2
    assert take(url) == [{"now": True}]


def test_a_message_that_the_queue_does_not_take_is_said(url):
    def refuse_one(parsed, **_):
        parsed["Failed"] = [{"Id": "1", "Code": "InternalError", "SenderFault": False}]

    queue.client().meta.events.register("after-call.sqs.SendMessageBatch", refuse_one)
    with pytest.raises(queue.QueueRefused, match="InternalError"):
        queue.send_all(url, [{"shard": 0}, {"shard": 1}])


def test_who_peeks_sees_the_oldest_first_and_leaves_them_to_everybody(url):
    before = datetime.now(UTC).replace(microsecond=0)
    queue.send_all(url, [{"shard": number} for number in range(3)])
    first, second = queue.peek(url), queue.peek(url)
    assert sorted(json.loads(message.body)["shard"] for message in first) == [0, 1, 2]
    assert {message.id for message in first} == {message.id for message in second}
    assert all(message.sent_at >= before and message.target is None for message in first)
    assert len(take(url)) == 3


def test_what_has_a_way_is_moved_and_the_rest_stays(url):
    target = boto3.client("sqs").create_queue(QueueName="target")["QueueUrl"]
    boto3.client("sqs").send_message(
        QueueUrl=url,
        MessageBody='{"shard": 7}',
        MessageAttributes={
            "TARGET_ARN": {"DataType": "String", "StringValue": "arn:aws:sqs:x:1:target"}
        },
    )
    queue.send(url, {"shard": 8})

    def way(message: Message) -> str | None:
        return target if message.target == "arn:aws:sqs:x:1:target" else None

    assert queue.move(url, way, 10) == 1
    assert take(target) == [{"shard": 7}]
    assert queue.count_waiting(url) == 1
