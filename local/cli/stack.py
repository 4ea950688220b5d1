"""Access to a deployed stack with the AWS credentials of whoever types the command."""

import os

_TABLES = {
    "AttributionsTable": "ATTRIBUTIONS_TABLE",
    "LedgerTable": "LEDGER_TABLE",
    "ProgramsTable": "PROGRAMS_TABLE",
}


class NoStack(Exception):
    """There is no such stack for these credentials, or it is not Grapevine's."""


def use_stack(name: str) -> None:
    """Sets the names of the stack's tables in the environment; raises `NoStack`.

    Names that the environment has already, such as those of restored tables, stay.
    """
    # Takes a third of a second, which commands without a stack should not wait for.
    import boto3
    import botocore.exceptions

    try:
        answer = boto3.client("cloudformation").describe_stack_resources(StackName=name)
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        raise NoStack(f"stack {name}: {error}") from None
    table_names = {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for resource in answer["StackResources"]
        if "PhysicalResourceId" in resource
    }
    if missing := sorted(set(_TABLES) - set(table_names)):
        raise NoStack(f"stack {name} has no {', '.join(missing)}; is it Grapevine's?")
    for logical, variable in _TABLES.items():
        os.environ.setdefault(variable, table_names[logical])
