"""HTTP events as API Gateway sends them (payload 2.0), and the answers of handlers."""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlencode

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
SHOP = {"scope": "shop"}
STAFF = {"scope": "staff"}


@dataclass(frozen=True)
class Answered:
    status: int
    headers: Mapping[str, str]
    text: str
    cookies: list[str]

    @property
    def body(self) -> dict:
        return json.loads(self.text)

    @property
    def code(self) -> str:
        return self.body["code"]

    @property
    def fields(self) -> list[str]:
        return [error["field"] for error in self.body["errors"]]


def http_event(
    route: str,
    *,
    path: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    body: object = None,
    headers: Mapping[str, str] | None = None,
    cookies: list[str] | None = None,
    at: datetime = NOW,
    caller: Mapping[str, str] | None = None,
) -> dict:
    """Build an event.

    `path` holds the parts as a client writes them (percent-encoded); `body` becomes JSON unless it
    is text or bytes.
    """
    method, raw_path = route.split(" ", 1) if " " in route else ("GET", "/nothing/here")
    for name, value in (path or {}).items():
        raw_path = raw_path.replace(f"{{{name}}}", value)
    event = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": raw_path,
        "rawQueryString": urlencode(query or {}),
        "headers": {"host": "grapevine.example.com", **(headers or {})},
        "requestContext": _context(route, method, raw_path, at),
        "isBase64Encoded": isinstance(body, bytes),
    }
    if path:
        event["pathParameters"] = {name: unquote(value) for name, value in path.items()}
    if query:
        event["queryStringParameters"] = dict(query)
    if cookies:
        event["cookies"] = cookies
    if caller:
        event["requestContext"]["authorizer"] = {"lambda": dict(caller)}
    if body is not None:
        event["body"] = _body_text(body)
    return event


def _context(route: str, method: str, raw_path: str, at: datetime) -> dict:
    return {
        "http": {
            "method": method,
            "path": raw_path,
            "protocol": "HTTP/1.1",
            "sourceIp": "127.0.0.1",
            "userAgent": "tests",
        },
        "requestId": "request-1",
        "routeKey": route,
        "stage": "$default",
        "timeEpoch": round(at.timestamp() * 1000),
    }


def _body_text(body: object) -> str:
    if isinstance(body, bytes):
        return base64.b64encode(body).decode()
    return body if isinstance(body, str) else json.dumps(body)


def send(handler: Callable[..., dict], route: str, **parts) -> Answered:
    """Call a handler with a request; `parts` are those of `http_event`."""
    answer = handler(http_event(route, **parts), None)
    return Answered(
        answer["statusCode"], answer["headers"], answer["body"], answer.get("cookies", [])
    )
