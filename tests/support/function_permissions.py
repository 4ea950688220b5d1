"""What each function requests of AWS, and what its role in the transformed template allows."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

from botocore.client import BaseClient

from local.cloud.template import Template
from tests.support.running_cloud import ROOT, TEMPLATE

SAM = ROOT / ".venv-sam" / "bin"
PARTS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
"""IAM allows a transaction by the operations in it."""


class AccessRequest(NamedTuple):
    """One request that IAM decides on; `resource` is a logical id of the template."""

    action: str
    resource: str
    leading_key: str | None = None
    enclosing: str | None = None
    sender: str | None = None


class Watch:
    """Collects the requests to AWS, by the function that was running."""

    def __init__(self, template: Template):
        self.names = {template.name(logical): logical for logical in template.document["Resources"]}
        self.running: str | None = None
        self.asked: dict[str, set[AccessRequest]] = {}

    @contextmanager
    def running_as(self, function: str) -> Iterator[None]:
        self.running = function
        try:
            yield
        finally:
            self.running = None

    @contextmanager
    def watching(self) -> Iterator["Watch"]:
        """Collect inside the block; hooks into the step of botocore that every client takes."""
        emit = BaseClient._emit_api_params

        def collect(
            client: BaseClient, api_params: dict, operation_model: Any, context: dict
        ) -> dict:
            if self.running:
                found = access_requests(
                    operation_model.service_model.service_id.hyphenize(),
                    operation_model.name,
                    api_params,
                )
                self.asked.setdefault(self.running, set()).update(
                    ask._replace(resource=self._logical(ask.resource)) for ask in found
                )
            return emit(
                client, api_params=api_params, operation_model=operation_model, context=context
            )

        with patch.object(BaseClient, "_emit_api_params", collect):
            yield self

    def _logical(self, name: str) -> str:
        return self.names.get(name.rstrip("/").rpartition("/")[2].rpartition(":")[2], name)


def access_requests(service: str, operation: str, params: dict) -> list[AccessRequest]:
    """List what IAM decides on for one request of botocore.

    Raises NotImplementedError for a service that is not known here.
    """
    if service == "dynamodb":
        return list(_dynamodb(operation, params))
    if service == "eventbridge":
        return [
            AccessRequest(f"events:{operation}", entry["EventBusName"])
            for entry in params["Entries"]
        ]
    if service == "sqs":
        return [
            AccessRequest(f"sqs:{operation.removesuffix('Batch')}", params["QueueUrl"])
        ]  # a batch is allowed as the messages in it
    if service == "sesv2":
        return _mail(params)
    if service == "secrets-manager":
        return [AccessRequest(f"secretsmanager:{operation}", params["SecretId"])]
    raise NotImplementedError(f"say here which permission {service} {operation} needs")


def _mail(params: dict) -> list[AccessRequest]:
    """SES checks the sender's identity and the configuration set, each with the From address."""
    address = params["FromEmailAddress"].rpartition("<")[2].rstrip(">")
    sender = "MailFrom" if address == os.environ["MAIL_FROM"] else address
    asked = ["MailFrom", *(["MailConfiguration"] if "ConfigurationSetName" in params else [])]
    return [AccessRequest("ses:SendEmail", resource, sender=sender) for resource in asked]


def _dynamodb(operation: str, params: dict) -> Iterator[AccessRequest]:
    if operation == "TransactWriteItems" or operation == "TransactGetItems":
        for part in params["TransactItems"]:
            ((kind, item),) = part.items()
            yield AccessRequest(f"dynamodb:{PARTS[kind]}", item["TableName"], _key(item), operation)
    elif operation in ("BatchGetItem", "BatchWriteItem"):
        for table, request in params["RequestItems"].items():
            keys = (
                request["Keys"]
                if operation == "BatchGetItem"
                else [next(iter(row.values())) for row in request]
            )
            yield from (
                AccessRequest(
                    f"dynamodb:{operation}",
                    table,
                    (key.get("Key") or key.get("Item") or key)["pk"]["S"],
                )
                for key in keys
            )
    elif operation == "Query":
        values = params["ExpressionAttributeValues"]
        first = params["KeyConditionExpression"].replace("(", " ").replace(")", " ").split()
        yield AccessRequest(
            "dynamodb:Query", params["TableName"], values[first[first.index("=") + 1]]["S"]
        )
    else:
        yield AccessRequest(f"dynamodb:{operation}", params["TableName"], _key(params))


