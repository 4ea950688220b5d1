"""`grapevine export` joins the parts of a file, asks again where the system is busy, and leaves
nothing half-written.
"""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local.cli import file_parts
from local.cli.main import main

JOURNAL = [b"entry,amount\r\n1,2\r\n", b"2,3\r\n", b"3,4\r\n"]


class System(BaseHTTPRequestHandler):
    """Hands out a journal in three parts and a member in two pages; every second answer is 503."""

    busy = 0

    def do_GET(self) -> None:
        System.busy += 1
        if System.busy % 2 or "missing" in self.path:
            self.answer(404 if "missing" in self.path else 503, b"{}")
        elif self.path.startswith("/v1/journal"):
            number = int(self.path.rpartition("cursor=")[2]) if "cursor=" in self.path else 0
            more = f'</v1/journal?cursor={number + 1}>; rel="next"' if number < 2 else ""
            self.answer(200, JOURNAL[number], link=more)
        else:
            page = {"items": [{"item": self.path[-1]}], "next_cursor": None}
            first = "cursor" not in self.path
            self.answer(200, json.dumps(page | ({"next_cursor": "2"} if first else {})).encode())

    def answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, text in headers.items():
            if text:
                self.send_header(name, text)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def system(monkeypatch) -> Iterator[str]:
    monkeypatch.setattr(file_parts, "PAUSES_SECONDS", (0, 0))
    System.busy = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), System)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_the_parts_of_a_journal_become_one_file(system, tmp_path):
    out = tmp_path / "journal.csv"
    assert main(["export", "--url", system, "--key", "k", "--out", str(out), "journal"]) == 0
    assert out.read_bytes() == b"".join(JOURNAL)
    assert [file.name for file in tmp_path.iterdir()] == ["journal.csv"]


def test_the_pages_of_a_member_become_one_document(system, tmp_path):
    out = tmp_path / "anna.json"
    assert main(["export", "--url", system, "--key", "k", "--out", str(out), "member", "a/x"]) == 0
    assert json.loads(out.read_text()) == {
        "items": [{"item": "t"}, {"item": "2"}],
        "next_cursor": None,
    }


@pytest.mark.parametrize(
    "asked", [["member", "missing"], ["member"], ["journal", "anna"], ["--key", "", "journal"]]
)
def test_what_cannot_be_had_leaves_no_file(system, tmp_path, capsys, asked):
    out = tmp_path / "file"
    assert main(["export", "--url", system, "--key", "k", "--out", str(out), *asked]) == 2
    assert capsys.readouterr().err and not out.exists()
