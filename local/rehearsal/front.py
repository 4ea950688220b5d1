"""The HTTP front of the rehearsed stack: the local cloud's API Gateway, in front of deployed
functions.
"""

import asyncio
import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from local.cloud.asgi import Receive, Scope, Send
from local.cloud.clock import Clock, format_instant, parse_instant
from local.cloud.gateway import Gateway
from local.cloud.http_events import GatewayRequest, GatewayResponse, json_response
from local.cloud.loopback import serve_in_thread
from local.cloud.resource_reader import read_resources
from local.cloud.template import read_template
from local.operations.deployed_stack import DeployedStack, client, load_stack
from local.rehearsal.cloud import STACK, RehearsalFailed
from local.rehearsal.deployed_api import DeployedFunctions, read_routes

_POLL_SECONDS = 0.2
_QUIET_LOOKS = 3
"""How often in a row all queues must be empty until the stack counts as idle. In that time the
streams, whose records become messages, are read twice.
"""
_STUCK_SECONDS = 150
_QUEUE = "AWS::SQS::Queue"
_DEPTHS = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


class Front:
    """An ASGI application that passes requests to the deployed stack; `clock` gives the time of
    requests.
    """

    def __init__(self) -> None:
        self.clock, self.functions = Clock(), DeployedFunctions()
        self.gateway: Gateway | None = None

    def look_at(self, build: Path) -> None:
        """Uses the routes and functions of the stack as it is deployed now; `build` is what was
        deployed.
        """
        stack = load_stack(STACK)
        declared = read_resources(read_template(build / "template.yaml"))
        routed = replace(declared, routes=read_routes(stack))
        self.gateway = Gateway(routed, self.functions, self.clock, FrontApi(stack, self.clock))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.gateway is None:
            raise RehearsalFailed("nothing is deployed yet")
        await self.gateway(scope, receive, send)


class FrontApi:
    """The endpoints of the local cloud that the scenes need: the clock, and waiting until
    everything is processed.
    """

    def __init__(self, stack: DeployedStack, clock: Clock) -> None:
        self.stack, self.clock = stack, clock

    async def answer(self, request: GatewayRequest) -> GatewayResponse:
        match f"{request.method} {request.raw_path}":
            case "GET /_local/clock":
                now = format_instant(self.clock.now())
                return json_response(200, {"now": now, "follows": self.clock.follows})
            case "POST /_local/clock":
                now = json.loads(request.body)["now"]
                self.clock.set(parse_instant(now) if now else None)
                return json_response(200, {"now": now})
            case "POST /_local/drain":
                dead_letters = await asyncio.to_thread(wait_until_idle, self.stack)
                return json_response(200, {"idle": True, "dead_letters": dead_letters})
        return json_response(404, {"message": "not of a rehearsal"})


def wait_until_idle(stack: DeployedStack) -> dict[str, int]:
    """Waits until no queue has messages, and returns the number of dead letters by queue.

    Raises `RehearsalFailed` if messages still wait after 150 seconds.
    """
    sqs, quiet, deadline = client("sqs"), 0, time.monotonic() + _STUCK_SECONDS
    while True:
        depths = {logical: sum(_depths(sqs, url)) for logical, url in stack.of_kind(_QUEUE).items()}
        dead = {name: depth for name, depth in depths.items() if name.endswith("DeadLetters")}
        waiting = {name: depth for name, depth in depths.items() if depth and name not in dead}
        quiet = 0 if waiting else quiet + 1
        if quiet == _QUIET_LOOKS:
            return dead
        if time.monotonic() > deadline:
            raise RehearsalFailed(f"messages wait and none gets done: {waiting}")
        time.sleep(_POLL_SECONDS)


def _depths(sqs: Any, url: str) -> Iterator[int]:
    answer = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(_DEPTHS))
    return (int(answer["Attributes"][name]) for name in _DEPTHS)


@contextmanager
def open_front(gate: socket.socket) -> Iterator[Front]:
    front = Front()
    with serve_in_thread(front, gate):
        yield front
