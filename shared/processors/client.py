"""Sends requests to a processor's API: few, with short timeouts, only to the address that was
checked (decision 185).
"""

import http.client
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from shared.outgoing.connection import open_connection, request_target
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.processor_api import ApiAccess, ApiUnavailable, Authorization
from shared.webhooks.provider import parse_object
from shared.webhooks.signature import BadSignature

ATTEMPT_SECONDS = 3
MOST_ATTEMPTS = 2
PATIENCE_SECONDS = 9
"""The time for all requests of one delivery. The processor and the gateway wait longer than this
for our answer.
"""
LARGEST_ANSWER = 1024 * 1024
LONGEST_PATH = 300
LONGEST_WAIT_SECONDS = 900
RENEWED_EARLIER_SECONDS = 60
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))
_REFUSED = frozenset((401, 403))
_FOUND = frozenset((200, 204))


@dataclass(frozen=True, slots=True)
class ApiReply:
    """A server's answer, whatever its status. The names of `headers` are in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


class AnswerTooLarge(http.client.HTTPException):
    """An answer has more than `LARGEST_ANSWER` bytes."""


@dataclass(slots=True)
class ProcessorClient:
    """A client of a processor's API, for one delivery. `secret` gives access.

    `our_url` is our own public address. If it is on loopback, the API may be on loopback too.
    """

    access: ApiAccess
    base_url: str
    secret: str
    our_url: str
    clock: Callable[[], float] = time.monotonic
    attempt_seconds: int = ATTEMPT_SECONDS
    patience_seconds: int = PATIENCE_SECONDS
    longest_path: int = LONGEST_PATH
    requests: int = 0
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()

    def get(self, path: str) -> JsonObject:
        """The object at a path.

        Raises `ApiUnavailable` for a temporary failure, `UnusableDelivery` for a permanent one.
        """
        return parse_object(self._fetch(path))

    def rows(self, path: str) -> list[JsonObject]:
        """The objects of the list at a path. An empty answer counts as an empty list. Raises the
        same errors as `get`.
        """
        body = self._fetch(path)
        return parse_object(b'{"rows": %s}' % body).rows("rows") if body else []

    def _fetch(self, path: str) -> bytes:
        """The answer for a path. If the API refuses a token that should still be valid, a new token
        is requested once.
        """
        if not self.secret:
            raise UnusableDelivery("api_not_set_up")
        if len(path) > self.longest_path or not (path.isascii() and path.isprintable()):
            raise UnusableDelivery("missing_id", "an id that no address can hold")
        opened = self._authorization()
        reply = self._send("GET", path, None, opened.headers)
        if reply.status in _REFUSED and opened.seconds is not None:
            _authorizations.clear()
            reply = self._send("GET", path, None, self._authorization().headers)
        return _read(reply, path)

    def _authorization(self) -> Authorization:
        """The headers that give access to the API. A token is cached until shortly before it
        expires.
        """
        name = (self.base_url, self.secret)
        cached, ends = _authorizations.get(name, (None, 0.0))
        if cached is None or (cached.seconds is not None and self.clock() > ends):
            cached = self.access.authorize(self.secret, self._post_form)
            ends = self.clock() + (cached.seconds or 0) - RENEWED_EARLIER_SECONDS
            _authorizations.clear()
            _authorizations[name] = cached, ends
        return cached

    def _post_form(
        self, path: str, fields: Mapping[str, str], headers: Mapping[str, str]
    ) -> JsonObject:
        body = urlencode(fields).encode()
        sent = {"content-type": "application/x-www-form-urlencoded", **headers}
        return parse_object(_read(self._send("POST", path, body, sent), path))

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> ApiReply:
        """The reply to a request. A temporary failure is repeated at once, up to `MOST_ATTEMPTS`
        attempts in total.

        Raises `ApiUnavailable` if the last attempt fails or no time is left.
        """
        sent = {"accept": "application/json", **dict(self.access.headers), **headers}
        for attempt in range(1, MOST_ATTEMPTS + 1):
            if self.clock() - self.began > self.patience_seconds - self.attempt_seconds:
                raise ApiUnavailable("no time left")
            self.requests += 1
            url = self.base_url + path
            try:
                reply = send(method, url, body, sent, self.our_url, self.attempt_seconds)
            except (OSError, http.client.HTTPException, ValueError):
                reply = ApiReply(http.client.SERVICE_UNAVAILABLE, b"")
            if reply.status not in _PASSING:
                return reply
            if attempt == MOST_ATTEMPTS:
                raise ApiUnavailable(str(reply.status), _wait_seconds(reply))
        raise ApiUnavailable("never tried")


_authorizations: dict[tuple[str, str], tuple[Authorization, float]] = {}
"""A cache of the headers that give access, by address and secret. It lives as long as the process
and holds only the last one.
"""


def _wait_seconds(reply: ApiReply) -> int | None:
    """The seconds that the API asks us to wait in `Retry-After`; `None` if it names no number of
    seconds.
    """
    told = reply.headers.get("retry-after", "").partition(".")[0]
    if not (told.isascii() and told.isdigit() and len(told) < 9):
        return None
    return min(int(told), LONGEST_WAIT_SECONDS)


def send(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    our_url: str,
    seconds: float = ATTEMPT_SECONDS,
) -> ApiReply:
    """The reply to one request; redirects are not followed.

    Raises `ValueError` for an address to which we never send. Raises `OSError` or `HTTPException`
    if there is no answer, `AnswerTooLarge` among them.
    """
    with open_connection(url, our_url, seconds) as connection:
        named = {"host": urlsplit(url).netloc, "user-agent": "Grapevine", **headers}
        connection.request(method, request_target(url), body, named)
        answer = connection.getresponse()
        read = answer.read(LARGEST_ANSWER + 1)
    told = {name.lower(): text for name, text in answer.getheaders()}
    body = _unpacked(read) if told.get("content-encoding") == "gzip" else read
    if len(body) > LARGEST_ANSWER:
        raise AnswerTooLarge(f"more than {LARGEST_ANSWER} bytes")
    return ApiReply(answer.status, body, told)


def _unpacked(body: bytes) -> bytes:
    """What a gzip body holds, at most one byte more than `LARGEST_ANSWER`. We do not ask for
    compression, but servers behind a proxy may send it all the same. Raises `HTTPException`.
    """
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(body, LARGEST_ANSWER + 1)
    except zlib.error as broken:
        raise http.client.HTTPException(str(broken)) from None


def download(url: str, our_url: str) -> bytes:
    """A public document of a processor that is needed to check a signature, such as a certificate.

    Raises `BadSignature` if it cannot be read. The processor then sends the delivery again.
    """
    try:
        reply = send("GET", url, None, {}, our_url)
    except (OSError, http.client.HTTPException, ValueError):
        raise BadSignature("nothing_to_check_with") from None
    if reply.status != http.client.OK:
        raise BadSignature("nothing_to_check_with")
    return reply.body


def _read(reply: ApiReply, path: str) -> bytes:
    if reply.status in _REFUSED:
        raise UnusableDelivery("api_refused", str(reply.status))
    if reply.status not in _FOUND:
        raise UnusableDelivery("not_at_processor", path.partition("?")[0])
    return reply.body
