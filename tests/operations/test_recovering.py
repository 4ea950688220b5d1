"""A recovery that somebody leads by hand works as the nightly one of the stack would."""

import os

import boto3
import pytest

from local.operations.deployed_stack import DeployedStack, NoStack
from local.operations.recovering import FUNCTION, use_stack_environment


def test_it_takes_the_settings_of_the_function_that_does_it_every_night(
    stack: DeployedStack, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("BUS_NAME", "another")
    boto3.client("lambda").update_function_configuration(
        FunctionName=stack.physical(FUNCTION),
        Environment={"Variables": {"BUS_NAME": f"{stack.name}-bus"}},
    )
    use_stack_environment(stack.name)
    assert os.environ["BUS_NAME"] == f"{stack.name}-bus"


def test_a_stack_that_is_not_there_is_named(stack: DeployedStack):
    with pytest.raises(NoStack, match="nothing-here"):
        use_stack_environment("nothing-here")
