"""An HTTP server on loopback for doubles of REST APIs, with faults in the place of answers.

It answers in threads of its own, so a test that looks at a double in the meantime reads copies.
"""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

SILENT = -1
"""A fault: the deed is done, and no answer comes."""


class Asked(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Said(NamedTuple):
    """An answer. A body of bytes is sent as it is, any other as JSON."""

    status: int
    body: Any
    headers: Mapping[str, str] = {}


PAGE = Said(200, b"<!doctype html><title>Just a moment</title>", {"content-type": "text/html"})
"""What a proxy or a plugin answers in the place of an API."""


def send_answer(handler: BaseHTTPRequestHandler, said: Said) -> None:
    """Sends an answer with its length, and its headers beside those of JSON."""
    told = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
    raw = b"" if said.status == 204 else told
    handler.send_response(said.status)
    for name, text in {"content-type": "application/json", **said.headers}.items():
        handler.send_header(name, text)
    handler.send_header("content-length", str(len(raw)))
    handler.end_headers()
    handler.wfile.write(raw)


@contextlib.contextmanager
def rest_server(answer: Callable[[Asked], Said], faults: list[int | Said]) -> Iterator[str]:
    """The address of a server that listens while the block lasts. `faults` are the next answers or
    their statuses, first in, first out; a negative status does the deed before it.
    """
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): text for name, text in self.headers.items()}
            asked = Asked(self.command, self.path, headers, body)
            with lock:
                fault = faults.pop(0) if faults else 0
                done = not isinstance(fault, Said) and fault <= 0
                said = answer(asked) if done else Said(503, {})
            if fault == SILENT:
                self.close_connection = True
                return
            if isinstance(fault, Said):
                said = fault
            elif fault:
                said = Said(abs(fault), {"message": "try again"})
            send_answer(self, said)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = answer

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
