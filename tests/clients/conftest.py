"""A server that answers what a test says, and what each client makes of it."""

import json
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.running_cloud import ROOT
from web.clients.grapevine import Grapevine, Problem, Unreachable

CLIENTS = ROOT / "web" / "clients"
CALL_IN_PHP = Path(__file__).parent / "call.php"


def php() -> str:
    """The command of PHP, where it has what its client needs."""
    command = shutil.which("php")
    if command is None or "curl" not in subprocess.check_output([command, "-m"], text=True).split():
        pytest.skip("the client in PHP is tried where php and its curl extension are installed")
    return command


@dataclass(frozen=True)
class Said:
    """An answer of the server; a `status` of 0 hangs up without one."""

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class ScriptedServer:
    """It says `answers` one after the other, the last one again and again."""

    def __init__(self, url: str) -> None:
        self.url, self.answers, self.asked = url, [Said(200, {})], list[Asked]()

    def next_answer(self) -> Said:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


class _Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        script: ScriptedServer = self.server.script
        script.asked.append(Asked(self.command, self.path, headers, body))
        said = script.next_answer()
        if not said.status:
            return
        content = b"" if said.body is None else json.dumps(said.body).encode()
        self.send_response(said.status)
        given = {"content-type": "application/json", "content-length": str(len(content))}
        for name, value in (given | said.headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_PUT = do_POST = do_DELETE = _answer

    def log_message(self, *_) -> None:
        return


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    listening = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    listening.script = ScriptedServer(f"http://127.0.0.1:{listening.server_port}")
    threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield listening.script
    listening.shutdown()
    listening.server_close()


type Call = Callable[..., dict]


def call_in_python(url: str, name: str, *arguments: object, **named: object) -> dict:
    resource, verb = name.split(".")
    try:
        method = getattr(getattr(Grapevine(url, "sk_1"), resource), verb)
        return {"answer": method(*arguments, **named)}
    except Problem as problem:
        return {
            "status": problem.status,
            "code": problem.code,
            "detail": problem.detail,
            "errors": problem.errors,
            "document": problem.document,
        }
    except Unreachable:
        return {"unreachable": True}


def call_in_php(url: str, name: str, *arguments: object, **named: object) -> dict:
    told = json.dumps([url, name, [*arguments], named])
    answered = subprocess.check_output([php(), CALL_IN_PHP, CLIENTS / "grapevine.php", told])
    return json.loads(answered)


@pytest.fixture(params=[call_in_python, call_in_php], ids=["python", "php"])
def call(request: pytest.FixtureRequest) -> Call:
    """Call an operation by its name: what it answers, or how it was refused."""
    return request.param