def _key(params: dict) -> str | None:
    found = params.get("Key") or params.get("Item")
    return found["pk"]["S"] if found else None


class Roles:
    """The policies of each function's role."""

    def __init__(self, resources: dict[str, dict]):
        functions = {
            name: resource["Properties"]
            for name, resource in resources.items()
            if resource["Type"] == "AWS::Lambda::Function"
        }
        self.statements = {
            name: _statements(resources[function["Role"]["Fn::GetAtt"][0]]["Properties"])
            for name, function in functions.items()
        }

    def allow(self, function: str, ask: AccessRequest) -> bool:
        """Whether some statement allows the request and none denies it, which is IAM's rule."""
        matching = [statement for statement in self.statements[function] if matches(statement, ask)]
        effects = {statement["Effect"] for statement in matching}
        return effects == {"Allow"}


def _statements(role: dict) -> list[dict]:
    return [
        statement
        for policy in role.get("Policies", [])
        for statement in policy["PolicyDocument"]["Statement"]
    ]


def matches(statement: dict, ask: AccessRequest) -> bool:
    resources = {_logical_of(resource) for resource in _listed(statement["Resource"])}
    conditions = [
        _holds(operator, _name(key), _listed(expected), ask)
        for operator, keys in statement.get("Condition", {}).items()
        for key, expected in keys.items()
    ]
    return (
        ask.action in _listed(statement["Action"]) and ask.resource in resources and all(conditions)
    )


def _holds(operator: str, name: str, expected: list[str], ask: AccessRequest) -> bool:
    actual = {
        "LeadingKeys": ask.leading_key,
        "EnclosingOperation": ask.enclosing,
        "ses:FromAddress": ask.sender,
    }[name]
    if operator == "StringEquals":
        return actual in map(_logical_of, expected)
    like = actual is not None and any(fnmatchcase(actual, pattern) for pattern in expected)
    if operator == "ForAllValues:StringLike":
        return actual is None or like
    if operator == "ForAnyValue:StringLike":
        return like
    if operator == "StringNotEqualsIfExists":
        return actual is None or actual not in expected
    raise NotImplementedError(f"say here what {operator} means")


def _name(key: str) -> str:
    return key.removeprefix("dynamodb:")


def _listed(value: object) -> list:
    return value if isinstance(value, list) else [value]


def _logical_of(resource: object) -> str:
    if isinstance(resource, dict) and "Fn::If" in resource:
        return _logical_of(resource["Fn::If"][1])  # the stack's own table, and no restored one
    if isinstance(resource, dict) and "Fn::Sub" in resource:
        text = str(resource["Fn::Sub"])
        return (
            "MailConfiguration"
            if ":configuration-set/" in text
            else "MailFrom"
            if "${MailFrom}" in text
            else ""
        )
    if isinstance(resource, dict):
        found = resource.get("Ref") or resource["Fn::GetAtt"]
        return found if isinstance(found, str) else found[0]
    return resource


@cache
def transformed() -> dict[str, dict]:
    """Return the resources that AWS makes of template.yaml, by logical id."""
    return transform(TEMPLATE)


def transform(template: Path, layer: str = "s3://bucket/key", **parameters: str) -> dict[str, dict]:
    """Return what AWS makes of a template whose layers were packed to an address."""
    given = [f"{name}={value}" for name, value in parameters.items()]
    command = [
        *(str(SAM / "python"), "tests/support/sam_transform.py", str(template), layer),
        *given,
    ]
    environment = {**os.environ, "SAM_CLI_TELEMETRY": "0", "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["Resources"]


def of_type(resources: dict[str, dict], kind: str) -> dict[str, dict]:
    return {
        name: resource.get("Properties", {})
        for name, resource in resources.items()
        if resource["Type"] == kind
    }
