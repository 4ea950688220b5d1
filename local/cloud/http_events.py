"""Between ASGI and Lambda: requests as HTTP API events of payload 2.0, results as responses."""

import base64
import json
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qsl

from local.cloud.resources import Route
from local.cloud.template import ACCOUNT

_TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")


@dataclass(frozen=True)
class GatewayRequest:
    method: str
    raw_path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    source_ip: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex[:15] + "=")

    def header(self, name: str) -> str | None:
        """Values of one name joined as HTTP allows."""
        return ",".join(value for key, value in self.headers if key == name) or None


@dataclass(frozen=True)
class GatewayResponse:
    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


class InvalidResult(Exception):
    """A handler's result that HTTP API would not take."""


def parse_request(scope: dict, body: bytes) -> GatewayRequest:
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
    route: Route,
    path_parameters: dict[str, str],
    now: datetime,
    authorizer: dict | None,
) -> dict:
    event = {
        "version": "2.0",
        "routeKey": route.key,
        "rawPath": request.raw_path,
        "rawQueryString": request.query,
        "headers": _headers(request),
        "requestContext": _context(request, route, now),
        **_body(request),
    }
    if cookies := [
        part.strip() for part in (request.header("cookie") or "").split(";") if part.strip()
    ]:
        event["cookies"] = cookies
    if query := _query(request.query):
        event["queryStringParameters"] = query
    if path_parameters:
        event["pathParameters"] = path_parameters
    if authorizer is not None:
        event["requestContext"]["authorizer"] = {"lambda": authorizer}
    return event


def _headers(request: GatewayRequest) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in request.headers:
        if name != "cookie":
            joined[name] = f"{joined[name]},{value}" if name in joined else value
    joined["x-forwarded-for"] = (
        f"{joined['x-forwarded-for']}, {request.source_ip}"
        if "x-forwarded-for" in joined
        else request.source_ip
    )
    return joined


def _query(text: str) -> dict[str, str]:
    joined: dict[str, str] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _context(request: GatewayRequest, route: Route, now: datetime) -> dict:
    host = request.header("host") or "127.0.0.1"
    return {
        "accountId": ACCOUNT,
        "apiId": "local",
        "domainName": host,
        "domainPrefix": host.partition(".")[0],
        "http": {
            "method": request.method,
            "path": request.raw_path,
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


def _body(request: GatewayRequest) -> dict:
    if not request.body:
        return {"isBase64Encoded": False}
    if (request.header("content-type") or "").strip().lower().startswith(_TEXT_TYPES):
        try:
            return {"body": request.body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(request.body).decode(), "isBase64Encoded": True}


def parse_result(result: object) -> GatewayResponse:
    """As HTTP API reads a result: one without `statusCode` is the JSON body of a 200."""
    if not isinstance(result, dict) or "statusCode" not in result:
        return GatewayResponse(
            200,
            (("content-type", "application/json"),),
            json.dumps(result, separators=(",", ":")).encode(),
        )
    try:
        status = int(result["statusCode"])
        headers = [
            (str(name).lower(), str(value)) for name, value in (result.get("headers") or {}).items()
        ]
        for name, values in (result.get("multiValueHeaders") or {}).items():
            headers += [(str(name).lower(), str(value)) for value in values]
        headers += [("set-cookie", str(cookie)) for cookie in result.get("cookies") or ()]
        body = result.get("body") or ""
        content = base64.b64decode(body) if result.get("isBase64Encoded") else body.encode()
    except (AttributeError, TypeError, ValueError) as problem:
        raise InvalidResult(str(problem)) from problem
    if not any(name == "content-type" for name, _ in headers) and content:
        headers.append(("content-type", "text/plain;charset=utf-8"))
    return GatewayResponse(status, tuple(headers), content)


def message_response(status: int, text: str) -> GatewayResponse:
    """The API gateway's own way to answer."""
    return GatewayResponse(
        status,
        (("content-type", "application/json"),),
        json.dumps({"message": text}, separators=(",", ":")).encode(),
    )


def problem_response(status: int, code: str, detail: str, **extra: object) -> GatewayResponse:
    """The local cloud's own way to answer, as the product's (RFC 9457)."""
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
