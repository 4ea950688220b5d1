"""HTTP as Lambda sees it: requests as HTTP API events of payload 2.0, results as responses."""

import base64
import json
import uuid
from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, unquote

from local.cloud.resources import ApiRoute
from local.cloud.template import ACCOUNT

_TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")


@dataclass(frozen=True)
class GatewayRequest:
    """A request with its names of headers in lower case, its path and query as they were sent."""

    method: str
    raw_path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:15] + "=")

    def header(self, name: str) -> str | None:
        """Return the header's values, joined by commas where it was sent more than once."""
        return ",".join(value for key, value in self.headers if key == name) or None


@dataclass(frozen=True)
class GatewayResponse:
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class InvalidResult(Exception):
    """A handler returned what HTTP API does not accept."""


def parse_request(scope: MutableMapping[str, Any], body: bytes) -> GatewayRequest:
    """Make a request of an ASGI scope and its body."""
    headers = tuple(
        (name.decode("latin-1").lower(), value.decode("latin-1"))
        for name, value in scope["headers"]
    )
    client = scope.get("client") or ("127.0.0.1", 0)
    return GatewayRequest(
        scope["method"],
        scope["raw_path"].decode("latin-1"),
        scope["query_string"].decode("latin-1"),
        headers,
        body,
        client[0],
    )


def http_event(
    request: GatewayRequest,
    route: ApiRoute,
    path_parameters: dict[str, str],
    now: datetime,
    authorizer: dict[str, Any] | None,
) -> dict[str, Any]:
    """Return the event that a function gets; `authorizer` is the context that one granted.

    As HTTP APIs do, it has the path decoded, `rawPath` too.
    """
    context = _request_context(request, route, now)
    if authorizer is not None:
        context["authorizer"] = {"lambda": authorizer}
    event = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": unquote(request.raw_path),
        "rawQueryString": request.query,
        "headers": _event_headers(request),
        "requestContext": context,
        **_event_body(request),
    }
    cookies = (part.strip() for part in (request.header("cookie") or "").split(";"))
    optional = {
        "cookies": [cookie for cookie in cookies if cookie],
        "queryStringParameters": _query_parameters(request.query),
        "pathParameters": path_parameters,
    }
    return event | {name: value for name, value in optional.items() if value}


def _event_headers(request: GatewayRequest) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, value in request.headers:
        if name != "cookie":
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    forwarded = headers.get("x-forwarded-for")
    headers["x-forwarded-for"] = (
        f"{forwarded}, {request.source_ip}" if forwarded is not None else request.source_ip
    )
    return headers


def _query_parameters(query: str) -> dict[str, str]:
    """Return the parameters; values of one name are joined by commas, as API Gateway does."""
    parameters: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    return parameters


def _request_context(request: GatewayRequest, route: ApiRoute, now: datetime) -> dict[str, Any]:
    host = request.header("host") or "127.0.0.1"
    return {
        "accountId": ACCOUNT,
        "apiId": "local",
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": unquote(request.raw_path),
            "protocol": "HTTP/1.1",
            "sourceIp": request.source_ip,
            "userAgent": request.header("user-agent") or "",
        },
        "requestId": request.id,
        "routeKey": route.key,
        "stage": "$default",
        "time": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "timeEpoch": int(now.timestamp() * 1000),
    }


def _event_body(request: GatewayRequest) -> dict[str, str | bool]:
    if not request.body:
        return {"isBase64Encoded": False}
    if (request.header("content-type") or "").strip().lower().startswith(_TEXT_TYPES):
        try:
            return {"body": request.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}


def parse_result(result: object) -> GatewayResponse:
    """Make a response of a handler's result.

    As HTTP API does, one without `statusCode` is taken as the JSON body of a 200. Raises
    InvalidResult.
    """
    if not isinstance(result, dict) or "statusCode" not in result:
        return json_response(200, result)
    try:
        status = int(result["statusCode"])
        headers = _result_headers(result)
        body = result.get("body") or ""
        content = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    except (AttributeError, TypeError, ValueError) as problem:
        raise InvalidResult(str(problem)) from problem
    if not any(name == "content-type" for name, _ in headers) and content:
        headers.append(("content-type", "text/plain;charset=utf-8"))
    return GatewayResponse(status, tuple(headers), content)


def _result_headers(result: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the headers; payload 2.0 knows no `multiValueHeaders`, only `cookies`."""
    headers = [
        (str(name).lower(), str(value)) for name, value in (result.get("headers") or {}).items()
    ]
    return headers + [("set-cookie", str(cookie)) for cookie in result.get("cookies") or ()]


def json_response(status: int, value: object) -> GatewayResponse:
    body = json.dumps(value, separators=(",", ":")).encode()
    return GatewayResponse(status, (("content-type", "application/json"),), body)


def message_response(status: int, text: str) -> GatewayResponse:
    """Return an error of API Gateway itself, `{"message": ...}`."""
    return json_response(status, {"message": text})


def problem_response(status: int, code: str, detail: str, **extra: object) -> GatewayResponse:
    """Return an error of the local cloud, as a problem of RFC 9457 like the product's own."""
    body = {
        "type": "about:blank",
        "title": code.replace("_", " "),
        "status": status,
        "code": code,
        "detail": detail,
        **extra,
    }
    headers = (("content-type", "application/problem+json"),)
    return GatewayResponse(status, headers, json.dumps(body).encode())
