"""Reads the resources that a template declares. A resource that the local cloud cannot run is an
error that names it.
"""

import json
from collections.abc import Iterator
from typing import NamedTuple

from local.cloud.api_reader import read_cors, read_routes
from local.cloud.event_patterns import check_pattern
from local.cloud.resources import (
    DEFAULT_BUS,
    Function,
    Queue,
    QueueMapping,
    Resources,
    Rule,
    Schedule,
    StreamMapping,
)
from local.cloud.template import ACCOUNT, REGION, Template, TemplateError, TemplatePart

_SUPPORTED = {
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
    "AWS::Serverless::Function",
    "AWS::Serverless::HttpApi",
}
_NOT_NEEDED_HERE = {
    "AWS::ApiGatewayV2::ApiMapping",
    "AWS::ApiGatewayV2::DomainName",
    "AWS::CloudFront::Distribution",
    "AWS::CloudFront::Function",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Events::Archive",
    "AWS::IAM::Role",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SES::EmailIdentity",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::Serverless::LayerVersion",
}
_SCHEDULES = ("Schedule", "ScheduleV2")
_TRIGGERS = ("SQS", "DynamoDB", *_SCHEDULES)
_TARGET_FIELDS = {"Id", "Arn", "DeadLetterConfig", "RetryPolicy"}


class Trigger(NamedTuple):
    """One entry under `Events` of a function, with its intrinsic functions resolved."""

    function: str
    name: str
    kind: str
    properties: TemplatePart


def read_resources(template: Template) -> Resources:
    """Returns the resources of the template.

    Raises TemplateError, which names the resource, if the local cloud cannot run one of them.
    """
    _refuse_unsupported(template)
    queues = _read_queues(template)
    triggers = list(_read_triggers(template))
    buses = (template.name(logical) for logical in template.resources("AWS::Events::EventBus"))
    return Resources(
        template,
        _read_functions(template),
        read_routes(template),
        read_cors(template),
        queues,
        (DEFAULT_BUS, *buses),
        tuple(_read_rules(template, queues)),
        tuple(_read_queue_mapping(trigger) for trigger in triggers if trigger.kind == "SQS"),
        tuple(
            _read_stream_mapping(template, trigger)
            for trigger in triggers
            if trigger.kind == "DynamoDB"
        ),
        tuple(
            _read_schedule(template, trigger) for trigger in triggers if trigger.kind in _SCHEDULES
        ),
    )


def _refuse_unsupported(template: Template) -> None:
    for logical, resource in template.document["Resources"].items():
        if resource["Type"] not in _SUPPORTED | _NOT_NEEDED_HERE:
            raise TemplateError(
                f"{template.path}: {logical} is a {resource['Type']}, which the local cloud can"
                " neither play nor leave out"
            )


def _read_functions(template: Template) -> dict[str, Function]:
    shared = template.resolve(template.document.get("Globals", {}).get("Function", {}))
    functions = {}
    for logical in template.resources("AWS::Serverless::Function"):
        own = template.properties(logical)
        functions[logical] = Function(
            logical,
            own.get("Handler", shared.get("Handler", "")),
            int(own.get("Timeout", shared.get("Timeout", 3))),
            {**_variables(shared), **_variables(own)},
        )
    return functions


def _variables(properties: TemplatePart) -> dict[str, str]:
    return {
        name: str(value)
        for name, value in properties.get("Environment", {}).get("Variables", {}).items()
    }


def _read_triggers(template: Template) -> Iterator[Trigger]:
    for function in template.resources("AWS::Serverless::Function"):
        for name, event in template.properties(function).get("Events", {}).items():
            if event["Type"] not in _TRIGGERS:
                raise TemplateError(
                    f"{template.path}: {function}.{name} is an event of type {event['Type']},"
                    " which the local cloud cannot play"
                )
            yield Trigger(function, name, event["Type"], event["Properties"])


def _read_queues(template: Template) -> dict[str, Queue]:
    """Returns the queues by ARN."""
    queues = {}
    for logical in template.resources("AWS::SQS::Queue"):
        redrive = template.properties(logical).get("RedrivePolicy", {})
        max_receives = redrive.get("maxReceiveCount")
        queue = Queue(
            logical,
            template.name(logical),
            template.arn(logical),
            redrive.get("deadLetterTargetArn"),
            int(max_receives) if max_receives else None,
        )
        queues[queue.arn] = queue
    return queues


def _read_rules(template: Template, queues: dict[str, Queue]) -> Iterator[Rule]:
    """Yields the rules, without disabled ones."""
    for logical in template.resources("AWS::Events::Rule"):
        properties = template.properties(logical)
        if properties.get("State") != "DISABLED":
            yield _read_rule(template, logical, properties, queues)


def _read_rule(
    template: Template, logical: str, properties: TemplatePart, queues: dict[str, Queue]
) -> Rule:
    where = f"{template.path}: rule {logical}"
    for target in properties.get("Targets", []):
        if unknown := set(target) - _TARGET_FIELDS:
            raise TemplateError(
                f"{where} uses {', '.join(sorted(unknown))} in a target, which is not played here"
            )
        if target["Arn"] not in queues:
            raise TemplateError(
                f"{where} leads to {target['Arn']}; only queues are played as targets here"
            )
    check_pattern(properties["EventPattern"], where)
    return Rule(
        logical,
        properties.get("EventBusName", DEFAULT_BUS),
        properties["EventPattern"],
        tuple(target["Arn"] for target in properties.get("Targets", [])),
    )


def _read_queue_mapping(trigger: Trigger) -> QueueMapping:
    return QueueMapping(
        trigger.function,
        trigger.properties["Queue"],
        int(trigger.properties.get("BatchSize", 10)),
        _reports_partial_failures(trigger),
    )


def _reports_partial_failures(trigger: Trigger) -> bool:
    return "ReportBatchItemFailures" in trigger.properties.get("FunctionResponseTypes", ())


def _read_stream_mapping(template: Template, trigger: Trigger) -> StreamMapping:
    where = f"{template.path}: {trigger.function}.{trigger.name}"
    properties = trigger.properties
    if properties["StartingPosition"] != "TRIM_HORIZON":
        raise TemplateError(
            f"{where} starts at {properties['StartingPosition']}; only TRIM_HORIZON is played here"
        )
    filters = properties.get("FilterCriteria", {}).get("Filters", [])
    patterns = tuple(json.loads(criterion["Pattern"]) for criterion in filters)
    for pattern in patterns:
        check_pattern(pattern, where)
    table_arn = properties["Stream"].partition("/stream/")[0]
    return StreamMapping(
        trigger.function,
        template.logical_id(table_arn, "AWS::DynamoDB::Table"),
        int(properties.get("BatchSize", 100)),
        _reports_partial_failures(trigger),
        patterns,
    )


def _read_schedule(template: Template, trigger: Trigger) -> Schedule:
    properties = trigger.properties
    if trigger.kind == "ScheduleV2":
        service, resource = "scheduler", "schedule/default"
    else:
        service, resource = "events", "rule"
    name = f"{template.stack}-{trigger.function}{trigger.name}"
    return Schedule(
        trigger.function,
        trigger.name,
        f"aws.{service}",
        properties.get("Schedule") or properties["ScheduleExpression"],
        properties.get("ScheduleExpressionTimezone", "UTC"),
        properties.get("Input"),
        f"arn:aws:{service}:{REGION}:{ACCOUNT}:{resource}/{name}",
    )
