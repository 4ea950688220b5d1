"""Sends requests to a platform's admin API. There is one attempt each, because the queue tries
again later.
"""

import http.client
import json
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from shared.connectors.connector import PlatformRefused, TryLater
from shared.processors.client import ApiReply, send
from shared.webhooks.foreign_json import JsonObject
from shared.webhooks.parking import UnusableDelivery
from shared.webhooks.provider import parse_object

USUAL_PAUSE_SECONDS = 5
LONGEST_PAUSE_SECONDS = 900
_PASSING = frozenset((408, 423, 425, 429, 500, 502, 503, 504))
_CLOSED = frozenset((401, 402, 403))


@dataclass(frozen=True, slots=True)
class AdminApi:
    """A platform's API at `base_url`. It may be on loopback only if `our_url` is too."""

    base_url: str
    our_url: str

    def send_json(
        self, method: str, path: str, body: object, headers: Mapping[str, str]
    ) -> ApiReply:
        """Sends a body as JSON, `None` for no body; see `_send` for the reply and the errors."""
        sent = None if body is None else json.dumps(body).encode()
        return self._send(method, path, sent, {"content-type": "application/json", **headers})

    def send_form(
        self, method: str, path: str, fields: Mapping[str, str], headers: Mapping[str, str]
    ) -> ApiReply:
        """Sends fields as a form; see `_send` for the reply and the errors."""
        form = {"content-type": "application/x-www-form-urlencoded", **headers}
        return self._send(method, path, urlencode(fields).encode(), form)

    def _send(
        self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> ApiReply:
        """The reply, also if it is a refusal. Raises `TryLater` for statuses and failures that may
        pass, and `PlatformRefused` for an address to which nothing may be sent.
        """
        sent = {"accept": "application/json", **headers}
        try:
            reply = send(method, self.base_url + path, body, sent, self.our_url)
        except (OSError, http.client.HTTPException):
            raise TryLater(USUAL_PAUSE_SECONDS, "no answer") from None
        except ValueError as refused:
            raise PlatformRefused(f"Correct the store's address: {refused}.") from None
        if reply.status in _PASSING:
            raise TryLater(pause_seconds(reply), str(reply.status))
        return reply


def pause_seconds(reply: ApiReply) -> int:
    """How long the platform asks us to wait, limited to what a queue can delay."""
    told = reply.retry_after or ""
    seconds = int(float(told)) + 1 if told.replace(".", "", 1).isdigit() else USUAL_PAUSE_SECONDS
    return min(max(seconds, 1), LONGEST_PAUSE_SECONDS)


def is_closed(reply: ApiReply) -> bool:
    """Whether the platform refuses our credentials."""
    return reply.status in _CLOSED


def read_object(reply: ApiReply) -> JsonObject:
    """The JSON object of a reply. Raises `TryLater` for anything else, such as the page of a proxy."""
    try:
        return parse_object(reply.body)
    except UnusableDelivery:
        raise TryLater(USUAL_PAUSE_SECONDS, "no JSON") from None
