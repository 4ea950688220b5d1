"""Creates the template's tables and secret in an AWS-compatible engine. Safe to repeat.

The clients are boto3's, whose methods are made at run time and have no static type.
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
    """Create the tables that are missing.

    Time to live stays off: it would follow the engine's clock and not the local cloud's. Those who
    read an item compare its `expires_at` themselves.
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
    """Give a stream to a table that was created before the template had one for it."""
    table = dynamodb.describe_table(TableName=name)["Table"]
    if not table.get("StreamSpecification", {}).get("StreamEnabled"):
        dynamodb.update_table(TableName=name, StreamSpecification=specification)


def create_secrets(template: Template, secrets: Any, document: dict[str, str]) -> None:
    """Create the template's secrets. One that is generated gets the document as its value each
    time; one with a value of its own keeps what was written into it since.
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
        raise TemplateError(f"{template.path}: {generated} are generated; the local cloud fills one")
