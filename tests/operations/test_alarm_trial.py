"""An alarm set by hand arrives at its topic, and the subscribers are told by name."""

import uuid
from collections.abc import Iterator

import boto3
import pytest

ALARM_NAME = "OrdersDeadLettersAlarm"


@pytest.fixture
def subscriber(stack) -> Iterator[str]:
    """A queue that hears the alarm's topic, as a mail address would."""
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    url = sqs.create_queue(QueueName=f"heard-{uuid.uuid4().hex[:8]}")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    made = sns.subscribe(
        TopicArn=topic_of(stack),
        Protocol="sqs",
        Endpoint=attributes["QueueArn"],
        ReturnSubscriptionArn=True,
    )
    yield url
    sns.unsubscribe(SubscriptionArn=made["SubscriptionArn"])


def topic_of(stack) -> str:
    (alarm,) = boto3.client("cloudwatch").describe_alarms(AlarmNames=[stack.physical(ALARM_NAME)])[
        "MetricAlarms"
    ]
    return alarm["AlarmActions"][0]


def heard(url: str) -> list[str]:
    answer = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [message["Body"] for message in answer.get("Messages", ())]


def test_an_alarm_arrives(stack, ops, subscriber):
    status, printed = ops("test-alarm", "--alarm", ALARM_NAME)
    name = stack.physical(ALARM_NAME)
    assert status == 0 and f"the alarm {name} arrived" in printed
    assert any(name in body and "nothing is wrong" in body for body in heard(subscriber))


def test_the_alarm_is_off_again_and_the_listener_gone(stack, ops, subscriber):
    assert ops("test-alarm", "--alarm", ALARM_NAME)[0] == 0
    name = stack.physical(ALARM_NAME)
    (alarm,) = boto3.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    assert alarm["StateValue"] == "OK"
    kept = boto3.client("sns").list_subscriptions_by_topic(TopicArn=topic_of(stack))[
        "Subscriptions"
    ]
    assert len(kept) == 1
    urls = boto3.client("sqs").list_queues(QueueNamePrefix="grapevine-trial").get("QueueUrls", [])
    assert urls == []


def test_nobody_who_hears_it_is_a_failure(stack, ops):
    status, printed = ops("test-alarm")
    assert status == 1 and "AlarmEmail" in printed


def test_an_unknown_alarm_is_answered_with_those_there_are(stack, ops):
    status, printed = ops("test-alarm", "--alarm", "NoAlarm")
    assert status == 2 and "OrdersDeadLettersAlarm" in printed
