"""Puts a stack on restored tables (docs/runbooks.md): pause, restore, deploy, resume, verify.

Each step checks AWS and skips what is already done, so an interrupted command can be run again. The
old tables stay unchanged, as evidence.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from local.operations.deployed_stack import DeployedStack, load_stack, refusals
from local.operations.live_tables import ROLES, check_parameters, live_tables, use_tables
from local.operations.parameters import check_stable, set_parameters
from local.operations.pausing import FUNCTION, MAPPING, pause, resume
from local.operations.restored_tables import (
    MARK,
    Origin,
    PointInTime,
    check_origin,
    latest_instant,
    marked_name,
    restore_table,
    stream_of,
)
from local.operations.verification import format_result, recompute_tables
from shared.domain.instants import instant_text

CONSUMES = "ReadQueuesAndStreams"
"""The parameter with which a deployment can disable the consumers of queues and streams."""

type Say = Callable[[str], None]


def restore(name: str, origin: Origin, say: Say, dry_run: bool = False) -> int:
    """Restores the tables and verifies them. Returns 1 if the restored books have differences,
    otherwise 0.

    Raises `NoStack` or `CannotOperate`.
    """
    stack = load_stack(name)
    with refusals(f"the restore of stack {name}"):
        tables = live_tables(stack)
        targets = {logical: marked_name(name, logical, origin.mark) for logical in tables}
        check_parameters(stack)
        check_stable(stack)
        if tables != targets:
            check_origin(name, tables, origin)
        if dry_run:
            _say_plan(stack, targets, say)
            return 0
        _restore(stack, tables, targets, origin, say)
    say("verify:")
    use_tables(targets)
    result = recompute_tables(say)
    say(format_result(result))
    return 1 if result["differences"] else 0


def latest_origin(name: str, say: Say) -> PointInTime:
    """The latest instant to which all tables can be restored.

    It is also printed, because an interrupted restore must be continued with the same instant.
    """
    stack = load_stack(name)
    with refusals(f"the restore of stack {name}"):
        at = latest_instant(live_tables(stack)).astimezone(UTC).replace(microsecond=0)
    text = instant_text(at)
    say(f"to {text}; should this break off, go on with --to {text}")
    return PointInTime(at)


def _restore(
    stack: DeployedStack, tables: dict[str, str], targets: dict[str, str], origin: Origin, say: Say
) -> None:
    say("1 of 4: pause")
    pause(stack, say)
    say("2 of 4: restore the tables")
    for logical, source in tables.items():
        if source != targets[logical]:
            restore_table(stack.name, logical, source, origin)
        say(f"{targets[logical]} is there, with its stream, time to live, recovery and tags")
    say("3 of 4: name them to the stack")
    _deploy(stack, targets, origin, say)
    say("4 of 4: resume")
    resume(load_stack(stack.name), say)


def _deploy(stack: DeployedStack, targets: dict[str, str], origin: Origin, say: Say) -> None:
    values: dict[str, str] = {}
    for role in ROLES:
        target = targets[role.logical]
        values[role.name_parameter] = target
        if role.stream_parameter:
            values[role.stream_parameter] = stream_of(target)
    if CONSUMES in stack.parameters:
        values[CONSUMES] = "true"
    now = datetime.now(UTC).strftime(MARK)
    set_parameters(stack, values, f"restore-{origin.mark}-at-{now}")
    say("parameters of the stack from now on; write them into samconfig.toml, too:")
    for name, value in values.items():
        say(f"  {name}={value}")


def _say_plan(stack: DeployedStack, targets: dict[str, str], say: Say) -> None:
    say(f"would disable {len(stack.of_kind(MAPPING))} consumers of queues and streams")
    say(f"would pause {len(stack.of_kind(FUNCTION)) - 1} functions")
    for source, target in zip(live_tables(stack).values(), targets.values(), strict=True):
        say(f"would restore {source} as {target}")
    say("would name them to the stack, resume everything, and verify")
