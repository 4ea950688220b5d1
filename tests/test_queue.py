"""What is sent to a queue arrives whole, however much it is; what the queue does not take is told."""

import json
import os

import boto3
import pytest
from botocore.awsrequest import AWSResponse

from shared import queue
from tests.support.engine_faults import Raw


@pytest.fixture
def url(tables) -> str:
    return boto3.client("sqs").create_queue(QueueName=f"queue-{os.environ['BUS_NAME']}")["QueueUrl"]


def waiting(url: str) -> list[dict]:
    found = []
    while (
        messages := boto3.client("sqs")
        .receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        .get("Messages")
    ):
        found += [json.loads(message["Body"]) for message in messages]
    return found


def test_more_than_one_request_takes_arrive_all(url):
    queue.send_all(url, ({"shard": number, "text": "Ä"} for number in range(23)))
    assert sorted(message["shard"] for message in waiting(url)) == list(range(23))


def test_nothing_to_send_asks_nothing(url):
    queue.send_all(url, [])
    assert waiting(url) == []


def test_a_message_waits_as_long_as_it_is_told(url):
    queue.send(url, {"now": True})
    queue.send(url, {"later": True}, delay_seconds=queue.LONGEST_DELAY_SECONDS)
    assert waiting(url) == [{"now": True}]


def test_a_message_that_the_queue_does_not_take_is_told(url):
    def refuse_some(request, **_):
        told = {
            "Successful": [],
            "Failed": [{"Id": "1", "Code": "InternalError", "SenderFault": False}],
        }
        return answered(request, told)

    events = queue.client().meta.events
    events.register("before-send.sqs.SendMessageBatch", refuse_some)
    try:
        with pytest.raises(queue.QueueRefused, match="InternalError"):
            queue.send_all(url, [{"shard": 0}, {"shard": 1}])
    finally:
        events.unregister("before-send.sqs.SendMessageBatch", refuse_some)


def answered(request, body: dict):
    return AWSResponse(
        request.url,
        200,
        {"content-type": "application/x-amz-json-1.0"},
        Raw(json.dumps(body).encode()),
    )
