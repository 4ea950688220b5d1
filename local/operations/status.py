"""Prints the state of a stack: queues, dead letters, alarms, the last month, parked deliveries, and
the last reconciliation of the ledger.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from local.operations.deployed_stack import DeployedStack, client, refusals
from local.operations.live_tables import use_stack
from local.operations.stack_queues import (
    StackQueue,
    count_messages,
    dead_letter_queues,
    work_queues,
)

ALARM = "AWS::CloudWatch::Alarm"
AGE_MINUTES = 15
VERIFIED_WITHIN = timedelta(days=3)
MOST_NAMED = 100
"""The limit of CloudWatch for alarm names in one request."""
MOST_PARKED = 1000

type Say = Callable[[str], None]


def show_status(name: str, say: Say, at: datetime) -> int:
    """Prints the state. Returns 1 if an alarm is on or there are dead letters, otherwise 0.

    Raises `NoStack` or `CannotOperate`.
    """
    stack = use_stack(name)
    with refusals(f"the status of stack {name}"):
        say("queues:")
        for queue in work_queues(stack).values():
            say(f"  {queue.word}: {count_messages(queue.url)} wait, {_age(queue, at)}")
        letters = {found.word: count_messages(found.url) for found in _dead_letters(stack)}
        say("dead letters:")
        for word, count in letters.items():
            say(f"  {word}: {count}")
        on = list(alarms_on(stack))
        say(f"alarms: {', '.join(on) if on else 'none is on'}")
        say(f"ledger last checked: {_last_verify(stack.name, at)}")
        for line in _books():
            say(line)
    return 1 if on or any(letters.values()) else 0


def alarms_on(stack: DeployedStack) -> Iterator[str]:
    """The logical ids of the alarms that are on."""
    names = {physical: logical for logical, physical in stack.of_kind(ALARM).items()}
    listed = sorted(names)
    for start in range(0, len(listed), MOST_NAMED):
        answer = client("cloudwatch").describe_alarms(AlarmNames=listed[start : start + MOST_NAMED])
        for alarm in answer["MetricAlarms"]:
            if alarm["StateValue"] == "ALARM":
                yield names[alarm["AlarmName"]]


def _dead_letters(stack: DeployedStack) -> list[StackQueue]:
    return list(dead_letter_queues(stack).values())


def _age(queue: StackQueue, at: datetime) -> str:
    """A text about the age of the oldest message.

    CloudWatch's figures are a minute or two late, and it has none for a queue without messages.
    """
    answer = client("cloudwatch").get_metric_statistics(
        Namespace="AWS/SQS",
        MetricName="ApproximateAgeOfOldestMessage",
        Dimensions=[{"Name": "QueueName", "Value": queue.name}],
        StartTime=at - timedelta(minutes=AGE_MINUTES),
        EndTime=at,
        Period=60,
        Statistics=["Maximum"],
    )
    points = sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])
    return f"the oldest for {points[-1]['Maximum']:.0f} s" if points else "none for long"


def _last_verify(name: str, at: datetime) -> str:
    """A text about the last nightly reconciliation: when it ran and how many differences it
    counted.
    """
    answer = client("cloudwatch").get_metric_statistics(
        Namespace="Grapevine",
        MetricName="VerifyDifferences",
        Dimensions=[{"Name": "service", "Value": name}],
        StartTime=at - VERIFIED_WITHIN,
        EndTime=at,
        Period=3600,
        Statistics=["Sum"],
    )
    points = sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])
    if not points:
        return f"not within {VERIFIED_WITHIN.days} days; see the alarm on the nightly run"
    last = points[-1]["Timestamp"].astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"{last}, {sum(point['Sum'] for point in points):.0f} differences since"


def _books() -> Iterator[str]:
    """Lines about the last month and the parked deliveries, read from the tables."""
    # Imported late: it takes half a second, and other operations should not wait for it.
    from shared.domain.ledger.settlement import ClosedRun
    from shared.store import engine
    from shared.store.ledger.settlements import find_last_run
    from shared.store.programs.parked import list_parked

    engine.open_tables()
    run = find_last_run()
    if run is None:
        yield "months: none was closed yet"
    else:
        yield f"months: {run.month} is {'closed' if isinstance(run, ClosedRun) else 'being closed'}"
    parked, more = list_parked(MOST_PARKED)
    yield f"parked: {'more than ' if more else ''}{len(parked)}"
