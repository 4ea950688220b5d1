"""Tests an alarm: sets it by hand and checks that the notification arrives at its topic and who
receives it.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from local.operations.deployed_stack import (
    CannotOperate,
    DeployedStack,
    client,
    load_stack,
    refusals,
)
from local.operations.status import ALARM

TOPIC = "AWS::SNS::Topic"
REASON = "A trial by `grapevine ops test-alarm`: nothing is wrong, nobody has to do anything."
PATIENCE_SECONDS = 20
LONGEST_POLLS = 6
PENDING = "PendingConfirmation"


def try_alarm(name: str, logical: str | None, say: Callable[[str], None]) -> int:
    """Tests the alarm with this logical id, or the first one if it is None.

    Returns 1 if nobody would receive the alarm, otherwise 0. Raises `NoStack` or `CannotOperate`.
    """
    stack = load_stack(name)
    with refusals(f"the trial of an alarm of stack {name}"):
        alarm = _choose(stack, logical)
        topic = _topic(alarm)
        with _listener(topic) as url:
            _set_state(alarm, "OK")
            _set_state(alarm, "ALARM")
            arrived = _wait_for_news(url, alarm["AlarmName"])
            _set_state(alarm, "OK")
        if not arrived:
            say(
                f"nothing arrived at {topic}: CloudWatch may not publish there. Look at its"
                " encryption key and policy, and at the alarm's history in CloudWatch"
            )
            return 1
        say(f"the alarm {alarm['AlarmName']} arrived at its topic")
        return _say_subscribers(topic, say)


def list_subscribers(topic: str) -> tuple[list[str], list[str]]:
    """The addresses that receive the messages of a topic, and those that have not confirmed yet."""
    pages = client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=topic)
    confirmed: list[str] = []
    pending: list[str] = []
    for page in pages:
        for subscription in page["Subscriptions"]:
            waits = subscription["SubscriptionArn"] == PENDING
            (pending if waits else confirmed).append(subscription["Endpoint"])
    return confirmed, pending


def _choose(stack: DeployedStack, logical: str | None) -> dict[str, Any]:
    names = stack.of_kind(ALARM)
    if logical is not None and logical not in names:
        raise CannotOperate(
            f"there is no alarm {logical}; choose one of: {', '.join(sorted(names))}"
        )
    if not names:
        raise CannotOperate(f"stack {stack.name} has no alarms; is it a Grapevine stack?")
    wanted = names[logical or min(names)]
    described: dict[str, Any] = client("cloudwatch").describe_alarms(AlarmNames=[wanted])[
        "MetricAlarms"
    ][0]
    return described


def _topic(alarm: dict[str, Any]) -> str:
    topics: list[str] = [arn for arn in alarm["AlarmActions"] if ":sns:" in arn]
    if not topics:
        raise CannotOperate(f"the alarm {alarm['AlarmName']} notifies no topic; deploy again")
    return topics[0]


def _set_state(alarm: dict[str, Any], state: str) -> None:
    client("cloudwatch").set_alarm_state(
        AlarmName=alarm["AlarmName"], StateValue=state, StateReason=REASON
    )


@contextmanager
def _listener(topic: str) -> Iterator[str]:
    """The URL of a temporary queue that receives the messages of the topic during the block."""
    sqs, sns = client("sqs"), client("sns")
    url: str = sqs.create_queue(QueueName=f"grapevine-trial-{uuid.uuid4().hex[:12]}")["QueueUrl"]
    try:
        answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        arn = answer["Attributes"]["QueueArn"]
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": _policy(arn, topic)})
        heard = sns.subscribe(
            TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True
        )
        try:
            yield url
        finally:
            sns.unsubscribe(SubscriptionArn=heard["SubscriptionArn"])
    finally:
        sqs.delete_queue(QueueUrl=url)


def _policy(queue: str, topic: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _wait_for_news(url: str, alarm: str) -> bool:
    for _ in range(LONGEST_POLLS):
        answer = client("sqs").receive_message(
            QueueUrl=url, WaitTimeSeconds=PATIENCE_SECONDS, MaxNumberOfMessages=10
        )
        if any(alarm in message["Body"] for message in answer.get("Messages", ())):
            return True
    return False


def _say_subscribers(topic: str, say: Callable[[str], None]) -> int:
    confirmed, pending = list_subscribers(topic)
    for endpoint in confirmed:
        say(f"it went on to {endpoint}: look there")
    for endpoint in pending:
        say(f"{endpoint} has not confirmed: open the email from AWS there, then try again")
    if not confirmed:
        say("nobody receives alarms: deploy with AlarmEmail, then confirm the email from AWS")
    return 0 if confirmed else 1
