"""The one place where HTTP meets us: requests are read, answers and refusals written, nothing gets past unlogged."""

import base64
import binascii
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from urllib.parse import parse_qsl

from shared.api.pagination import USUAL_LIMIT, PageRequest, parse_page
from shared.domain import document
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.instants import parse_instant
from shared.domain.month import parse_month
from shared.fault import told_of
from shared.problem import (
    EXPECTED,
    HEADERS,
    BadRequest,
    TooLarge,
    Unauthorized,
    no_such_route,
    problem,
    refusal_of,
    status_of,
)
from shared.store.deadline import within
from shared.store.engine import open_tables

LARGEST_BODY = 256 * 1024
MOST_FIELDS = 200
LONGEST_ANSWER_SECONDS = 30
"""The gateway's own patience; a function's is told with each call."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOST_PLUS = re.compile(r" (?=\d\d:\d\d$)")
log = logging.getLogger("grapevine")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the authorizer found out: `scope` is shop, staff, read, member, or public where nobody had to say.

    `key` is what the key begins with.
    """

    scope: str
    member: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a JSON document (or nothing), a status, headers and cookies; with a `content_type` the body is text or bytes."""

    body: object = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[str, ...] = ()
    content_type: str | None = None


class Request:
    """One HTTP request as API Gateway tells it (payload 2.0), with a body of at most `largest` bytes."""

    def __init__(self, event: Mapping, largest: int = LARGEST_BODY):
        self.event, self.largest = event, largest

    @property
    def route(self) -> str:
        """The route that the gateway chose, such as `GET /v1/members/{id}`."""
        return self.event["routeKey"]

    @property
    def now(self) -> datetime:
        """When the request arrived."""
        return EPOCH + timedelta(milliseconds=self.event["requestContext"]["timeEpoch"])

    @cached_property
    def headers(self) -> dict[str, str]:
        """Headers by their names in lower case."""
        return {name.lower(): value for name, value in (self.event.get("headers") or {}).items()}

    def header(self, name: str) -> str:
        """The value of a header, stripped; empty where it is absent."""
        return self.headers.get(name.lower(), "").strip()

    def cookie(self, name: str) -> str | None:
        for part in self.event.get("cookies") or ():
            key, _, value = part.partition("=")
            if key.strip() == name:
                return value.strip()
        return None

    def path(self, name: str) -> str:
        """A part of the path, decoded, as it stands there."""
        return (self.event.get("pathParameters") or {}).get(name, "")

    def path_id(self, name: str = "id") -> str:
        """An id in the path; raises `InvalidDocument` naming it."""
        return self._checked(name, self.path(name), document.identifier)

    def path_month(self, name: str = "month") -> str:
        """A month in the path, such as `2026-03`; raises `InvalidDocument` naming it."""
        return self._checked(name, self.path(name), parse_month)

    def query(self, name: str) -> str | None:
        return (self.event.get("queryStringParameters") or {}).get(name)

    @property
    def queries(self) -> dict[str, str]:
        return dict(self.event.get("queryStringParameters") or {})

    def flag(self, name: str) -> bool:
        """A query parameter that is `true`, or `false` or absent."""
        return self._queried(name, _flag, False)

    def count(self, name: str, least: int, most: int) -> int | None:
        """A query parameter that is a whole number, `None` where it is absent."""
        return self._queried(name, lambda text: document.whole(_number(text), least, most), None)

    def instant(self, name: str) -> datetime | None:
        """A query parameter that is an RFC 3339 instant, `None` where it is absent; a plus that was not encoded arrives as a blank."""
        return self._queried(name, lambda text: parse_instant(_LOST_PLUS.sub("+", text)), None)

    def page(self, usual: int = USUAL_LIMIT) -> PageRequest:
        """Which part of a list is asked for, `usual` items where nobody says how many."""
        return parse_page(self.event["rawPath"], self.query("limit"), self.query("cursor"), usual)

    @property
    def caller(self) -> Caller:
        """Who asks; raises `Unauthorized` where the session or the key has ended, which the gateway's kept answers do not know."""
        context = (self.event["requestContext"].get("authorizer") or {}).get("lambda") or {}
        ends = context.get("expires_at")
        if ends is not None and self.now >= parse_instant(ends):
            raise _ended(context)
        return Caller(context.get("scope", "public"), context.get("member"), context.get("key"))

    @cached_property
    def raw(self) -> bytes:
        """The body as it was sent; raises `TooLarge`, `BadRequest`."""
        text = self.event.get("body") or ""
        if self.event.get("isBase64Encoded"):
            try:
                body = base64.b64decode(text, validate=True)
            except (binascii.Error, ValueError):
                raise BadRequest(
                    "invalid_body", "The body cannot be read; send it again."
                ) from None
        else:
            body = text.encode("utf-8", "surrogatepass")
        if len(body) > self.largest:
            raise TooLarge("payload_too_large", f"Send at most {self.largest // 1024} KiB at once.")
        return body

    def body(self) -> dict:
        """The JSON object in the body; raises `BadRequest` where it is no JSON, `InvalidDocument` where it is no object."""
        value = read_json(self.raw)
        if not isinstance(value, dict):
            raise InvalidDocument(
                [FieldError("", f"must be a JSON object, not {document.kind(value)}")]
            )
        return value

    def form(self) -> dict[str, str]:
        """The fields of a form (application/x-www-form-urlencoded), each once, stripped; raises `BadRequest`."""
        try:
            pairs = parse_qsl(
                self.raw.decode(),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=MOST_FIELDS,
            )
        except ValueError:
            raise BadRequest("invalid_form", "The form cannot be read; send it again.") from None
        return {name: value.strip() for name, value in pairs}

    def _queried[T](self, name: str, check: Callable[[str], T], default: T) -> T:
        text = self.query(name)
        return default if text is None else self._checked(name, text, check)

    @staticmethod
    def _checked[T](name: str, text: str, check: Callable[[str], T]) -> T:
        try:
            return check(text)
        except ValueError as error:
            raise InvalidDocument([FieldError(name, str(error))]) from None


