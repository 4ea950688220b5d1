"""The part of template.yaml that a restore touches, as CloudFormation reads it without SAM.

Functions stand in it with a body that does nothing: a restore looks at who consumes what, not at
what they do with it.
"""

from collections.abc import Iterator
from typing import Any

from local.cloud.template import Template, TemplatePart

KEPT = {
    "AWS::CloudWatch::Alarm",
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
}
FUNCTION = "AWS::Serverless::Function"
CONSUMED = {"SQS": "Queue", "DynamoDB": "Stream"}
"""Events of a function that are mappings, and the property that names their source."""
SHARED_PROPERTIES = ("BatchSize", "FilterCriteria", "FunctionResponseTypes", "StartingPosition")
UNKNOWN = "Metrics"
"""Of alarms that compute: the engine makes none of them."""
IDLE = 'def handler(event, context):\n    return {"batchItemFailures": []}\n'
ROLE = "arn:aws:iam::000000000000:role/restore-drill"


def stack_document(template: Template) -> TemplatePart:
    """A document with the template's own parameters and conditions."""
    document = template.document
    resources = {
        logical: resource
        for logical, resource in document["Resources"].items()
        if resource["Type"] in KEPT and UNKNOWN not in resource.get("Properties", {})
    }
    for logical, function in document["Resources"].items():
        if function["Type"] == FUNCTION:
            resources |= _function(logical, function["Properties"])
    return {
        "Parameters": document["Parameters"],
        "Conditions": document.get("Conditions", {}),
        "Resources": _self_contained(resources, set(document["Parameters"])),
    }


def _function(logical: str, properties: TemplatePart) -> TemplatePart:
    """A function that consumes or takes webhooks, and its mappings, named as SAM names them."""
    mappings = {
        f"{logical}{name}": _mapping(logical, event)
        for name, event in properties.get("Events", {}).items()
        if event["Type"] in CONSUMED
    }
    if not mappings and logical != "ReceiveWebhook":
        return {}
    code = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Role": ROLE,
        "Code": {"ZipFile": IDLE},
    }
    return {logical: {"Type": "AWS::Lambda::Function", "Properties": code}, **mappings}


def _mapping(function: str, event: TemplatePart) -> TemplatePart:
    given = event["Properties"]
    properties = {name: given[name] for name in SHARED_PROPERTIES if name in given}
    properties |= {
        "EventSourceArn": given[CONSUMED[event["Type"]]],
        "FunctionName": {"Ref": function},
    }
    return {"Type": "AWS::Lambda::EventSourceMapping", "Properties": properties}


def _self_contained(resources: TemplatePart, parameters: set[str]) -> TemplatePart:
    """Without those that refer to something which is left out."""
    while True:
        known = resources.keys() | parameters
        kept = {
            logical: resource
            for logical, resource in resources.items()
            if all(name in known or name.startswith("AWS::") for name in _references(resource))
        }
        if len(kept) == len(resources):
            return kept
        resources = kept


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for part in value:
            yield from _references(part)
    elif isinstance(value, dict):
        for name, part in value.items():
            if name == "Ref":
                yield part
            elif name == "Fn::GetAtt":
                yield part[0] if isinstance(part, list) else part.split(".")[0]
            elif name == "Fn::Sub" and isinstance(part, str):
                yield from _placeholders(part)
            else:
                yield from _references(part)


def _placeholders(text: str) -> Iterator[str]:
    for part in text.split("${")[1:]:
        if not part.startswith("!"):
            yield part.split("}")[0].split(".")[0]
