"""One page that says how a stack is; its exit code is for whoever asks by a program."""

from datetime import UTC, datetime

import boto3
import pytest

from local.operations.live_tables import live_tables, use_tables
from local.operations.pausing import pause
from local.operations.status import ALARM
from shared.store.programs.parked import park, settle
from tests.operations.conftest import empty_queues


@pytest.fixture
def resting(stack):
    pause(stack, lambda line: None)
    empty_queues(stack)
    return stack


def test_a_stack_that_is_well(resting, ops):
    status, printed = ops("status")
    assert status == 0
    assert "  orders: 0 wait" in printed and "alarms: none is on" in printed
    assert "months: none was closed yet" in printed and "parked: 0" in printed


def test_what_waits_is_counted(resting, ops):
    url = resting.physical("OrdersQueue")
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody="{}")
    use_tables(live_tables(resting))
    park("p1", datetime.now(UTC), reason="invalid_facts", text="It cannot be read.")
    status, printed = ops("status")
    settle("p1")
    assert status == 0 and "  orders: 1 wait" in printed and "parked: 1" in printed


def test_a_dead_letter_makes_it_1(resting, ops):
    url = resting.physical("MailDeadLetters")
    boto3.client("sqs").send_message(QueueUrl=url, MessageBody="{}")
    status, printed = ops("status")
    assert status == 1 and "  mail: 1\n" in printed


def test_an_alarm_that_is_on_makes_it_1(resting, ops):
    logical, name = next(iter(sorted(resting.of_kind(ALARM).items())))
    boto3.client("cloudwatch").set_alarm_state(
        AlarmName=name, StateValue="ALARM", StateReason="the tests"
    )
    status, printed = ops("status")
    boto3.client("cloudwatch").set_alarm_state(
        AlarmName=name, StateValue="OK", StateReason="the tests"
    )
    assert status == 1 and f"alarms: {logical}" in printed


def test_the_nightly_look_at_the_ledger_is_told(resting, ops):
    assert "not within 3 days" in ops("status")[1]
    boto3.client("cloudwatch").put_metric_data(
        Namespace="Grapevine",
        MetricData=[
            {
                "MetricName": "VerifyDifferences",
                "Dimensions": [{"Name": "service", "Value": resting.name}],
                "Value": 0,
            }
        ],
    )
    assert "0 differences since" in ops("status")[1]
