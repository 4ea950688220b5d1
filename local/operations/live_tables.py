"""Finds the tables that a stack uses: the tables that it created, or restored tables that its
parameters name.
"""

import os
from collections.abc import Mapping
from typing import NamedTuple

from local.operations.deployed_stack import CannotOperate, DeployedStack, NoStack, load_stack

TABLE = "AWS::DynamoDB::Table"


class TableRole(NamedTuple):
    """One of the three tables.

    * `logical`: its logical id.
    * `variable`: the environment variable with its name.
    * `name_parameter`: the template parameter that replaces its name.
    * `stream_parameter`: the one that replaces its stream; None if nothing reads the stream.
    """

    logical: str
    variable: str
    name_parameter: str
    stream_parameter: str | None


ROLES = (
    TableRole(
        "AttributionsTable", "ATTRIBUTIONS_TABLE", "AttributionsTableName", "AttributionsStreamArn"
    ),
    TableRole("LedgerTable", "LEDGER_TABLE", "LedgerTableName", "LedgerStreamArn"),
    TableRole("ProgramsTable", "PROGRAMS_TABLE", "ProgramsTableName", None),
)


def live_tables(stack: DeployedStack) -> dict[str, str]:
    """The names of the tables in use, by logical id. Raises `NoStack` if one is missing."""
    own = stack.of_kind(TABLE)
    if missing := sorted({role.logical for role in ROLES} - own.keys()):
        raise NoStack(f"stack {stack.name} has no {', '.join(missing)}; is it a Grapevine stack?")
    return {
        role.logical: stack.parameters.get(role.name_parameter) or own[role.logical]
        for role in ROLES
    }


def check_parameters(stack: DeployedStack) -> None:
    """Raises `CannotOperate` if the deployed template lacks a parameter that names another table or
    stream than the stack's own.
    """
    wanted = {role.name_parameter for role in ROLES}
    wanted |= {role.stream_parameter for role in ROLES if role.stream_parameter}
    if missing := sorted(wanted - stack.parameters.keys()):
        raise CannotOperate(
            f"the template of stack {stack.name} has no parameter {', '.join(missing)};"
            " deploy the release that this command is of, then try again"
        )


def use_tables(names: Mapping[str, str]) -> None:
    """Makes this process use these tables from now on; `names` has their names by logical id."""
    from shared.settings import TableNames
    from shared.store import engine  # takes half a second

    for role in ROLES:
        os.environ[role.variable] = names[role.logical]
    TableNames.loaded.pop(TableNames, None)
    engine.open_tables()


def use_stack(name: str) -> DeployedStack:
    """Sets the names of the stack's tables in the environment and returns the stack; raises
    `NoStack`.

    Variables that are already set stay.
    """
    stack = load_stack(name)
    names = live_tables(stack)
    for role in ROLES:
        os.environ.setdefault(role.variable, names[role.logical])
    return stack
