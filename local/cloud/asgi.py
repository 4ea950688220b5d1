"""ASGI as the local cloud uses it: the types, reading a body, sending a response."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from local.cloud.http_events import GatewayResponse

type Scope = MutableMapping[str, Any]
type AsgiMessage = MutableMapping[str, Any]
type Receive = Callable[[], Awaitable[AsgiMessage]]
type Send = Callable[[AsgiMessage], Awaitable[None]]
type AsgiApplication = Callable[[Scope, Receive, Send], Awaitable[None]]


class BodyTooLarge(Exception):
    """The request body has more bytes than the caller of `read_body` allows."""


class ClientGone(Exception):
    """The client disconnected before its request was complete. Such a request is dropped."""


async def read_body(receive: Receive, max_bytes: int) -> bytes:
    """Returns the whole body of a request; raises BodyTooLarge or ClientGone."""
    body = bytearray()
    while True:
        part = await receive()
        if part["type"] == "http.disconnect":
            raise ClientGone
        body += part.get("body", b"")
        if len(body) > max_bytes:
            raise BodyTooLarge
        if not part.get("more_body"):
            return bytes(body)


async def send_response(
    send: Send, response: GatewayResponse, extra_headers: tuple[tuple[str, str], ...] = ()
) -> None:
    headers = [
        (name.encode("latin-1"), value.encode("latin-1", "replace"))
        for name, value in response.headers + extra_headers
        if name != "content-length"
    ]
    if response.status != 204:
        headers.append((b"content-length", str(len(response.body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.body})
