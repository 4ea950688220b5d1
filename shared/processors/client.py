"""Requests to a processor's API: short, few, to the address that was checked (decision 185)."""

import http.client
import time
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
"""For all requests of one delivery: the processor and the gateway wait longer than that."""
LARGEST_ANSWER = 1024 * 1024
LONGEST_PATH = 300
RENEWED_EARLIER_SECONDS = 60
_PASSING = frozenset((408, 425, 429, 500, 502, 503, 504))
_REFUSED = frozenset((401, 403))
_FOUND = frozenset((200, 204))


@dataclass(frozen=True, slots=True)
class ApiReply:
    """What a server answered, whatever its status."""

    status: int
    body: bytes


@dataclass(slots=True)
class ProcessorClient:
    """A processor's API for one delivery, opened by `secret`.

    `our_url` is our own public address: where that is on loopback, the API may be, too.
    """

    access: ApiAccess
    base_url: str
    secret: str
    our_url: str
    clock: Callable[[], float] = time.monotonic
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()

    def get(self, path: str) -> JsonObject:
        """Raises `ApiUnavailable` for what passes, `UnusableDelivery` for what does not."""
        return parse_object(self._fetch(path))

    def rows(self, path: str) -> list[JsonObject]:
        """Raises as `get` does. An API may answer an empty list with nothing at all."""
        body = self._fetch(path)
        return parse_object(b'{"rows": %s}' % body).rows("rows") if body else []

    def _fetch(self, path: str) -> bytes:
        """The answer under a path; a token that was withdrawn before its time is renewed once."""
        if not self.secret:
            raise UnusableDelivery("api_not_set_up")
        if len(path) > LONGEST_PATH or not (path.isascii() and path.isprintable()):
            raise UnusableDelivery("missing_id", "an id that no address can hold")
        opened = self._authorization()
        reply = self._send("GET", path, None, opened.headers)
        if reply.status in _REFUSED and opened.seconds is not None:
            _authorizations.clear()
            reply = self._send("GET", path, None, self._authorization().headers)
        return _read(reply, path)

    def _authorization(self) -> Authorization:
        """The headers that open the API; a token is kept until shortly before its end."""
        name = (self.base_url, self.secret)
        kept, ends = _authorizations.get(name, (None, 0.0))
        if kept is None or (kept.seconds is not None and self.clock() > ends):
            kept = self.access.authorize(self.secret, self._post_form)
            ends = self.clock() + (kept.seconds or 0) - RENEWED_EARLIER_SECONDS
            _authorizations.clear()
            _authorizations[name] = kept, ends
        return kept

    def _post_form(
        self, path: str, fields: Mapping[str, str], headers: Mapping[str, str]
    ) -> JsonObject:
        body = urlencode(fields).encode()
        sent = {"content-type": "application/x-www-form-urlencoded", **headers}
        return parse_object(_read(self._send("POST", path, body, sent), path))

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> ApiReply:
        """The last reply of at most `MOST_ATTEMPTS`; what passes is tried again at once."""
        sent = {"accept": "application/json", **dict(self.access.headers), **headers}
        for attempt in range(1, MOST_ATTEMPTS + 1):
            if self.clock() - self.began > PATIENCE_SECONDS - ATTEMPT_SECONDS:
                raise ApiUnavailable("no time left")
            try:
                reply = send(method, self.base_url + path, body, sent, self.our_url)
            except (OSError, http.client.HTTPException, ValueError):
                reply = ApiReply(http.client.SERVICE_UNAVAILABLE, b"")
            if reply.status not in _PASSING:
                return reply
            if attempt == MOST_ATTEMPTS:
                raise ApiUnavailable(str(reply.status))
        raise ApiUnavailable("never tried")


_authorizations: dict[tuple[str, str], tuple[Authorization, float]] = {}
"""What opens the API by its address and secret, as long as this process lives; one at a time."""


def send(
    method: str, url: str, body: bytes | None, headers: Mapping[str, str], our_url: str
) -> ApiReply:
    """One request, no redirects. Raises `ValueError` for an address where we send nothing or for
    an answer that is too large, `OSError` and `HTTPException` where nobody answers.
    """
    with open_connection(url, our_url, ATTEMPT_SECONDS) as connection:
        named = {"host": urlsplit(url).netloc, "user-agent": "Grapevine", **headers}
        connection.request(method, request_target(url), body, named)
        answer = connection.getresponse()
        read = answer.read(LARGEST_ANSWER + 1)
    if len(read) > LARGEST_ANSWER:
        raise ValueError(f"the answer has more than {LARGEST_ANSWER} bytes")
    return ApiReply(answer.status, read)


def download(url: str, our_url: str) -> bytes:
    """A public document of a processor, with which a signature is checked.

    Raises `BadSignature` where it cannot be read: whoever signed will send it again.
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
