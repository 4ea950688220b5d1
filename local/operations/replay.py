"""Sends events of the archive again, with their original times. Orders that were already evaluated
do not change.
"""

from collections.abc import Callable
from datetime import datetime

from local.operations.deployed_stack import CannotOperate, DeployedStack, client, refusals
from local.operations.waiting import wait_for

ARCHIVE, BUS = "AWS::Events::Archive", "AWS::Events::EventBus"
ORDERS_RULE = "OrderChanged"
"""The only rule that receives the events, unless `every_rule` is chosen. Webhooks and mails about
an order need no replay: the ledger's stream sends those that are new, and a replay would send the
old ones twice.
"""
MARK = "%Y%m%dT%H%M%S"
OVER = {"COMPLETED", "CANCELLED", "FAILED"}
MOST_MINUTES = 24 * 60


def replay(
    stack: DeployedStack,
    since: datetime,
    until: datetime,
    say: Callable[[str], None],
    *,
    every_rule: bool = False,
    dry_run: bool = False,
    at: datetime,
) -> int:
    """Replays the events from `since` until `until` and waits for the end.

    Returns 1 if the replay failed, otherwise 0. Raises `CannotOperate`.
    """
    if since >= until:
        raise CannotOperate(f"--from {since.isoformat()} is not before {until.isoformat()}")
    with refusals(f"the replay of stack {stack.name}"):
        archive, bus = _archive(stack), _bus_arn(stack)
        rules = [] if every_rule else [_rule_arn(stack)]
        window = f"from {since.isoformat()} until {until.isoformat()}"
        goes_to = "every rule" if every_rule else f"the rule {ORDERS_RULE}"
        if dry_run:
            say(f"would tell {goes_to} the events {window}")
            return 0
        replay_name = f"{stack.name}-{at.strftime(MARK)}"
        client("events").start_replay(
            ReplayName=replay_name,
            EventSourceArn=archive,
            EventStartTime=since,
            EventEndTime=until,
            Destination={"Arn": bus, **({"FilterArns": rules} if rules else {})},
        )
        say(f"replay {replay_name} tells {goes_to} the events {window}")
        return _await_end(replay_name, say)


def _await_end(replay_name: str, say: Callable[[str], None]) -> int:
    wait_for(f"replay {replay_name}", lambda: _state(replay_name) in OVER, MOST_MINUTES)
    state = _state(replay_name)
    say(f"replay {replay_name}: {state}")
    return 0 if state == "COMPLETED" else 1


def _state(replay_name: str) -> str:
    state: str = client("events").describe_replay(ReplayName=replay_name)["State"]
    return state


def _archive(stack: DeployedStack) -> str:
    names = list(stack.of_kind(ARCHIVE).values())
    if not names:
        raise CannotOperate(
            f"stack {stack.name} keeps no archive (ArchiveEvents is false); let the processors"
            " send again, from their own panels"
        )
    arn: str = client("events").describe_archive(ArchiveName=names[0])["ArchiveArn"]
    return arn


def _bus_arn(stack: DeployedStack) -> str:
    arn: str = client("events").describe_event_bus(Name=stack.physical("Bus"))["Arn"]
    return arn


def _rule_arn(stack: DeployedStack) -> str:
    """The ARN of the rule. CloudFormation gives a rule on a custom bus the physical id `bus|rule`."""
    rule = stack.physical(ORDERS_RULE).rpartition("|")[2]
    described = client("events").describe_rule(Name=rule, EventBusName=stack.physical("Bus"))
    arn: str = described["Arn"]
    return arn
