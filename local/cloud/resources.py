"""The resources of the template as values: functions, routes, queues, rules and schedules.

`resource_reader.read_resources` creates them.
"""

from dataclasses import dataclass
from typing import Any

from local.cloud.template import Template

DEFAULT_BUS = "default"
"""The default bus of the AWS account, to which AWS services send their events."""
DEFAULT_ROUTE = "$default"
"""The path of the route for requests that match no other route."""

type EventPattern = dict[str, Any]
"""An EventBridge pattern: for each field a list of alternatives, or a pattern for a nested object.
"""


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
    """The CORS configuration of the HTTP API. Without origins the gateway adds no CORS headers and
    changes none.
    """

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    expose: tuple[str, ...] = ()
    max_age_seconds: int | None = None
    credentials: bool = False


@dataclass(frozen=True)
class Queue:
    """A queue. A message that was received `max_receives` times moves to the queue with the ARN
    `dead_letters`.
    """

    logical: str
    name: str
    arn: str
    dead_letters: str | None
    max_receives: int | None


@dataclass(frozen=True)
class Rule:
    """A rule of a bus: events that match the pattern are sent to all queues in `queues` (ARNs)."""

    name: str
    bus: str
    pattern: EventPattern
    queues: tuple[str, ...]


@dataclass(frozen=True)
class QueueMapping:
    """An event source mapping: the function receives the messages of the queue (an ARN).
    `partial_failures` says whether its result names the messages that failed; if not, all of a
    batch fail together.
    """

    function: str
    queue: str
    batch_size: int
    partial_failures: bool


@dataclass(frozen=True)
class StreamMapping:
    """An event source mapping: the function receives the records of the table's stream.

    `table` is a logical id. If there are patterns, only records that match one of them are
    delivered. `partial_failures` says whether the function's result names the records that failed.
    """

    function: str
    table: str
    batch_size: int
    partial_failures: bool
    patterns: tuple[EventPattern, ...]


@dataclass(frozen=True)
class Schedule:
    """When a function is invoked, and with which event: `input`, or EventBridge's standard event if
    `input` is None.
    """

    function: str
    name: str
    source: str
    expression: str
    time_zone: str
    input: str | None
    arn: str


@dataclass(frozen=True)
class Resources:
    """All resources that the local cloud runs; functions by logical id, queues by ARN."""

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
