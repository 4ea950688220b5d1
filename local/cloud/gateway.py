"""The HTTP API on loopback, with the routes, the authorizer and the CORS settings of the template.

Limits and error responses are those of API Gateway. Two errors exist only here and are answered as
problems: `functions_restarting` (503) and `invocation_cut` (502).
"""

import asyncio
import json
import sys
from typing import Any, Protocol

from local.cloud.asgi import (
    BodyTooLarge,
    ClientGone,
    Receive,
    Scope,
    Send,
    read_body,
    send_response,
)
from local.cloud.clock import Clock
from local.cloud.functions import FunctionsUnavailable, InvocationCut, InvocationFailed
from local.cloud.http_events import (
    GatewayRequest,
    GatewayResponse,
    InvalidResult,
    http_event,
    message_response,
    parse_request,
    parse_result,
    problem_response,
)
from local.cloud.resources import ApiRoute, Authorizer, Resources
from local.cloud.routing import Routes, is_preflight, with_cors
from local.cloud.template import ACCOUNT, REGION

MAX_BODY_BYTES = 10 * 1024 * 1024
MAX_HEADER_BYTES = 10_240
"""Limit for the request line and all headers together."""
MAX_EVENT_BYTES = 6 * 1024 * 1024
"""Lambda's limit for an event and for a result, as JSON. A body in base64 is a third longer than
its bytes.
"""
MAX_SECONDS = 30
"""How long the gateway waits for a function, even if the function's own timeout is longer."""


class RequestRefused(Exception):
    """The authorizer refused the request; `response` is the response to send."""

    def __init__(self, response: GatewayResponse) -> None:
        super().__init__(response.status)
        self.response = response


class Invoker(Protocol):
    """Invokes functions by name; `invoke` raises what `Functions.invoke` raises."""

    async def invoke(self, function: str, event: object) -> Any: ...


class OwnApi(Protocol):
    """Answers the requests whose path begins with `/_local/`."""

    async def answer(self, request: GatewayRequest) -> GatewayResponse: ...


class Gateway:
    """The ASGI application of the HTTP API."""

    def __init__(
        self, resources: Resources, functions: Invoker, clock: Clock, local_api: OwnApi
    ) -> None:
        self.cors, self.routes = resources.cors, Routes(resources.routes)
        self.functions, self.clock, self.local_api = functions, clock, local_api

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            body = await read_body(receive, MAX_BODY_BYTES)
        except ClientGone:
            return
        except BodyTooLarge:
            return await send_response(send, message_response(413, "Request Entity Too Large"))
        request = parse_request(scope, body)
        if _header_bytes(request) > MAX_HEADER_BYTES:
            response = message_response(431, "Request Header Fields Too Large")
        else:
            response = await self._answer(request)
        await send_response(send, response, (("apigw-requestid", request.id),))

    async def _answer(self, request: GatewayRequest) -> GatewayResponse:
        if request.raw_path.startswith("/_local/"):
            return await self.local_api.answer(request)
        if match := self.routes.find(request.method, request.raw_path):
            response = await self._invoke(request, *match)
        elif is_preflight(self.cors, request):
            response = GatewayResponse(204)
        else:
            response = message_response(404, "Not Found")
        return with_cors(self.cors, request, response)

    async def _invoke(
        self, request: GatewayRequest, route: ApiRoute, parameters: dict[str, str]
    ) -> GatewayResponse:
        try:
            granted = await self._authorize(request, route, parameters)
            event = http_event(request, route, parameters, self.clock.now(), granted)
            if _json_bytes(event) > MAX_EVENT_BYTES:
                return message_response(413, "Request Entity Too Large")
            result = await asyncio.wait_for(
                self.functions.invoke(route.function, event), MAX_SECONDS
            )
            if _json_bytes(result) > MAX_EVENT_BYTES:
                raise InvalidResult(f"{route.function} answers more than Lambda gives back")
            return parse_result(result)
        except RequestRefused as refused:
            return refused.response
        except TimeoutError:
            return message_response(503, "Service Unavailable")
        except FunctionsUnavailable:
            return _functions_restarting()
        except InvocationCut:
            return problem_response(
                502,
                "invocation_cut",
                "The functions ended while they worked on this. Repeat the request.",
            )
        except (InvocationFailed, InvalidResult) as failure:
            if sys.stderr.isatty():
                print(f"grapevine: {route.key} failed: {failure}", file=sys.stderr)
            return message_response(500, "Internal Server Error")

    async def _authorize(
        self, request: GatewayRequest, route: ApiRoute, parameters: dict[str, str]
    ) -> dict[str, Any] | None:
        """Returns the context that the authorizer gives the request; None if the route is public.

        Raises RequestRefused, and what `Functions.invoke` raises.
        """
        if route.authorizer is None:
            return None
        identity = _identity_sources(route.authorizer, request, route)
        if identity is None:
            raise RequestRefused(message_response(401, "Unauthorized"))
        event = http_event(request, route, parameters, self.clock.now(), None)
        for absent in ("body", "isBase64Encoded"):
            event.pop(absent, None)
        api_arn = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:local"
        event |= {
            "type": "REQUEST",
            "routeArn": f"{api_arn}/$default/{request.method}{request.raw_path}",
            "identitySource": identity,
        }
        result = await self.functions.invoke(route.authorizer.function, event)
        if not isinstance(result, dict) or result.get("isAuthorized") is not True:
            raise RequestRefused(message_response(403, "Forbidden"))
        return result.get("context") or {}


def _header_bytes(request: GatewayRequest) -> int:
    line = len(request.method) + len(request.raw_path) + len(request.query)
    return line + sum(len(name) + len(value) for name, value in request.headers)


def _json_bytes(value: object) -> int:
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def _functions_restarting() -> GatewayResponse:
    response = problem_response(
        503,
        "functions_restarting",
        "The functions are being started again. Try once more in a second.",
    )
    headers = (*response.headers, ("retry-after", "1"))
    return GatewayResponse(response.status, headers, response.body)


def _identity_sources(
    authorizer: Authorizer, request: GatewayRequest, route: ApiRoute
) -> list[str] | None:
    """Returns the values of the authorizer's identity sources, or None if one of them is missing."""
    context = {"routeKey": route.key, "httpMethod": request.method, "path": request.raw_path}
    values = [request.header(name.lower()) for name in authorizer.headers] + [
        context.get(name) for name in authorizer.context
    ]
    present = [value for value in values if value]
    return present if len(present) == len(values) else None
