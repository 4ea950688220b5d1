"""The HTTP API on loopback: routes, authorizer, CORS and limits as API Gateway has them, all read from the template."""

import sys

from local.cloud.clock import Clock
from local.cloud.local_api import LocalApi
from local.cloud.functions import Functions, FunctionsUnavailable, InvocationCut, InvocationFailed
from local.cloud.http_events import InvalidResult, GatewayRequest, GatewayResponse, http_event, message_response, problem_response, parse_request, parse_result
from local.cloud.resources import Authorizer, Resources, Route
from local.cloud.routing import Routes, preflight, with_cors

LARGEST_BODY_BYTES = 10 * 1024 * 1024


class BodyTooLarge(Exception):
    """More than API Gateway takes."""


class ClientGone(Exception):
    """The client left before its request was complete; half a request is none."""


class RequestRefused(Exception):
    """The authorizer's no, as a response."""

    def __init__(self, response: GatewayResponse) -> None:
        super().__init__(response.status)
        self.response = response


class Gateway:
    """An ASGI application."""

    def __init__(self, cloud: Resources, functions: Functions, clock: Clock, control: LocalApi) -> None:
        self.cloud, self.functions, self.clock, self.control = cloud, functions, clock, control
        self.routes = Routes(cloud.routes)

    async def __call__(self, scope, receive, send) -> None:
        try:
            body = await read_body(receive)
        except ClientGone:
            return
        except BodyTooLarge:
            return await send_response(send, message_response(413, "Request Entity Too Large"))
        request = parse_request(scope, body)
        response = await self._answer(request)
        await send_response(send, response, (("apigw-requestid", request.id),))

    async def _answer(self, request: GatewayRequest) -> GatewayResponse:
        if request.raw_path.startswith("/_local/"):
            return await self.control.answer(request)
        if ready := preflight(self.cloud.cors, request):
            return ready
        found = self.routes.find(request.method, request.raw_path)
        answer = await self._call(request, *found) if found else message_response(404, "Not Found")
        return with_cors(self.cloud.cors, request, answer)

    async def _call(
        self, request: GatewayRequest, route: Route, parameters: dict[str, str]
    ) -> GatewayResponse:
        try:
            granted = await self._authorize(request, route, parameters)
            event = http_event(request, route, parameters, self.clock.now(), granted)
            return parse_result(await self.functions.invoke(route.function, event))
        except RequestRefused as refused:
            return refused.response
        except FunctionsUnavailable:
            away = problem_response(
                503,
                "functions_restarting",
                "The functions are being started again. Try once more in a second.",
            )
            return GatewayResponse(away.status, (*away.headers, ("retry-after", "1")), away.body)
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
        self, request: GatewayRequest, route: Route, parameters: dict[str, str]
    ) -> dict | None:
        """What the authorizer grants to the handler's context; None on a public route. Raises `RequestRefused`."""
        if route.authorizer is None:
            return None
        identity = _identity(route.authorizer, request, route)
        if identity is None:
            raise RequestRefused(message_response(401, "Unauthorized"))
        event = http_event(request, route, parameters, self.clock.now(), None)
        for absent in ("body", "isBase64Encoded"):
            event.pop(absent, None)
        arn = f"arn:aws:execute-api:us-east-1:000000000000:local/$default/{request.method}{request.raw_path}"
        answer = await self.functions.invoke(
            route.authorizer.function,
            {**event, "type": "REQUEST", "routeArn": arn, "identitySource": identity},
        )
        if not isinstance(answer, dict) or answer.get("isAuthorized") is not True:
            raise RequestRefused(message_response(403, "Forbidden"))
        return answer.get("context") or {}


def _identity(authorizer: Authorizer, request: GatewayRequest, route: Route) -> list[str] | None:
    """The values of the identity sources, none of which may be missing."""
    context = {"routeKey": route.key, "httpMethod": request.method, "path": request.raw_path}
    values = [request.header(name.lower()) for name in authorizer.headers] + [
        context.get(name) for name in authorizer.context
    ]
    return None if any(not value for value in values) else [value for value in values if value]


async def read_body(receive, largest: int = LARGEST_BODY_BYTES) -> bytes:
    body = bytearray()
    while True:
        part = await receive()
        if part["type"] == "http.disconnect":
            raise ClientGone
        body += part.get("body", b"")
        if len(body) > largest:
            raise BodyTooLarge
        if not part.get("more_body"):
            return bytes(body)


async def send_response(
    send, response: GatewayResponse, extra: tuple[tuple[str, str], ...] = ()
) -> None:
    headers = [
        (name.encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in response.headers + extra
        if name != "content-length"
    ]
    headers.append((b"content-length", str(len(response.body)).encode()))
    await send(
        {
            "type": "http.response.start",
            "status": response.status,
            "headers": headers if response.status != 204 else headers[:-1],
        }
    )
    await send({"type": "http.response.body", "body": response.body})
