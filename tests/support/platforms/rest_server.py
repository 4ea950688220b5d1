"""An HTTP server on loopback for doubles of REST APIs, with faults in the place of answers."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
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
    status: int
    body: Any


@contextlib.contextmanager
def rest_server(answer: Callable[[Asked], Said], faults: list[int]) -> Iterator[str]:
    """The address of a server that listens while the block lasts. `faults` are statuses of the
    next answers, first in, first out; a negative one does the deed before it.
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
                said = answer(asked) if fault <= 0 else Said(fault, {})
            if fault == SILENT:
                self.close_connection = True
                return
            if fault:
                said = Said(abs(fault), {"message": "try again"})
            raw = b"" if said.status == 204 else json.dumps(said.body).encode()
            self.send_response(said.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

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
