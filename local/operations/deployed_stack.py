"""A deployed stack: its resources by the template's names, its parameters, clients of its services."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


class NoStack(Exception):
    """There is no such stack for these credentials, or it is not Grapevine's."""


class CannotOperate(Exception):
    """An operation cannot be done, or was refused half-way; the message says what to do."""


@dataclass(frozen=True)
class StackResource:
    """`kind` is CloudFormation's word for it, `physical` the id or the name that AWS gave it."""

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
        """Raises `CannotOperate` for a resource that the stack has not."""
        try:
            return self.resources[logical].physical
        except KeyError:
            raise CannotOperate(
                f"stack {self.name} has no {logical}; deploy the release that this command is of"
            ) from None

    def of_kind(self, kind: str) -> dict[str, str]:
        """Physical ids by logical ones."""
        return {
            logical: resource.physical
            for logical, resource in self.resources.items()
            if resource.kind == kind
        }


def client(service: str) -> Any:
    """A client of boto3, whose methods are made at run time and have no static type."""
    import boto3  # takes a third of a second, which commands without a stack should not wait for

    return boto3.client(service)  # type: ignore[call-overload]  # the service is a plain name here


@contextmanager
def refusals(deed: str) -> Iterator[None]:
    """A refusal of AWS inside the block becomes `CannotOperate`: what was being done, and why not."""
    from botocore.exceptions import BotoCoreError, ClientError, WaiterError

    try:
        yield
    except (BotoCoreError, ClientError, WaiterError) as refused:
        raise CannotOperate(f"{deed}: {refused}") from None


def load_stack(name: str) -> DeployedStack:
    """Raises `NoStack`."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        cloudformation = client("cloudformation")
        (described,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        # `describe_stack_resources` tells the first hundred and no more.
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
