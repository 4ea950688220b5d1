"""What the template declares, as values: functions, routes, queues, rules, schedules.

`resource_reader.read_resources` makes them.
"""

from dataclasses import dataclass
from typing import Any

from local.cloud.template import Template

DEFAULT_BUS = "default"
"""The account's own bus, to which AWS's services send their events."""
DEFAULT_ROUTE = "$default"
"""The path of the route that takes every request for which there is no other route."""

type EventPattern = dict[str, Any]
"""A pattern of EventBridge: by field, a list of alternatives or a pattern of what is inside."""


@dataclass(frozen=True)
class Function:
    name: str
    handler: str
    timeout_seconds: int
    environment: dict[str, str]


@dataclass(frozen=True)
class Authorizer:
    """A Lambda authorizer. Its identity sources are request headers and fields of the context."""

    name: str
    function: str
    headers: tuple[str, ...]
    context: tuple[str, ...]


@dataclass(frozen=True)
class ApiRoute:
    method: str
    path: str
    function: str
    authorizer: Authorizer | None

    @property
    def key(self) -> str:
        """API Gateway's route key, such as `GET /v1/orders/{id}`."""
        return self.path if self.path == DEFAULT_ROUTE else f"{self.method} {self.path}"


@dataclass(frozen=True)
class Cors:
    """The CORS configuration of the HTTP API; without origins the gateway leaves CORS alone."""

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    max_age_seconds: int | None = None
    credentials: bool = False


@dataclass(frozen=True)
class Queue:
    """`dead_letters` is the ARN of the queue that takes messages received `max_receives` times."""

    logical: str
    name: str
    arn: str
    dead_letters: str | None
    max_receives: int | None


@dataclass(frozen=True)
class Rule:
    """A rule of a bus: an event that matches the pattern goes to every queue, by its ARN."""

    name: str
    bus: str
    pattern: EventPattern
    queues: tuple[str, ...]


@dataclass(frozen=True)
class QueueMapping:
    """An event source mapping: which function gets the messages of a queue, by its ARN."""

    function: str
    queue: str
    batch_size: int
    partial_failures: bool


@dataclass(frozen=True)
class StreamMapping:
    """An event source mapping: which function gets the records of a table's stream.

    `table` is a logical id. A record that none of the patterns matches is not delivered.
    """

    function: str
    table: str
    batch_size: int
    partial_failures: bool
    patterns: tuple[EventPattern, ...]


@dataclass(frozen=True)
class Schedule:
    """When a function is invoked, and with what; without an `input` with a scheduled event."""

    function: str
    name: str
    source: str
    expression: str
    time_zone: str
    input: str | None
    arn: str


@dataclass(frozen=True)
class Resources:
    """Everything that the local cloud runs. Functions are by logical id, queues by ARN."""

    template: Template
    functions: dict[str, Function]
    routes: tuple[ApiRoute, ...]
    cors: Cors
    queues: dict[str, Queue]
    buses: tuple[str, ...]
    rules: tuple[Rule, ...]
    queue_mappings: tuple[QueueMapping, ...]
    stream_mappings: tuple[StreamMapping, ...]
    schedules: tuple[Schedule, ...]