def _ended(context: Mapping) -> Unauthorized:
    if "member" in context:
        return Unauthorized(
            "session_expired", "The session has ended; ask the shop's server for a new one."
        )
    return Unauthorized(
        "key_expired", "The key was replaced and has ended; use the one that replaced it."
    )


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


def _number(text: str) -> int | None:
    return int(text[:12]) if text.isascii() and text.isdigit() else None


def read_json(body: bytes) -> object:
    """A JSON text in UTF-8 that names every field once and holds finite numbers; raises `BadRequest`."""
    try:
        return json.loads(
            body.decode(),
            object_pairs_hook=_unique,
            parse_constant=_refuse_constant,
            parse_float=_finite,
        )
    except (ValueError, RecursionError) as error:
        reason = (
            str(error)[:120]
            if isinstance(error, json.JSONDecodeError | _NotJson)
            else "it is nested too deeply or not UTF-8"
        )
        raise BadRequest("invalid_json", f"The body must be JSON in UTF-8: {reason}") from None


class _NotJson(ValueError):
    """Accepted by the parser, not by RFC 8259's advice for exchange between systems."""


def _unique(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _NotJson("a field is named twice in one object")
    return found


def _refuse_constant(name: str) -> None:
    raise _NotJson(f"{name} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise _NotJson("a number is too large")
    return number


class Api:
    """A Lambda handler: the function that was registered for the gateway's route answers, refusals become problem documents."""

    def __init__(self):
        self.routes: dict[str, Callable[[Request], Answer]] = {}
        self.largest: dict[str, int] = {}

    def route[F: Callable[[Request], Answer]](
        self, key: str, largest: int = LARGEST_BODY
    ) -> Callable[[F], F]:
        """Register a function for a route of the template, such as `PUT /v1/members/{id}`; `largest` are the bytes of a body."""

        def register(function: F) -> F:
            self.routes[key], self.largest[key] = function, largest
            return function

        return register

    def __call__(self, event: Mapping, context: object = None) -> dict:
        request = Request(event, self.largest.get(event["routeKey"], LARGEST_BODY))
        open_tables()
        try:
            with within(
                context.get_remaining_time_in_millis() / 1000 if context else LONGEST_ANSWER_SECONDS
            ):
                return response(self._answer(request))
        except EXPECTED as error:
            return response(self.refusal(request, error))
        except (
            Exception
        ) as error:  # the last resort of the whole API: logged, answered, alarmed as a 5xx
            log_fault(request, error)
            return response(self.refusal(request, error))

    def refusal(self, request: Request, error: Exception) -> Answer:
        """How this handler says no: a problem document."""
        return refused(error)

    def _answer(self, request: Request) -> Answer:
        """Who asks, and how large the body is, is judged for every route, whether its function looks or not."""
        function = self.routes.get(request.route)
        if function is None:
            raise no_such_route()
        _ = request.caller, request.raw
        return function(request)


def response(answer: Answer) -> dict:
    """An answer as API Gateway takes it."""
    content = (
        {} if answer.body is None else {"content-type": answer.content_type or "application/json"}
    )
    headers = {**content, "cache-control": "no-store", **answer.headers}
    told = {
        "statusCode": int(answer.status),
        "headers": headers,
        "body": _text(answer),
        "cookies": list(answer.cookies),
    }
    return told | {"isBase64Encoded": True} if isinstance(answer.body, bytes) else told


def _text(answer: Answer) -> str:
    if answer.body is None:
        return ""
    if isinstance(answer.body, bytes):
        return base64.b64encode(answer.body).decode()
    return answer.body if answer.content_type else json_text(answer.body)


def refused(error: Exception) -> Answer:
    """A refusal as an answer."""
    refusal = refusal_of(error)
    headers = {
        "content-type": "application/problem+json",
        **HEADERS.get(type(refusal), {}),
        **refusal.headers,
    }
    return Answer(problem(refusal), status_of(refusal).value, headers)


def json_text(value: object) -> str:
    """Compact JSON that UTF-8 can carry, whatever was sent to us."""
    return (
        json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        .encode("utf-8", "backslashreplace")
        .decode()
    )


def log_fault(request: Request, error: Exception) -> None:
    told = {"route": request.route, **told_of(error)}
    log.error("unhandled fault: %s", json.dumps(told), extra=told)
