"""The part of template.yaml that a restore changes, as a CloudFormation template without SAM.

Its functions do nothing, because a restore needs to know only which function reads which queue or
stream.
"""

from collections.abc import Iterator
from typing import Any

from local.cloud.template import Template, TemplatePart

RESTORED_TYPES = {
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
"""The types of a function's events that become event source mappings, and the property that names
the source.
"""
SHARED_PROPERTIES = ("BatchSize", "FilterCriteria", "FunctionResponseTypes", "StartingPosition")
UNKNOWN = "Metrics"
"""A property of alarms that compute a value from several metrics. The engine cannot create such
alarms.
"""
IDLE = 'def handler(event, context):\n    return {"batchItemFailures": []}\n'
ROLE = "arn:aws:iam::000000000000:role/restore-drill"


def stack_document(template: Template) -> TemplatePart:
    """The part of the SAM template that a restore changes, as a CloudFormation template: the
    resources of `RESTORED_TYPES`, and each function that reads a queue or stream or receives
    webhooks, with code that does nothing. A resource that refers to one that is left out is left
    out too.
    """
    document = template.document
    resources = {
        logical: resource
        for logical, resource in document["Resources"].items()
        if resource["Type"] in RESTORED_TYPES and UNKNOWN not in resource.get("Properties", {})
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
    """The resources of a function and its event source mappings, with the names that SAM gives
    them. Empty if the function reads no queue or stream and does not receive webhooks.
    """
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
    """The resources, without those that refer to a resource which is left out."""
    while True:
        known = resources.keys() | parameters
        restored = {
            logical: resource
            for logical, resource in resources.items()
            if all(name in known or name.startswith("AWS::") for name in _references(resource))
        }
        if len(restored) == len(resources):
            return restored
        resources = restored


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
