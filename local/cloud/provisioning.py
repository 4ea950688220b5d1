"""Makes the template's tables and secret in an AWS-compatible engine. Safe to repeat."""

import json
from typing import Any

from local.cloud.template import Template, TemplateError

_TABLE_PROPERTIES = (
    "AttributeDefinitions",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "KeySchema",
    "LocalSecondaryIndexes",
    "StreamSpecification",
)


def create_tables(template: Template, dynamodb: Any) -> None:
    """Time to live stays off: the engine's clock is not the local cloud's, and readers judge `expires_at` themselves."""
    for logical in template.resources("AWS::DynamoDB::Table"):
        properties = template.properties(logical)
        wanted = {name: properties[name] for name in _TABLE_PROPERTIES if name in properties}
        if "StreamSpecification" in wanted:
            wanted["StreamSpecification"] = {"StreamEnabled": True, **wanted["StreamSpecification"]}
        try:
            dynamodb.create_table(TableName=template.name(logical), **wanted)
        except dynamodb.exceptions.ResourceInUseException:
            _stream_from_now_on(dynamodb, template.name(logical), wanted.get("StreamSpecification"))


def _stream_from_now_on(dynamodb: Any, name: str, wanted: dict | None) -> None:
    """Tables that were made before the template gave them a stream get one."""
    if wanted and not dynamodb.describe_table(TableName=name)["Table"].get(
        "StreamSpecification", {}
    ).get("StreamEnabled"):
        dynamodb.update_table(TableName=name, StreamSpecification=wanted)


def create_secret(template: Template, secrets: Any, document: dict[str, str]) -> None:
    """The one secret of the template, with the document as its value."""
    logical, *others = template.resources("AWS::SecretsManager::Secret")
    if others:
        raise TemplateError(f"{template.path}: more than one secret; the local cloud fills one")
    value = json.dumps(document)
    try:
        secrets.create_secret(Name=template.name(logical), SecretString=value)
    except secrets.exceptions.ResourceExistsException:
        secrets.put_secret_value(SecretId=template.name(logical), SecretString=value)
