"""Creates the tables and the secrets of the template in an engine with the API of AWS. Safe to
repeat.

boto3 makes the methods of its clients at run time, so the clients have no static type.
"""

import json
from typing import Any

from local.cloud.template import Template, TemplateError, TemplatePart

_TABLE_PROPERTIES = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "StreamSpecification",
)


def create_tables(template: Template, dynamodb: Any) -> None:
    """Creates the tables that are missing; adds missing streams to tables that exist.

    Time to live stays off, because the engine would use its own clock and not the local cloud's.
    The code that reads an item compares `expires_at` itself.
    """
    for logical in template.resources("AWS::DynamoDB::Table"):
        properties = template.properties(logical)
        table = {name: properties[name] for name in _TABLE_PROPERTIES if name in properties}
        if "StreamSpecification" in table:
            table["StreamSpecification"] = {"StreamEnabled": True, **table["StreamSpecification"]}
        try:
            dynamodb.create_table(TableName=template.name(logical), **table)
        except dynamodb.exceptions.ResourceInUseException:
            if "StreamSpecification" in table:
                _add_stream(dynamodb, template.name(logical), table["StreamSpecification"])


def _add_stream(dynamodb: Any, name: str, specification: TemplatePart) -> None:
    """Adds a stream to a table that has none: an earlier version of the template created it."""
    table = dynamodb.describe_table(TableName=name)["Table"]
    if not table.get("StreamSpecification", {}).get("StreamEnabled"):
        dynamodb.update_table(TableName=name, StreamSpecification=specification)


def create_secrets(template: Template, secrets: Any, document: dict[str, str]) -> None:
    """Creates the secrets of the template.

    A secret that AWS would generate is set to `document` at each call. A secret whose value is in
    the template is created once and keeps later changes. Raises TemplateError if more than one
    secret is generated.
    """
    generated = []
    for logical in template.resources("AWS::SecretsManager::Secret"):
        begins_with = template.properties(logical).get("SecretString")
        if begins_with is None:
            generated.append(logical)
        value = json.dumps(document) if begins_with is None else begins_with
        try:
            secrets.create_secret(Name=template.name(logical), SecretString=value)
        except secrets.exceptions.ResourceExistsException:
            if begins_with is None:
                secrets.put_secret_value(SecretId=template.name(logical), SecretString=value)
    if len(generated) > 1:
        raise TemplateError(
            f"{template.path}: {generated} are generated; the local cloud fills one"
        )
