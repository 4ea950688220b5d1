import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.running_cloud import RunningCloud

STACK = Path(__file__).parent / "stack" / "template.yaml"


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCloud]:
    """The local cloud with the trivial functions of `stack`, shared by the tests of one file."""
    running = RunningCloud(tmp_path_factory.mktemp("cloud"), STACK).start()
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def streamless() -> Iterator[str]:
    """The address of an engine that makes tables and has no streams."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Streamless)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


ANSWER = {
    "Table": {"TableStatus": "ACTIVE"},
    "TableDescription": {"TableStatus": "ACTIVE"},
    "Responses": {},
    "UnprocessedKeys": {},
}


class Streamless(BaseHTTPRequestHandler):
    """Answers that every table exists, and has no stream anywhere."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        body = json.dumps(ANSWER).encode()
        self.send_response(200)
        self.send_header("content-type", "application/x-amz-json-1.0")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        return
