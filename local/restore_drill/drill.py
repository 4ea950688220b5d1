"""`grapevine restore-drill`: prints each step, and runs the same commands as a person would."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from local.cloud.engine import standalone_engine, use_function_environment
from local.cloud.template import Template
from local.operations.deployed_stack import CannotOperate, client, load_stack, refusals
from local.operations.live_tables import live_tables, use_tables
from local.operations.pausing import MAPPING
from local.operations.restored_tables import stream_of
from local.restore_drill.stack_document import stack_document
from local.restore_drill.story import count_stream_entries, damage, tell_order, tell_story

STACK = "grapevine-drill"
PEPPER = "a pepper of the restore drill"
QUIET = {"POWERTOOLS_LOG_LEVEL": "CRITICAL", "POWERTOOLS_METRICS_DISABLED": "true"}
"""Turns off the functions' own log lines, which would mix with the output of the drill."""
MARK_BEFORE = "--from-backup "

type Say = Callable[[str], None]


def run_drill(template: Template, say: Say) -> None:
    """Runs the drill and prints its steps with `say`.

    Raises `CannotOperate` if a command or a check has an unexpected result, and `ChildFailed` if
    the database engine does not start.
    """
    with (
        TemporaryDirectory() as folder,
        standalone_engine(Path(folder), forget=True) as url,
        _environment(template, url),
    ):
        deploy_drill_stack(template, STACK)
        _rehearse(say)


def deploy_drill_stack(template: Template, name: str) -> None:
    """Creates the stack in the database engine that the environment variables name."""
    cloudformation = client("cloudformation")
    body = json.dumps(stack_document(template))
    cloudformation.create_stack(StackName=name, TemplateBody=body)
    with refusals(f"the stack {name}"):
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 120}
        )
    _complete_tables(live_tables(load_stack(name)).values())
    secret = load_stack(name).physical("Secrets")
    client("secretsmanager").put_secret_value(
        SecretId=secret, SecretString=json.dumps({"pepper": PEPPER})
    )
    os.environ["SECRETS_ARN"] = secret


def _complete_tables(names: Iterable[str]) -> None:
    """Turns on point-in-time recovery, which the engine's CloudFormation does not set."""
    for name in names:
        client("dynamodb").update_continuous_backups(
            TableName=name, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )


@contextmanager
def _environment(template: Template, url: str) -> Iterator[None]:
    before = dict(os.environ)
    use_function_environment(template, url)
    os.environ.update(QUIET)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _rehearse(say: Say) -> None:
    use_tables(live_tables(load_stack(STACK)))
    say("An advocate, twelve friends with an order each, three refunds.")
    tell_story()
    _type(say, 0, "ops", "verify", "--stack", STACK)
    say("The engine has no history to go back in, so the drill restores a backup of this moment;")
    say("with --to INSTANT every other step is the same.")
    typed = _type(say, 0, "ops", "backup", "--stack", STACK)
    mark = typed.partition(MARK_BEFORE)[2].split()[0]

    say("Somebody deletes an entry by hand.")
    damage(live_tables(load_stack(STACK))["LedgerTable"])
    _type(say, 1, "ops", "verify", "--stack", STACK)

    _type(say, 0, "ops", "restore", "--stack", STACK, "--from-backup", mark)
    _check_events(say)
    _type(say, 0, "ops", "verify", "--stack", STACK)


def _check_events(say: Say) -> None:
    """Checks that an order after the restore reaches the stream of the restored ledger, and that a
    consumer reads it.
    """
    stack = load_stack(STACK)
    tables = live_tables(stack)
    use_tables(tables)
    tell_order("drill-after")
    stream = stream_of(tables["LedgerTable"])
    functions = client("lambda")
    mappings = [
        functions.get_event_source_mapping(UUID=uuid) for uuid in stack.of_kind(MAPPING).values()
    ]
    readers = [
        mapping
        for mapping in mappings
        if mapping["EventSourceArn"] == stream and mapping["State"] == "Enabled"
    ]
    told = count_stream_entries(stream)
    say(f"After it, one more order: {told} entry on the new stream, which {len(readers)} read.")
    if not readers or not told:
        raise CannotOperate("nobody reads what the restored ledger tells: its events are cut off")


def _type(say: Say, expected: int, *words: str) -> str:
    """Runs a command in another process and returns its output.

    Raises `CannotOperate` if the exit code is not `expected`.
    """
    say(f"$ grapevine {' '.join(words)}")
    done = subprocess.run(
        [sys.executable, "-m", "local.cli.main", *words], capture_output=True, text=True
    )
    for line in (done.stdout + done.stderr).splitlines():
        say(f"  {line}")
    if done.returncode != expected:
        raise CannotOperate(f"the command ended with {done.returncode}, not with {expected}")
    return done.stdout
