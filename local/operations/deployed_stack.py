"""A deployed stack: its resources by logical id, its parameters and outputs, and clients for AWS
services.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


class NoStack(Exception):
    """No such stack is visible with these credentials, or it is not Grapevine's."""


class CannotOperate(Exception):
    """An operation is not possible, or failed half-way; the message says what to do."""


@dataclass(frozen=True)
class StackResource:
    """`kind` is the type in CloudFormation, `physical` the id or name that AWS gave the resource."""

    kind: str
    physical: str


@dataclass(frozen=True)
class DeployedStack:
    name: str
    resources: Mapping[str, StackResource]
    """By logical id."""
    parameters: Mapping[str, str]
    outputs: Mapping[str, str]

    def physical(self, logical: str) -> str:
        """The physical id of a resource; raises `CannotOperate` if the stack does not have it."""
        try:
            return self.resources[logical].physical
        except KeyError:
            raise CannotOperate(
                f"stack {self.name} has no {logical}; deploy the release that this command is of"
            ) from None

    def of_kind(self, kind: str) -> dict[str, str]:
        """The physical ids of all resources of one type, by logical id."""
        return {
            logical: resource.physical
            for logical, resource in self.resources.items()
            if resource.kind == kind
        }


def client(service: str) -> Any:
    """A boto3 client. Its methods are made at run time and have no static type."""
    import boto3  # takes a third of a second, which only commands with a stack need

    return boto3.client(service)  # type: ignore[call-overload]  # the service is a plain name here


@contextmanager
def refusals(deed: str) -> Iterator[None]:
    """Turns errors of AWS in the block into `CannotOperate`; the message begins with `deed`, the
    operation that failed.
    """
    from botocore.exceptions import BotoCoreError, ClientError, WaiterError

    try:
        yield
    except (BotoCoreError, ClientError, WaiterError) as refused:
        raise CannotOperate(f"{deed}: {refused}") from None


def load_stack(name: str) -> DeployedStack:
    """The stack with this name; raises `NoStack`."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        cloudformation = client("cloudformation")
        (described,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        # `describe_stack_resources` returns only the first hundred.
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
        listed = [resource for page in pages for resource in page["StackResourceSummaries"]]
    except (BotoCoreError, ClientError) as error:
        raise NoStack(f"stack {name}: {error}") from None
    resources = {
        resource["LogicalResourceId"]: StackResource(
            resource["ResourceType"], resource["PhysicalResourceId"]
        )
        for resource in listed
        if resource.get("PhysicalResourceId")
    }
    return DeployedStack(
        name,
        resources,
        {
            parameter["ParameterKey"]: parameter.get("ParameterValue", "")
            for parameter in described.get("Parameters", ())
        },
        {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", ())},
    )
