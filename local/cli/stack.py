"""A deployed stack as this process may use it, with the AWS credentials of whoever types."""

import os

_TABLES = {
    "AttributionsTable": "ATTRIBUTIONS_TABLE",
    "LedgerTable": "LEDGER_TABLE",
    "ProgramsTable": "PROGRAMS_TABLE",
}


class NoStack(Exception):
    """There is no such stack for these credentials, or it is not Grapevine's."""


def use_stack(name: str) -> None:
    """Name the stack's tables in the environment, where it names none yet (restored ones); raises `NoStack`."""
    import boto3  # takes a third of a second, which commands without a stack should not wait for
    import botocore.exceptions

    try:
        rows = boto3.client("cloudformation").describe_stack_resources(StackName=name)[
            "StackResources"
        ]
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as problem:
        raise NoStack(f"stack {name}: {problem}") from None
    physical = {
        row["LogicalResourceId"]: row["PhysicalResourceId"]
        for row in rows
        if "PhysicalResourceId" in row
    }
    if missing := sorted(set(_TABLES) - set(physical)):
        raise NoStack(f"stack {name} has no {', '.join(missing)}; is it Grapevine's?")
    for logical, variable in _TABLES.items():
        os.environ.setdefault(variable, physical[logical])
