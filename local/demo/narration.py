"""Shows HTTP calls to a reader: each as a curl command, with a summary of the response and an
explanation.
"""

import json
import textwrap
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TextIO

type ApiAnswer = dict[str, Any]
"""The decoded JSON of an API response."""

WIDTH = 100
_BOLD, _DIM, _GREEN, _PLAIN = "\033[1m", "\033[2m", "\033[32m", "\033[0m"


class StoryFailed(Exception):
    """A result differs from what the story expects; the message says where."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        """Follows no redirect, because the story shows the redirect itself."""


_OPENER = urllib.request.build_opener(_NoRedirects)


@dataclass(frozen=True)
class CallResult:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> ApiAnswer:
        document: ApiAnswer = json.loads(self.body or b"{}")
        return document


@dataclass(frozen=True)
class NarratedCall:
    """An HTTP call, and how it is shown.

    The call is sent with `headers` and `body`. If `curl` is given, the shown command has these
    arguments instead, for example a header with a shell variable.
    """

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None
    curl: tuple[str, ...] = ()

    def line(self) -> str:
        method = "" if self.method == "GET" else f"-X {self.method} "
        return " \\\n      ".join([f'curl -s {method}"$BASE{self.path}"', *self.curl])


class Narration:
    """Writes the story to `out`; in colour if `out` is a terminal."""

    def __init__(self, base_url: str, out: TextIO) -> None:
        self.base_url, self.out, self.chapters = base_url, out, 0

    def say(self, text: str, colour: str = "") -> None:
        print(
            f"{colour}{text}{_PLAIN}" if colour and self.out.isatty() else text,
            file=self.out,
            flush=True,
        )

    def chapter(self, title: str) -> None:
        self.chapters += 1
        self.say(f"\n{self.chapters}. {title}", _BOLD)

    def explain(self, text: str) -> None:
        """Writes a paragraph, indented and wrapped."""
        self.say(
            textwrap.fill(
                " ".join(text.split()), WIDTH, initial_indent="   ", subsequent_indent="   "
            )
        )

    def shell(self, lines: Iterable[str]) -> None:
        for line in lines:
            self.say(f"    {line}", _DIM)

    def call(
        self, call: NarratedCall, expected: int, brief: Callable[[CallResult], object]
    ) -> CallResult:
        """Shows the call, sends it, shows the summary that `brief` makes of the response, and
        returns the response.

        Raises StoryFailed if the status is not `expected`.
        """
        self.say(f"    {call.line()}", _DIM)
        result = self._send(call)
        if result.status != expected:
            raise StoryFailed(
                f"{call.method} {call.path} answered {result.status} in place of {expected}:"
                f" {result.body.decode()[:500]}"
            )
        summary = brief(result)
        text = summary if isinstance(summary, str) else json.dumps(summary, ensure_ascii=False)
        self.say(f"    → {result.status} {text}", _GREEN)
        return result

    def _send(self, call: NarratedCall) -> CallResult:
        request = urllib.request.Request(
            self.base_url + call.path, call.body, call.headers, method=call.method
        )
        try:
            response = _OPENER.open(request, timeout=180)
        except urllib.error.HTTPError as refused:
            response = refused
        with response:
            headers = {name.lower(): value for name, value in response.headers.items()}
            return CallResult(response.status, headers, response.read())


def check(what: str, found: object, expected: object) -> None:
    """Raises StoryFailed if the found value is not the expected one."""
    if found != expected:
        raise StoryFailed(f"{what}: {expected} was told, {found} was found")
