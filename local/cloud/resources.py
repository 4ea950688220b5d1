"""What the template asks for, as values: functions, routes, queues, rules, schedules. What cannot be played here is refused by name."""

import json
from dataclasses import dataclass
from typing import Any

from local.cloud.event_patterns import check_pattern
from local.cloud.template import ACCOUNT, REGION, Template, TemplateError

_PLAYED = {
    "AWS::DynamoDB::Table",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::SQS::Queue",
    "AWS::SecretsManager::Secret",
    "AWS::Serverless::Function",
    "AWS::Serverless::HttpApi",
}
_NOT_NEEDED_HERE = {
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
DEFAULT_BUS = "default"
"""The account's own bus, on which AWS's services tell."""
_TARGET_FIELDS = {"Id", "Arn", "DeadLetterConfig", "RetryPolicy"}


@dataclass(frozen=True)
class Function:
    name: str
    handler: str
    timeout_seconds: int
    environment: dict[str, str]


@dataclass(frozen=True)
class Authorizer:
    name: str
    function: str
    headers: tuple[str, ...]
    context: tuple[str, ...]


DEFAULT_ROUTE = "$default"
"""The path of the route that takes what no other does."""


@dataclass(frozen=True)
class Route:
    method: str
    path: str
    function: str
    authorizer: Authorizer | None

    @property
    def key(self) -> str:
        return self.path if self.path == DEFAULT_ROUTE else f"{self.method} {self.path}"


@dataclass(frozen=True)
class Cors:
    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    max_age_seconds: int | None = None
    credentials: bool = False


@dataclass(frozen=True)
class Queue:
    logical: str
    name: str
    arn: str
    dead_letters: str | None
    max_receives: int | None


@dataclass(frozen=True)
class Rule:
    name: str
    bus: str
    pattern: dict
    queues: tuple[str, ...]


@dataclass(frozen=True)
class QueueMapping:
    function: str
    queue: str
    batch_size: int
    partial_failures: bool


@dataclass(frozen=True)
class StreamMapping:
    """`table` is a logical id; a record that none of the patterns matches is not delivered."""

    function: str
    table: str
    batch_size: int
    partial_failures: bool
    patterns: tuple[dict, ...]


@dataclass(frozen=True)
class Schedule:
    function: str
    name: str
    source: str
    expression: str
    time_zone: str
    input: str | None
    arn: str


@dataclass(frozen=True)
class Resources:
    template: Template
    functions: dict[str, Function]
    routes: tuple[Route, ...]
    cors: Cors
    queues: dict[str, Queue]
    buses: tuple[str, ...]
    rules: tuple[Rule, ...]
    mappings: tuple[QueueMapping, ...]
    streams: tuple[StreamMapping, ...]
    schedules: tuple[Schedule, ...]


def read_resources(template: Template) -> Resources:
    _refuse_unknown(template)
    queues = _queues(template)
    events = list(_events(template))
    return Resources(
        template,
        _functions(template),
        tuple(_route(template, *event) for event in events if event[2] == "HttpApi"),
        _cors(template),
        queues,
        (
            DEFAULT_BUS,
            *(template.name(logical) for logical in template.resources("AWS::Events::EventBus")),
        ),
        tuple(
            _rule(template, logical, queues)
            for logical in template.resources("AWS::Events::Rule")
            if _works(template, logical)
        ),
        tuple(_mapping(template, *event) for event in events if event[2] == "SQS"),
        tuple(_stream(template, *event) for event in events if event[2] == "DynamoDB"),
        tuple(
            _schedule(template, *event)
            for event in events
            if event[2] in ("Schedule", "ScheduleV2")
        ),
    )


def _refuse_unknown(template: Template) -> None:
    for logical, resource in template.document["Resources"].items():
        if resource["Type"] not in _PLAYED | _NOT_NEEDED_HERE:
            raise TemplateError(
                f"{template.path}: {logical} is a {resource['Type']}, which the local cloud can neither play nor leave out"
            )


def _functions(template: Template) -> dict[str, Function]:
    shared = template.resolve(template.document.get("Globals", {}).get("Function", {}))
    found = {}
    for logical in template.resources("AWS::Serverless::Function"):
        own = template.properties(logical)
        environment = {**_variables(shared), **_variables(own)}
        timeout = own.get("Timeout", shared.get("Timeout", 3))
        found[logical] = Function(
            logical, own.get("Handler", shared.get("Handler", "")), int(timeout), environment
        )
    return found


def _variables(properties: dict) -> dict[str, str]:
    return {
        name: str(value)
        for name, value in properties.get("Environment", {}).get("Variables", {}).items()
    }


def _events(template: Template):
    for function in template.resources("AWS::Serverless::Function"):
        for name, event in template.properties(function).get("Events", {}).items():
            if event["Type"] not in ("HttpApi", "SQS", "DynamoDB", "Schedule", "ScheduleV2"):
                raise TemplateError(
                    f"{template.path}: {function}.{name} is an event of type {event['Type']}, which the local cloud cannot play"
                )
            yield function, name, event["Type"], event["Properties"]


def _api(template: Template) -> dict:
    logical = next(iter(template.resources("AWS::Serverless::HttpApi")), None)
    return template.properties(logical) if logical else {}


def _route(template: Template, function: str, name: str, kind: str, properties: dict) -> Route:
    auth = _api(template).get("Auth", {})
    chosen = properties.get("Auth", {}).get("Authorizer", auth.get("DefaultAuthorizer", "NONE"))
    method = properties.get("Method", "ANY").upper()
    return Route(
        method,
        properties.get("Path", DEFAULT_ROUTE),
        function,
        None if chosen == "NONE" else _authorizer(template, auth, chosen),
    )


def _authorizer(template: Template, auth: dict, name: str) -> Authorizer:
    declared = auth.get("Authorizers", {}).get(name, {})
    if (
        not declared.get("EnableSimpleResponses")
        or str(declared.get("AuthorizerPayloadFormatVersion")) != "2.0"
    ):
        raise TemplateError(
            f"{template.path}: authorizer {name} is not one of payload 2.0 with simple responses, the only kind played here"
        )
    identity = declared.get("Identity", {})
    function = template.logical(declared["FunctionArn"], "AWS::Serverless::Function")
    return Authorizer(
        name, function, tuple(identity.get("Headers", ())), tuple(identity.get("Context", ()))
    )


def _cors(template: Template) -> Cors:
    declared = _api(template).get("CorsConfiguration", {})
    return Cors(
        tuple(declared.get("AllowOrigins", ())),
        tuple(declared.get("AllowMethods", ())),
        tuple(declared.get("AllowHeaders", ())),
        tuple(declared.get("ExposeHeaders", ())),
        declared.get("MaxAge"),
        bool(declared.get("AllowCredentials", False)),
    )


def _queues(template: Template) -> dict[str, Queue]:
    """By ARN."""
    found = {}
    for logical in template.resources("AWS::SQS::Queue"):
        redrive = template.properties(logical).get("RedrivePolicy", {})
        limit = redrive.get("maxReceiveCount")
        queue = Queue(
            logical,
            template.name(logical),
            template.arn(logical),
            redrive.get("deadLetterTargetArn"),
            limit and int(limit),
        )
        found[queue.arn] = queue
    return found


def _works(template: Template, logical: str) -> bool:
    return template.properties(logical).get("State") != "DISABLED"


def _rule(template: Template, logical: str, queues: dict[str, Queue]) -> Rule:
    properties = template.properties(logical)
    for target in properties.get("Targets", []):
        if unknown := set(target) - _TARGET_FIELDS:
            raise TemplateError(
                f"{template.path}: rule {logical} uses {', '.join(sorted(unknown))} in a target, which is not played here"
            )
        if target["Arn"] not in queues:
            raise TemplateError(
                f"{template.path}: rule {logical} leads to {target['Arn']}; only queues are played as targets here"
            )
    pattern = check_pattern(properties["EventPattern"], f"{template.path}: rule {logical}")
    return Rule(
        logical,
        properties.get("EventBusName", DEFAULT_BUS),
        pattern,
        tuple(target["Arn"] for target in properties.get("Targets", [])),
    )


def _mapping(template: Template, function: str, name: str, kind: str, properties: dict) -> QueueMapping:
    partial = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", ())
    return QueueMapping(function, properties["Queue"], int(properties.get("BatchSize", 10)), partial)


def _stream(
    template: Template, function: str, name: str, kind: str, properties: dict
) -> StreamMapping:
    where = f"{template.path}: {function}.{name}"
    if properties["StartingPosition"] != "TRIM_HORIZON":
        raise TemplateError(
            f"{where} starts at {properties['StartingPosition']}; only TRIM_HORIZON is played here"
        )
    filters = properties.get("FilterCriteria", {}).get("Filters", [])
    patterns = tuple(check_pattern(json.loads(chosen["Pattern"]), where) for chosen in filters)
    partial = "ReportBatchItemFailures" in properties.get("FunctionResponseTypes", ())
    table = template.logical(properties["Stream"].partition("/stream/")[0], "AWS::DynamoDB::Table")
    return StreamMapping(function, table, int(properties.get("BatchSize", 100)), partial, patterns)


def _schedule(
    template: Template, function: str, name: str, kind: str, properties: dict
) -> Schedule:
    expression: Any = properties.get("Schedule") or properties.get("ScheduleExpression")
    zone = properties.get("ScheduleExpressionTimezone", "UTC")
    service = "scheduler" if kind == "ScheduleV2" else "events"
    arn = f"arn:aws:{service}:{REGION}:{ACCOUNT}:{'schedule/default' if kind == 'ScheduleV2' else 'rule'}/{template.stack}-{function}{name}"
    return Schedule(
        function, name, f"aws.{service}", expression, zone, properties.get("Input"), arn
    )
