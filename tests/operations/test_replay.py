"""The archive tells a window again, to the orders alone unless everybody is to hear it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from local.operations.deployed_stack import CannotOperate, StackResource
from local.operations.pausing import pause
from local.operations.replay import ARCHIVE, replay
from local.operations.stack_queues import count_messages
from tests.operations.conftest import empty_queues

NOW = datetime.now(UTC)
A_DAY_AGO, IN_A_DAY = NOW - timedelta(days=1), NOW + timedelta(days=1)


@pytest.fixture
def archived(stack):
    """The stack with an archive, which the engine's CloudFormation does not make; it holds an
    order's event and one for the shop's webhooks.
    """
    events, name = boto3.client("events"), f"{stack.name}-archive"
    pause(stack, lambda line: None)
    bus = events.describe_event_bus(Name=stack.physical("Bus"))
    events.create_archive(ArchiveName=name, EventSourceArn=bus["Arn"])
    details = {"OrderChanged": {"id": "O1"}, "RewardPosted": {"id": "evt_1"}}
    for kind, detail in details.items():
        entry = {"Source": "grapevine", "DetailType": kind, "Detail": json.dumps(detail)}
        events.put_events(Entries=[{**entry, "EventBusName": bus["Name"]}])
    empty_queues(stack)
    yield replace(stack, resources={**stack.resources, "Archive": StackResource(ARCHIVE, name)})
    events.delete_archive(ArchiveName=name)


def heard(stack) -> dict[str, int]:
    return {
        queue: count_messages(stack.physical(queue)) for queue in ("OrdersQueue", "WebhooksQueue")
    }


def test_the_window_is_told_again(archived):
    lines: list[str] = []
    assert replay(archived, A_DAY_AGO, IN_A_DAY, lines.append, at=NOW) == 0
    assert lines[-1].endswith(": COMPLETED")
    assert heard(archived)["OrdersQueue"] == 1


@pytest.mark.parametrize(("every_rule", "rules"), [(False, ["OrderChanged"]), (True, [])])
def test_the_orders_alone_hear_it_unless_everybody_is_to(archived, every_rule, rules):
    """The engine feeds every rule, whatever it is asked for."""
    at = NOW + timedelta(seconds=1 + every_rule)
    lines: list[str] = []
    replay(archived, A_DAY_AGO, IN_A_DAY, lines.append, every_rule=every_rule, at=at)
    name = lines[-1].removeprefix("replay ").partition(":")[0]
    destination = boto3.client("events").describe_replay(ReplayName=name)["Destination"]
    fed = [arn.rpartition("/")[2] for arn in destination.get("FilterArns", [])]
    expected = [archived.physical(rule).rpartition("|")[2] for rule in rules]
    assert fed == expected


def test_a_dry_run_tells_nobody(archived):
    lines: list[str] = []
    assert replay(archived, A_DAY_AGO, NOW, lines.append, dry_run=True, at=NOW) == 0
    assert lines[0].startswith("would tell the rule OrderChanged")
    assert heard(archived) == {"OrdersQueue": 0, "WebhooksQueue": 0}


def test_a_window_that_ends_before_it_begins_is_refused(archived):
    with pytest.raises(CannotOperate, match="is not before"):
        replay(archived, NOW, A_DAY_AGO, print, at=NOW)


def test_a_stack_without_an_archive_says_what_to_do(ops):
    status, printed = ops("replay", "--from", "2026-03-01T10:00:00Z")
    assert status == 2 and "ArchiveEvents" in printed and "processors" in printed
