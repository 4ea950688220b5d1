"""Keys and verification of a deployed stack: the commands find its tables by CloudFormation."""

import json
import os
import uuid
from collections.abc import Iterator

import boto3
import pytest

from functions import authorize
from local.cli.main import main
from local.operations.deployed_stack import DeployedStack, StackResource, load_stack
from local.operations.live_tables import ROLES, live_tables, use_stack

KEY = {"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}

VARIABLES = ("ATTRIBUTIONS_TABLE", "LEDGER_TABLE", "PROGRAMS_TABLE")


@pytest.fixture
def stack(tables, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A stack of the three tables, the name given to it."""
    attributes = [{"AttributeName": key["AttributeName"], "AttributeType": "S"} for key in KEY]
    properties = {
        "BillingMode": "PAY_PER_REQUEST",
        "KeySchema": KEY,
        "AttributeDefinitions": attributes,
    }
    resources = {
        name: {"Type": "AWS::DynamoDB::Table", "Properties": properties}
        for name in ("AttributionsTable", "LedgerTable", "ProgramsTable")
    }
    name = f"grapevine-{uuid.uuid4().hex[:8]}"
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name)
    for variable in VARIABLES:
        monkeypatch.delenv(variable)
    yield name
    for variable in VARIABLES:
        os.environ.pop(variable, None)


@pytest.mark.parametrize(
    ("scope", "route"), [("shop", "PUT /v1/members/{id}"), ("staff", "GET /v1/parked")]
)
def test_a_key_opens_what_its_scope_opens(stack, scope, route, capsys):
    assert main(["key", scope, "--stack", stack]) == 0
    key = capsys.readouterr().out.strip()
    now = {"timeEpoch": 1_772_359_200_000}
    event = {"headers": {"authorization": f"Bearer {key}"}, "requestContext": now}
    assert authorize.handler(event | {"routeKey": route})["isAuthorized"] is True
    assert authorize.handler(event | {"routeKey": "GET /nothing"})["isAuthorized"] is False


def test_a_stack_is_verified(stack, capsys):
    assert main(["verify", "--stack", stack]) == 0
    assert capsys.readouterr().out == "0 orders and 0 entries recomputed: 0 differences\n"


def test_tables_named_in_the_environment_go_before_the_stacks(stack, monkeypatch, capsys):
    monkeypatch.setenv("LEDGER_TABLE", "restored-LedgerTable")
    use_stack(stack)
    assert os.environ["LEDGER_TABLE"] == "restored-LedgerTable"
    assert os.environ["PROGRAMS_TABLE"] != "restored-LedgerTable"


def test_a_stack_that_is_not_there_is_named(tables, capsys):
    assert main(["verify", "--stack", "nowhere"]) == 2
    assert "nowhere" in capsys.readouterr().err


def test_a_table_beyond_the_first_hundred_resources_is_found(tables):
    """CloudFormation tells a hundred of them at once."""
    handles = {
        f"A{n:03d}": {"Type": "AWS::CloudFormation::WaitConditionHandle"} for n in range(130)
    }
    attributes = [{"AttributeName": key["AttributeName"], "AttributeType": "S"} for key in KEY]
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "BillingMode": "PAY_PER_REQUEST",
            "KeySchema": KEY,
            "AttributeDefinitions": attributes,
        },
    }
    resources = handles | {role.logical: table for role in ROLES}
    name = f"grapevine-{uuid.uuid4().hex[:8]}"
    cloudformation = boto3.client("cloudformation")
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps({"Resources": resources}))
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name)
    assert len(live_tables(load_stack(name))) == 3


def test_tables_that_the_parameters_name_go_before_the_stacks_own():
    own = {role.logical: StackResource("AWS::DynamoDB::Table", role.logical) for role in ROLES}
    stack = DeployedStack("grapevine", own, {"LedgerTableName": "restored"}, {})
    assert live_tables(stack)["LedgerTable"] == "restored"
    assert live_tables(stack)["ProgramsTable"] == "ProgramsTable"
