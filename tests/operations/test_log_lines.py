"""One id through the logs of all functions, and the faults of an hour."""

import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from local.operations.deployed_stack import CannotOperate, StackResource
from local.operations.log_lines import LOG_GROUP, show_lines

FUNCTIONS = ("ReceiveWebhook", "RewardOrder")
LINES = {
    "ReceiveWebhook": [
        {"level": "INFO", "message": "an order update was accepted", "correlation_id": "request-1"},
        {"level": "INFO", "message": "an order update was accepted", "correlation_id": "request-2"},
    ],
    "RewardOrder": [
        {"level": "ERROR", "message": "record will come again", "correlation_id": "request-1"},
        {"level": "INFO", "message": "an order was evaluated", "order_id": "O2"},
    ],
}


@pytest.fixture(scope="module")
def logging_stack(stack):
    logs = boto3.client("logs")
    groups = {}
    for number, function in enumerate(FUNCTIONS):
        group = groups[function] = f"/{stack.name}/{function}"
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="s")
        begun = int(time.time() * 1000) - 60_000 + number * 1000
        events = [
            {"timestamp": begun + place, "message": json.dumps(line)}
            for place, line in enumerate(LINES[function])
        ]
        logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=events)
    more = {f"{name}Logs": StackResource(LOG_GROUP, group) for name, group in groups.items()}
    return replace(stack, resources={**stack.resources, **more})


def shown(stack, **options) -> tuple[int, list[str]]:
    lines: list[str] = []
    status = show_lines(stack, timedelta(hours=1), datetime.now(UTC), lines.append, **options)
    return status, [line.split("  ")[1] if "  " in line else line for line in lines]


def test_one_id_is_followed_through_all_functions(logging_stack):
    assert shown(logging_stack, about="request-1") == (
        0,
        ["an order update was accepted", "record will come again"],
    )


def test_an_order_is_followed_by_its_own_id(logging_stack):
    assert shown(logging_stack, about="O2") == (0, ["an order was evaluated"])


def test_without_an_id_the_faults_are_shown(logging_stack):
    assert shown(logging_stack) == (0, ["record will come again"])


def test_one_function_alone(logging_stack):
    status, lines = shown(logging_stack, function="ReceiveWebhook")
    assert status == 1 and lines == ["no line of the last 1 hours tells of a fault"]


@pytest.mark.parametrize("about", ['x" or true', "", "a" * 129])
def test_what_is_no_id_never_becomes_part_of_the_query(logging_stack, about):
    with pytest.raises(CannotOperate, match="is not an id"):
        shown(logging_stack, about=about)


def test_an_unknown_function_is_answered_with_those_there_are(logging_stack):
    with pytest.raises(CannotOperate, match="RewardOrder"):
        shown(logging_stack, function="Rewards")
