"""Sends requests to a platform's admin API. There is one attempt each, because the queue tries
again later.
"""

import codecs
import http.client
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode, urlsplit

from shared.connectors.connector import PlatformRefused, TryLater, UnreadableAnswer
from shared.connectors.refusals import elsewhere
from shared.domain.document import FieldError
from shared.processors.client import ApiReply, send
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import parse_object

USUAL_PAUSE_SECONDS = 5
LONGEST_PAUSE_SECONDS = 900
ATTEMPT_SECONDS = 15
"""How long one answer may take. A small WooCommerce shop needs some seconds for a batch of coupons;
the functions that wait for it have 29 seconds or more.
"""
_PASSING = frozenset((408, 423, 425, 429))
_CLOSED = frozenset((401, 402, 403))
_SERVER_ERRORS = 500
_REDIRECTS = range(300, 400)
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,9})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class AdminApi:
    """A platform's API at `base_url`. It may be on loopback only if `our_url` is too."""

    base_url: str
    our_url: str
    attempt_seconds: float = ATTEMPT_SECONDS

    def send_json(
        self, method: str, path: str, body: object, headers: Mapping[str, str]
    ) -> ApiReply:
        """Sends a body as JSON, `None` for no body. Returns the reply, also a refusal. Raises
        `TryLater` if a later attempt may succeed, and `PlatformRefused` for an address to which
        nothing may be sent, or that leads to another host.
        """
        sent = None if body is None else json.dumps(body).encode()
        return self._send(method, path, sent, {"content-type": "application/json", **headers})

    def send_form(
        self, method: str, path: str, fields: Mapping[str, str], headers: Mapping[str, str]
    ) -> ApiReply:
        """Sends fields as a form. Returns and raises the same as `send_json`."""
        form = {"content-type": "application/x-www-form-urlencoded", **headers}
        return self._send(method, path, urlencode(fields).encode(), form)

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> ApiReply:
        """The reply, also if it is a refusal. Raises `TryLater` for statuses and failures that may
        pass, `UnreadableAnswer` for a page of a proxy, a firewall or a plugin, and
        `PlatformRefused` for an address to which nothing may be sent, or that leads to another one.
        """
        sent = {"accept": "application/json", **headers}
        url = self.base_url + path
        try:
            reply = send(method, url, body, sent, self.our_url, self.attempt_seconds)
        except (OSError, http.client.HTTPException):
            raise TryLater(USUAL_PAUSE_SECONDS, "no answer") from None
        except ValueError as refused:
            raise PlatformRefused(
                f"Correct the store's address: {refused}.",
                FieldError("store", f"cannot be used: {refused}"),
            ) from None
        if reply.status in _PASSING or reply.status >= _SERVER_ERRORS:
            raise TryLater(pause_seconds(reply), str(reply.status))
        if reply.status in _REDIRECTS:
            _refuse_redirect(reply, url)
        if reply.body.lstrip()[:1] == b"<":
            raise UnreadableAnswer(USUAL_PAUSE_SECONDS, "a page")
        return reply


def _refuse_redirect(reply: ApiReply, asked: str) -> None:
    """Raises `PlatformRefused` for a redirect to another host, because a key is sent only to the
    address that staff typed; `UnreadableAnswer` for one on the same host, such as to a page that
    says that the shop is closed for the moment.
    """
    host = urlsplit(reply.headers.get("location", "")).hostname
    if host and host != urlsplit(asked).hostname:
        raise elsewhere(host)
    raise UnreadableAnswer(USUAL_PAUSE_SECONDS, "led to another page")


def pause_seconds(reply: ApiReply) -> int:
    """How many seconds to wait before the next attempt, from 1 to `LONGEST_PAUSE_SECONDS`: what the
    platform asks for in `Retry-After` (seconds or a date) or in BigCommerce's own header
    (milliseconds), or else `USUAL_PAUSE_SECONDS`.
    """
    told = reply.headers.get("retry-after", "").strip()
    milliseconds = reply.headers.get("x-rate-limit-time-reset-ms", "").strip()
    if _SECONDS.fullmatch(told):
        seconds = int(float(told)) + 1
    elif told:
        seconds = _seconds_until(told, reply.headers.get("date", ""))
    elif _SECONDS.fullmatch(milliseconds):
        seconds = int(float(milliseconds)) // 1000 + 1
    else:
        seconds = USUAL_PAUSE_SECONDS
    return min(max(seconds, 1), LONGEST_PAUSE_SECONDS)


def _seconds_until(told: str, now: str) -> int:
    """Seconds between two dates of one answer, both by the platform's own clock."""
    try:
        return int((parsedate_to_datetime(told) - parsedate_to_datetime(now)).total_seconds()) + 1
    except (TypeError, ValueError):
        return USUAL_PAUSE_SECONDS


def is_closed(reply: ApiReply) -> bool:
    """Whether the platform refuses our credentials."""
    return reply.status in _CLOSED


def read_object(reply: ApiReply) -> JsonObject:
    """The JSON object of a reply. Raises `UnreadableAnswer` for anything else, such as the page of a
    proxy.
    """
    try:
        return parse_object(reply.body.removeprefix(codecs.BOM_UTF8))
    except UnusableDelivery:
        raise UnreadableAnswer(USUAL_PAUSE_SECONDS, "no JSON") from None
