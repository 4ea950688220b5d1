"""Sends requests to platforms' REST APIs and reads their answers."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from shared.connectors.admin_api import USUAL_PAUSE_SECONDS, AdminApi, is_closed, read_object
from shared.connectors.connector import PlatformRefused, UnreadableAnswer
from shared.connectors.refusals import BRANDS, key_refused
from shared.processors.client import ApiReply
from shared.webhooks.foreign_json import JsonObject


def read_rows(reply: ApiReply) -> list[JsonObject]:
    """The objects of a JSON list. Raises `UnreadableAnswer` if the reply is not a list."""
    try:
        rows = json.loads(reply.body)  # also behind a byte order mark
    except ValueError:
        rows = None
    if not isinstance(rows, list):
        raise UnreadableAnswer(USUAL_PAUSE_SECONDS, "no JSON list")
    return [JsonObject(row) for row in rows if isinstance(row, dict)]


class RestApi:
    """One store's API at a platform, which `provider` names."""

    def __init__(self, api: AdminApi, headers: Mapping[str, str], provider: str) -> None:
        self.api, self.headers, self.provider = api, headers, provider

    def rows(self, path: str, **query: str) -> list[JsonObject]:
        """The objects of the list at a path. Raises `TryLater` and `PlatformRefused`."""
        return read_rows(self.opened(self.get(path, **query)))

    def read(self, path: str, **query: str) -> JsonObject:
        """The object at a path. Raises `TryLater` and `PlatformRefused`."""
        return read_object(self.opened(self.get(path, **query)))

    def get(self, path: str, **query: str) -> ApiReply:
        """The reply to a GET, also a refusal. Raises `TryLater`, and `PlatformRefused` for an
        address that cannot be used.
        """
        asked = f"{path}?{urlencode(query)}" if query else path
        return self.api.send_json("GET", asked, None, self.headers)

    def send(self, method: str, path: str, body: object) -> JsonObject:
        """Sends a change and returns the object in the answer. Raises `TryLater`, and
        `PlatformRefused` with the platform's own words.
        """
        return read_object(self.opened(self.change(method, path, body)))

    def change(self, method: str, path: str, body: object) -> ApiReply:
        """Sends a change and returns the reply: a refusal by the platform raises nothing. Raises
        `TryLater`, and `PlatformRefused` for an address that cannot be used.
        """
        return self.api.send_json(method, path, body, self.headers)

    def post_form(self, path: str, fields: Mapping[str, str], **headers: str) -> ApiReply:
        """Sends a form and returns the reply, also a refusal. Raises the same as `change`."""
        return self.api.send_form("POST", path, fields, {**self.headers, **headers})

    def delete(self, path: str) -> None:
        """Deletes what is at a path. A refusal by the platform raises nothing, for example if it
        was deleted before. Raises the same as `change`.
        """
        self.api.send_json("DELETE", path, None, self.headers)

    def require_open(self, reply: ApiReply) -> None:
        """Raises `PlatformRefused` if the reply refuses our credentials."""
        if is_closed(reply):
            raise key_refused(self.provider)

    def opened(self, reply: ApiReply) -> ApiReply:
        """The reply, which is no refusal. Raises `PlatformRefused` for one."""
        self.require_open(reply)
        if reply.status >= 400:
            name = BRANDS[self.provider].name
            raise PlatformRefused(f"{name} refused: {refusal_of(reply)}")
        return reply


def refusal_of(reply: ApiReply) -> str:
    """The platform's own words about a refusal; its status if there are none. Raises
    `UnreadableAnswer` if the body is not a JSON object.
    """
    answer = read_object(reply)
    first = next(iter(answer.rows("errors")), answer)
    words = (
        answer.text("error", "message"),
        answer.text("error", "detail"),
        answer.text("message"),
        first.text("detail"),
        answer.text("title"),
    )
    return next(filter(None, words), f"status {reply.status}")
