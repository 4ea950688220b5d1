"""A stack of the template's own tables, queues, alarms and consumers, in the session's engine."""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
import pytest

from local.cli.main import main
from local.cloud.engine import use_function_environment
from local.cloud.template import read_template
from local.operations.deployed_stack import DeployedStack, load_stack
from local.operations.pausing import MAPPING
from local.operations.stack_queues import QUEUE
from local.restore_drill.drill import deploy_drill_stack
from tests.support.running_cloud import TEMPLATE


@contextmanager
def deployed(engine: str) -> Iterator[DeployedStack]:
    """A fresh stack; the environment is that of somebody with credentials for the engine."""
    before, name = dict(os.environ), f"gv-{uuid.uuid4().hex[:8]}"
    template = read_template(TEMPLATE)
    use_function_environment(template, engine)
    for variable in ("ATTRIBUTIONS_TABLE", "LEDGER_TABLE", "PROGRAMS_TABLE"):
        os.environ.pop(variable)
    try:
        deploy_drill_stack(template, name)
        yield load_stack(name)
        for mapping in load_stack(name).of_kind(MAPPING).values():
            boto3.client("lambda").delete_event_source_mapping(UUID=mapping)
    finally:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="module")
def stack(engine: str) -> Iterator[DeployedStack]:
    """One for the tests of a file."""
    with deployed(engine) as made:
        yield made


@pytest.fixture
def ops(stack: DeployedStack, capsys: pytest.CaptureFixture[str]):
    """Types `grapevine ops …` for the stack; returns the exit code and what was printed."""

    def type_command(operation: str, *options: str) -> tuple[int, str]:
        status = main(["ops", operation, "--stack", stack.name, *options])
        printed = capsys.readouterr()
        return status, printed.out + printed.err

    return type_command


def empty_queues(stack: DeployedStack) -> None:
    for url in stack.of_kind(QUEUE).values():
        boto3.client("sqs").purge_queue(QueueUrl=url)
