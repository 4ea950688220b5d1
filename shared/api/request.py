"""An HTTP request as routes read it."""

import base64
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import NotRequired, TypedDict, cast
from urllib.parse import parse_qsl, quote, urlencode

from shared.api.json_text import parse_json
from shared.api.multipart import MULTIPART, find_file, parse_multipart
from shared.api.pagination import USUAL_LIMIT, PageRequest, parse_page
from shared.api.trusted_proxy import forwarded_address
from shared.domain import document
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.instants import parse_instant
from shared.domain.month import parse_month
from shared.problem import BadRequest, TooLarge, Unauthorized
from shared.tables.text import UnreadableTable

LARGEST_BODY = 256 * 1024
MOST_FIELDS = 600
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOST_PLUS = re.compile(r" (?=\d\d:\d\d$)")

AuthorizerResult = TypedDict("AuthorizerResult", {"lambda": Mapping[str, str]}, total=False)


class HttpDescription(TypedDict):
    """The method of a request, and the address that sent it."""

    method: str
    sourceIp: str


class GatewayContext(TypedDict):
    """What the gateway adds to a request. `timeEpoch` is in milliseconds."""

    timeEpoch: int
    http: HttpDescription
    authorizer: NotRequired[AuthorizerResult | None]


class HttpEvent(TypedDict):
    """The fields that we read of an API Gateway request (payload 2.0)."""

    routeKey: str
    rawPath: str
    requestContext: GatewayContext
    headers: NotRequired[Mapping[str, str] | None]
    cookies: NotRequired[list[str] | None]
    pathParameters: NotRequired[Mapping[str, str] | None]
    queryStringParameters: NotRequired[Mapping[str, str] | None]
    body: NotRequired[str | None]
    isBase64Encoded: NotRequired[bool]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls, as the authorizer found.

    * `scope`: shop, staff, read or member; public on a route that is open to everybody.
    * `member`: the id of the member whose session it is.
    * `key`: the first letters of the API key, or `staff:<id>` for a session of the console.
    """

    scope: str
    member: str | None = None
    key: str | None = None


class Request:
    """One HTTP request, with a body of at most `largest` bytes."""

    def __init__(self, event: Mapping[str, object], largest: int = LARGEST_BODY):
        self.event = cast(HttpEvent, event)
        self.largest = largest

    @property
    def route(self) -> str:
        """The route that the gateway chose, such as `GET /v1/members/{id}`."""
        return self.event["routeKey"]

    @property
    def method(self) -> str:
        return self.event["requestContext"]["http"]["method"]

    @property
    def raw_path(self) -> str:
        """The path without the query, with its parts percent-encoded.

        It is built from the route and the path parameters, because API Gateway decodes `rawPath`.
        """
        path = self.route.partition(" ")[2]
        for name, value in (self.event.get("pathParameters") or {}).items():
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
            path = path.replace(f"{{{name}+}}", quote(value, safe="/"))
        return path or self.event["rawPath"]

    @property
    def source_ip(self) -> str:
        """The visitor's internet address: the one that a trusted proxy sends, or else the address
        of the connection (specification: trusted-proxy).
        """
        return forwarded_address(self.headers) or self.event["requestContext"]["http"]["sourceIp"]

    @property
    def now(self) -> datetime:
        """When the request arrived."""
        return EPOCH + timedelta(milliseconds=self.event["requestContext"]["timeEpoch"])

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers, with names in lower case."""
        return {name.lower(): value for name, value in (self.event.get("headers") or {}).items()}

    def header(self, name: str) -> str:
        """The value of a header without surrounding spaces; empty if the header is absent."""
        return self.headers.get(name.lower(), "").strip()

    def cookie(self, name: str) -> str | None:
        for cookie in self.event.get("cookies") or ():
            key, _, value = cookie.partition("=")
            if key.strip() == name:
                return value.strip()
        return None

    def path(self, name: str) -> str:
        """A decoded part of the path; empty if the route has no part of this name."""
        return (self.event.get("pathParameters") or {}).get(name, "")

    def path_id(self, name: str = "id") -> str:
        """An id in the path. This method and the readers below raise `InvalidDocument`, which names
        the parameter.
        """
        return _check(name, self.path(name), document.parse_identifier)

    def path_month(self, name: str = "month") -> str:
        """A month in the path, such as `2026-03`."""
        return _check(name, self.path(name), parse_month)

    def query(self, name: str) -> str | None:
        return self.queries.get(name)

    @property
    def queries(self) -> dict[str, str]:
        return dict(self.event.get("queryStringParameters") or {})

    def flag(self, name: str) -> bool:
        """A query parameter that is `true` or `false`; False if it is absent."""
        text = self.query(name)
        return text is not None and _check(name, text, _parse_flag)

    def count(self, name: str, least: int, most: int) -> int | None:
        """A query parameter that is a whole number from `least` to `most`; `None` if it is absent."""
        text = self.query(name)
        if text is None:
            return None
        return _check(name, text, lambda text: document.parse_whole(_digits(text), least, most))

    def instant(self, name: str) -> datetime | None:
        """A query parameter that is an RFC 3339 instant; `None` if it is absent.

        A plus sign that the sender did not encode arrives as a space and is read as a plus.
        """
        text = self.query(name)
        if text is None:
            return None
        return _check(name, text, lambda text: parse_instant(_LOST_PLUS.sub("+", text)))

    def page(self, usual: int = USUAL_LIMIT, **filters: str) -> PageRequest:
        """The page of a list that the request asks for; `usual` is the limit if the request names
        none.

        A cursor is valid only with the same `filters`.
        """
        path = f"{self.raw_path}?{urlencode(filters)}" if filters else self.raw_path
        return parse_page(path, self.query("limit"), self.query("cursor"), usual)

    @property
    def caller(self) -> Caller:
        """The caller. Raises `Unauthorized` if the session or the key has ended.

        The end is checked here because the gateway caches the authorizer's answer and may use it
        after that end.
        """
        context = (self.event["requestContext"].get("authorizer") or {}).get("lambda") or {}
        expires_at = context.get("expires_at")
        if expires_at is not None and self.now >= parse_instant(expires_at):
            raise _expired(context)
        return Caller(context.get("scope", "public"), context.get("member"), context.get("key"))

    @cached_property
    def raw(self) -> bytes:
        """The bytes of the body. Raises `TooLarge`, or `BadRequest` if its base64 cannot be
        decoded.
        """
        text = self.event.get("body") or ""
        if self.event.get("isBase64Encoded"):
            try:
                body = base64.b64decode(text, validate=True)
            except ValueError:
                detail = "The body cannot be read. Send it again."
                raise BadRequest("invalid_body", detail) from None
        else:
            body = text.encode("utf-8", "surrogatepass")
        if len(body) > self.largest:
            raise TooLarge(
                "payload_too_large",
                f"The body is too large. Send at most {self.largest // 1024} KiB at a time.",
            )
        return body

    def body(self) -> dict[str, object]:
        """The JSON object in the body. Raises `BadRequest`, or `InvalidDocument` if the JSON is not
        an object.
        """
        value = parse_json(self.raw)
        if not isinstance(value, dict):
            message = f"must be a JSON object, not {document.json_type(value)}"
            raise InvalidDocument([FieldError("", message)])
        return value

    def body_if_any(self) -> dict[str, object]:
        """The JSON object in the body; empty if the request has no body. Raises as `body` does."""
        return self.body() if self.raw else {}

    def form(self) -> dict[str, str]:
        """The fields of a form, without surrounding spaces. The form may be
        `application/x-www-form-urlencoded`, or `multipart/form-data` with a file.

        If a field occurs twice, the last one counts. Raises `BadRequest`, and `InvalidDocument` if a
        file is no table.
        """
        content_type = self.header("content-type")
        try:
            if content_type.startswith(MULTIPART):
                return parse_multipart(content_type, self.raw, MOST_FIELDS)
            pairs = parse_qsl(
                self.raw.decode(),
                keep_blank_values=True,
                errors="strict",
                max_num_fields=MOST_FIELDS,
            )
        except UnreadableTable as fault:
            raise InvalidDocument([FieldError("file", str(fault))]) from None
        except ValueError:
            raise _unreadable_form() from None
        return {name: value.strip() for name, value in pairs}

    def file(self, name: str) -> bytes:
        """The bytes of the file in a field of a form; empty if there is none. Raises `BadRequest`."""
        content_type = self.header("content-type")
        if not content_type.startswith(MULTIPART):
            return b""
        try:
            return find_file(content_type, self.raw, name)
        except ValueError:
            raise _unreadable_form() from None


def _unreadable_form() -> BadRequest:
    return BadRequest("invalid_form", "The form cannot be read. Send it again.")


def _check[T](name: str, text: str, parse: Callable[[str], T]) -> T:
    try:
        return parse(text)
    except ValueError as error:
        raise InvalidDocument([FieldError(name, str(error))]) from None


def _expired(context: Mapping[str, str]) -> Unauthorized:
    if "member" in context:
        return Unauthorized(
            "session_expired", "The session has ended. Get a new one from the shop's server."
        )
    return Unauthorized("key_expired", "This key was replaced and has expired. Use the new one.")


def _parse_flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError("must be true or false")
    return text == "true"


def _digits(text: str) -> int | None:
    """The number that a text of ASCII digits writes; `None` for any other text."""
    return int(text[:12]) if text.isascii() and text.isdigit() else None
