"""HTTP calls told to a reader: each as a curl line, what came back in brief, and what it means."""

import json
import textwrap
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TextIO

WIDTH = 100
_BOLD, _DIM, _GREEN, _PLAIN = "\033[1m", "\033[2m", "\033[32m", "\033[0m"


class StoryFailed(Exception):
    """The story and what happened part ways; the message says where."""


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


@dataclass(frozen=True)
class CallResult:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict:
        return json.loads(self.body or b"{}")


@dataclass(frozen=True)
class NarratedCall:
    """`curl` holds further words of the line that is shown, such as headers with a variable in them, in place of what is sent."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None = None
    curl: tuple[str, ...] = ()

    def line(self) -> str:
        method = "" if self.method == "GET" else f"-X {self.method} "
        return " \\\n      ".join([f'curl -s {method}"$BASE{self.path}"', *self.curl])


class Narration:
    """Writes to `out`, with colours where a person sits before it."""

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

    def means(self, text: str) -> None:
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
        """What was answered; raises `NotAsTold` for another status than the story has."""
        self.say(f"    {call.line()}", _DIM)
        answer = self._send(call)
        if answer.status != expected:
            raise StoryFailed(
                f"{call.method} {call.path} answered {answer.status} in place of {expected}: {answer.body.decode()[:500]}"
            )
        told = brief(answer)
        self.say(
            f"    → {answer.status} {told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)}",
            _GREEN,
        )
        return answer

    def _send(self, call: NarratedCall) -> CallResult:
        request = urllib.request.Request(
            self.base_url + call.path, call.body, call.headers, method=call.method
        )
        try:
            answer = _OPENER.open(request, timeout=60)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            return CallResult(
                answer.status,
                {name.lower(): value for name, value in answer.headers.items()},
                answer.read(),
            )


def check(what: str, found: object, told: object) -> None:
    """Raises `NotAsTold`."""
    if found != told:
        raise StoryFailed(f"{what}: {told} was told, {found} was found")
