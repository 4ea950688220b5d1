"""A real `grapevine run` in a process of its own, spoken to over HTTP.

Tests wait only by `wait_until`.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"
PORT_BLOCKS = range(12_000, 32_000, 100)
"""Below 32768, from where on the kernel takes the ports of outgoing connections."""


def free_port() -> int:
    """Return a port that is free together with the next one, where the demo shop listens."""
    return next(port for port in _ports if _is_free(port) and _is_free(port + 1))


def _own_ports() -> Iterator[int]:
    """Yield every second port of a block, then of another block.

    The first port of a block is kept bound as long as this process lives: no other process of tests
    uses the block, be it a worker of the same run or of another run on this machine.
    """
    for block in PORT_BLOCKS:
        with contextlib.suppress(OSError), socket.socket() as claim:
            claim.bind(("127.0.0.1", block))
            claim.listen()
            yield from range(block + 2, block + PORT_BLOCKS.step, 2)


_ports = _own_ports()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


PATIENCE_SECONDS = 120
"""Longer than anything takes on a busy machine; only a test that fails waits so long."""


def wait_until[T](
    question: Callable[[], T], seconds: float = PATIENCE_SECONDS, every: float = 0.02
) -> T:
    """Return the first true answer."""
    deadline = time.monotonic() + seconds
    while not (answer := question()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not true within {seconds} s: {question}")
        time.sleep(every)
    return answer


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes
    cookies: tuple[str, ...] = ()

    @property
    def json(self):
        return json.loads(self.body)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


_OPENER = urllib.request.build_opener(_NoRedirects)


def request(
    url: str,
    method: str = "GET",
    body: object = None,
    headers: dict[str, str] | None = None,
    seconds: float = PATIENCE_SECONDS,
) -> Answer:
    """Send a request; return the answer whatever its status, and follow no redirect.

    A body of bytes is sent as it is, any other as JSON.
    """
    given = {name.lower(): value for name, value in (headers or {}).items()}
    if body is not None and not isinstance(body, bytes):
        body = json.dumps(body).encode()
        given.setdefault("content-type", "application/json")
    prepared = urllib.request.Request(url, body, given, method=method)
    try:
        answer = _OPENER.open(prepared, timeout=seconds)
    except urllib.error.HTTPError as refused:
        answer = refused
    with answer:
        names = {name.lower(): value for name, value in answer.headers.items()}
        return Answer(
            answer.status, names, answer.read(), tuple(answer.headers.get_all("set-cookie") or ())
        )


def reachable(url: str) -> bool:
    try:
        return request(url, seconds=2).status < 500
    except OSError:
        return False


@dataclass
class RunningCloud:
    """A local cloud, which `start` starts; its data is in `folder`. `signed_in` has the cookies of
    staff by address.
    """

    folder: Path
    template: Path = TEMPLATE
    port: int = field(default_factory=free_port)
    process: subprocess.Popen | None = None
    signed_in: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def local(self) -> dict:
        return json.loads((self.folder / "local.json").read_text())

    def start(self, *options: str) -> "RunningCloud":
        """Start the process; return once it has printed its ready line."""
        command = [
            sys.executable,
            "-m",
            "local.cli.main",
            "run",
            "--port",
            str(self.port),
            "--data",
            str(self.folder),
            "--no-demo",
        ]
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, "--template", str(self.template), *options],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        line = self.process.stdout.readline()
        assert line == f"ready {self.base_url}\n", f"{line!r}; see {log.name}"
        return self

    def stop(self) -> int:
        """Stop it cleanly; return the exit status."""
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE_SECONDS)
        self.process.stdout.close()
        return status

    def kill(self, child: str) -> int:
        """Kill `engine` or `functions` by SIGKILL; return the pid of the dead process."""
        pid = self.local["processes"][child]
        os.kill(pid, signal.SIGKILL)
        return pid

    def http(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: dict[str, str] | None = None,
        key: str | None = None,
    ) -> Answer:
        given = {**(headers or {}), **({"authorization": f"Bearer {key}"} if key else {})}
        return request(self.base_url + path, method, body, given)

    def get(self, path: str, key: str | None = None, **headers: str) -> Answer:
        return self.http("GET", path, None, headers, key)

    def post(
        self, path: str, body: object = None, key: str | None = None, **headers: str
    ) -> Answer:
        return self.http("POST", path, {} if body is None else body, headers, key)

    def put(self, path: str, body: object, key: str | None = None, **headers: str) -> Answer:
        return self.http("PUT", path, body, headers, key)

    def clock(self, now: str | None) -> None:
        answer = self.post("/_local/clock", {"now": now})
        assert answer.status == 200, answer.body

    def drain(self) -> dict:
        answer = self.post("/_local/drain")
        assert answer.status == 200, answer.body
        return answer.json

    def bus(self) -> list[dict]:
        return self.get("/_local/bus").json["items"]
