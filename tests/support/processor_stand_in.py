"""An HTTP server on loopback that stands for a processor's API."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit


@dataclass
class StandIn:
    """Answers documents by path, or bytes as they are; remembers what was asked of it.

    `fails` are statuses that the next answers have instead, first in, first out. `tokens` counts
    the tokens that were handed out. `lists` answer by path and query what no document is there for.
    """

    url: str = ""
    documents: dict[str, object] = field(default_factory=dict)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    fails: list[int] = field(default_factory=list)
    tokens: int = 0
    lists: dict[str, Callable[[dict[str, str]], object]] = field(default_factory=dict)


@contextlib.contextmanager
def stand_in() -> Iterator[StandIn]:
    """One that listens while the block lasts."""
    shown = StandIn()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = self.rfile.read(length)
            headers = {name.lower(): text for name, text in self.headers.items()}
            shown.asked.append((self.command, self.path, headers, body))
            if shown.fails:
                return self.say(shown.fails.pop(0), b"{}")
            if self.path == "/v1/oauth2/token":
                shown.tokens += 1
                token = {"access_token": f"token-{shown.tokens}", "expires_in": 32400}
                return self.say(200, json.dumps(token | {"token_type": "Bearer"}).encode())
            parts = urlsplit(self.path)
            if self.path not in shown.documents and parts.path in shown.lists:
                listed = shown.lists[parts.path](dict(parse_qsl(parts.query)))
                return self.say(200, json.dumps(listed).encode())
            if self.path not in shown.documents:
                return self.say(404, b'{"name": "RESOURCE_NOT_FOUND"}')
            found = shown.documents[self.path]
            return self.say(200, found if isinstance(found, bytes) else json.dumps(found).encode())

        def say(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = answer

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shown.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield shown
    finally:
        server.shutdown()
        server.server_close()
