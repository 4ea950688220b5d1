"""Sends requests as a browser or a processor does. Redirects are not followed."""

import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message

PATIENCE_SECONDS = 20
AGENT = "Mozilla/5.0 (grapevine doctor)"


@dataclass(frozen=True)
class Reply:
    status: int
    headers: Message

    def header(self, name: str) -> str:
        return str(self.headers.get(name, ""))


class NoReply(Exception):
    """The address did not answer; the message says why."""


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def ask(
    method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
) -> Reply:
    """Sends a request and returns the response, also an error response; raises `NoReply`."""
    given = {"user-agent": AGENT, **(headers or {})}
    request = urllib.request.Request(url, body, given, method=method)
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=PATIENCE_SECONDS) as answer:
            return Reply(answer.status, answer.headers)
    except urllib.error.HTTPError as refused:
        with refused:
            return Reply(refused.code, refused.headers)
    except (OSError, ValueError) as problem:
        raise NoReply(str(problem)) from None
