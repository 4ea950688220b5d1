"""The shop on loopback: threads of the standard library's server, beside the cloud that it talks to over HTTP like any other shop."""

import contextlib
import socket
import threading
from collections.abc import Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from local.cloud.resources import Schedule
from local.cloud.schedule_expressions import FiringTimes
from local.demo.shop.database import ShopDatabase
from local.demo.shop.clock_switch import ClockSwitch
from local.demo.shop.http_messages import ShopRequest, ShopResponse
from local.demo.shop.grapevine_client import GrapevineClient
from local.demo.shop.people import settle_in
from local.demo.shop.storefront import Storefront
from local.demo.shop.site import Shop, ShopSite
from local.demo.shop.simulated_year import SimulatedYear

LARGEST_FORM_BYTES = 16_384
LOCAL_NAMES = ("127.0.0.1", "localhost")


class ShopServer(ThreadingHTTPServer):
    """Serves on a socket that is bound already; its requests end with it."""

    daemon_threads = True

    def __init__(self, gate: socket.socket, site: ShopSite) -> None:
        super().__init__(gate.getsockname(), Handler, bind_and_activate=False)
        self.socket.close()
        self.socket, self.site = gate, site
        self.server_activate()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 75

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        size = self.headers.get("content-length", "")
        if not size.isdecimal() or int(size) > LARGEST_FORM_BYTES:
            self.close_connection = True
            return self._give(
                ShopResponse(b"This form is too large.", 413, content_type="text/plain")
            )
        self._answer(self.rfile.read(int(size)).decode(errors="replace"))

    def _answer(self, body: str) -> None:
        if not self._from_here():
            return self._give(
                ShopResponse(
                    b"This shop answers on this machine alone, and to forms of its own.",
                    403,
                    content_type="text/plain",
                )
            )
        address = urlsplit(self.path)
        form = dict(
            parse_qsl(
                body if self.command == "POST" else address.query,
                keep_blank_values=True,
                max_num_fields=50,
            )
        )
        self._give(
            self.server.site.answer(ShopRequest(self.command, address.path, form, self._cookies()))
        )

    def _from_here(self) -> bool:
        """Neither by another name for this machine, nor from a form of another site."""
        host, origin = self.headers.get("host", ""), self.headers.get("origin")
        return host.partition(":")[0] in LOCAL_NAMES and (
            self.command == "GET" or origin in (None, f"http://{host}")
        )

    def _cookies(self) -> Mapping[str, str]:
        try:
            return {
                name: morsel.value
                for name, morsel in SimpleCookie(self.headers.get("cookie", "")).items()
            }
        except CookieError:
            return {}

    def _give(self, given: ShopResponse) -> None:
        self.send_response(given.status)
        for name, value in (
            ("content-type", given.content_type),
            ("cache-control", "no-store"),
            *given.headers,
        ):
            self.send_header(name, value)
        self.send_header("content-length", str(len(given.body)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(given.body)

    def log_message(self, *_: object) -> None:
        """A shop that is tried out has no log."""


def open_shop(
    ending: contextlib.AsyncExitStack,
    gate: socket.socket,
    folder: Path,
    local: Mapping,
    schedules: Sequence[tuple[Schedule, FiringTimes]],
) -> None:
    """Serves until what it began with ends; `local` is what local.json tells."""
    books = ShopDatabase(folder / "shop.sqlite")
    grapevine = GrapevineClient(
        local["base_url"], local["secret_key"], local["webhook_secrets"].get("stripe", "")
    )
    counter, clock = Storefront(books, grapevine), ClockSwitch(grapevine, schedules)
    year = SimulatedYear(counter, clock)
    server = ShopServer(
        gate, ShopSite(Shop(books, grapevine, counter, clock, year, local["publishable_key"]))
    )
    threading.Thread(target=server.serve_forever, args=(0.1,), name="shop", daemon=True).start()
    threading.Thread(target=settle_in, args=(counter,), name="first customers", daemon=True).start()
    for closing in (books.close, server.server_close, server.shutdown, year.stop):
        ending.callback(closing)
