"""Converts HTTP requests to the events that Lambda functions receive (HTTP API, payload 2.0), and
their results to HTTP responses.
"""

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
    """An HTTP request. Header names are in lower case; path and query are as they were sent."""

    method: str
    raw_path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:15] + "=")

    def header(self, name: str) -> str | None:
        """Returns the value of a header, None if it is missing. Values of a repeated header are
        joined by commas.
        """
        return ",".join(value for key, value in self.headers if key == name) or None


@dataclass(frozen=True)
class GatewayResponse:
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class InvalidResult(Exception):
    """A handler returned a result that API Gateway does not accept."""


def parse_request(scope: MutableMapping[str, Any], body: bytes) -> GatewayRequest:
    """Builds a request from an ASGI scope and the body."""
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
    """Returns the event for a function; `authorizer` is the context that the authorizer returned.

    As in API Gateway's HTTP APIs the path is decoded, in `rawPath` too.
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
    """Returns the query parameters. Values of a repeated name are joined by commas, as API Gateway
    does.
    """
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
    """Convert the result of a handler to a response; raises InvalidResult.

    As in API Gateway, a result without `statusCode` is the JSON body of a response with status 200.
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
    """Returns the headers of the response. In payload 2.0 only cookies can be repeated, as
    `cookies`; `multiValueHeaders` does not exist.
    """
    headers = [
        (str(name).lower(), str(value)) for name, value in (result.get("headers") or {}).items()
    ]
    return headers + [("set-cookie", str(cookie)) for cookie in result.get("cookies") or ()]


def json_response(status: int, value: object) -> GatewayResponse:
    body = json.dumps(value, separators=(",", ":")).encode()
    return GatewayResponse(status, (("content-type", "application/json"),), body)


def message_response(status: int, text: str) -> GatewayResponse:
    """Returns an error response in API Gateway's own format, `{"message": ...}`."""
    return json_response(status, {"message": text})


def problem_response(status: int, code: str, detail: str, **extra: object) -> GatewayResponse:
    """Returns an error response of the local cloud, in the format of the product's own errors (RFC
    9457).
    """
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
