"""The HTTP server of the shop on loopback: Python's own server, with a thread for each request.

The shop uses Grapevine only over HTTP, like a real shop.
"""

import contextlib
import socket
import threading
from collections.abc import Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from local.cloud.resources import Schedule
from local.cloud.running_system import SystemAccess
from local.cloud.schedule_expressions import FiringTimes
from local.demo.shop.clock_switch import ClockSwitch
from local.demo.shop.database import ShopDatabase
from local.demo.shop.http_messages import ShopRequest, ShopResponse
from local.demo.shop.local_controls import LocalControls
from local.demo.shop.payment_processor import PaymentProcessor
from local.demo.shop.people import register_first_customers
from local.demo.shop.shop import Shop, load_templates
from local.demo.shop.simulated_year import SimulatedYear
from local.demo.shop.site import ShopSite
from local.demo.shop.storefront import Storefront
from web.clients.grapevine import Grapevine

MAX_FORM_BYTES = 16_384
TIMEOUT_SECONDS = 30
LOCAL_NAMES = ("127.0.0.1", "localhost")
_FORM_TOO_LARGE = ShopResponse(b"This form is too large.", 413, content_type="text/plain")
_NOT_FROM_HERE = ShopResponse(
    b"This shop answers on this machine alone, and to forms of its own.",
    403,
    content_type="text/plain",
)


class ShopServer(ThreadingHTTPServer):
    """Serves on a socket that is already bound. Requests that are running are dropped when the
    process ends.
    """

    daemon_threads = True

    def __init__(self, gate: socket.socket, site: ShopSite) -> None:
        super().__init__(
            gate.getsockname(),
            lambda *connection: ShopRequestHandler(site, *connection),
            bind_and_activate=False,
        )
        self.socket.close()
        self.socket = gate
        self.server_activate()


class ShopRequestHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 75

    def __init__(
        self,
        site: ShopSite,
        request: socket.socket,
        client_address: tuple[str, int],
        server: ShopServer,
    ) -> None:
        self.site = site
        super().__init__(request, client_address, server)

    def do_GET(self) -> None:
        self._answer("")

    def do_POST(self) -> None:
        size = self.headers.get("content-length", "")
        if not size.isdecimal() or int(size) > MAX_FORM_BYTES:
            self.close_connection = True
            return self._send(_FORM_TOO_LARGE)
        self._answer(self.rfile.read(int(size)).decode(errors="replace"))

    def _answer(self, body: str) -> None:
        if not self._is_from_here():
            return self._send(_NOT_FROM_HERE)
        address = urlsplit(self.path)
        text = body if self.command == "POST" else address.query
        form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=50))
        self._send(self.site.answer(ShopRequest(self.command, address.path, form, self._cookies())))

    def _is_from_here(self) -> bool:
        """Returns whether the request is addressed to this machine and, if it is a POST, comes from
        the shop's own pages or from no page.
        """
        host, origin = self.headers.get("host", ""), self.headers.get("origin")
        return host.partition(":")[0] in LOCAL_NAMES and (
            self.command == "GET" or origin in (None, f"http://{host}")
        )

    def _cookies(self) -> Mapping[str, str]:
        try:
            cookies = SimpleCookie(self.headers.get("cookie", ""))
        except CookieError:
            return {}
        return {name: morsel.value for name, morsel in cookies.items()}

    def _send(self, response: ShopResponse) -> None:
        self.send_response(response.status)
        for name, value in (
            ("content-type", response.content_type),
            ("cache-control", "no-store"),
            *response.headers,
        ):
            self.send_header(name, value)
        self.send_header("content-length", str(len(response.body)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(response.body)

    def log_message(self, *_: object) -> None:
        """Does not log requests."""


def open_shop(
    ending: contextlib.AsyncExitStack,
    gate: socket.socket,
    folder: Path,
    access: SystemAccess,
    schedules: Sequence[tuple[Schedule, FiringTimes]],
) -> None:
    """Serves the shop on a bound socket until `ending` closes. Its database is `shop.sqlite` in the
    folder.
    """
    database = ShopDatabase(folder / "shop.sqlite")
    grapevine = Grapevine(access["base_url"], access["secret_key"], timeout=TIMEOUT_SECONDS)
    controls = LocalControls(grapevine)
    stripe_secret = access["webhook_secrets"].get("stripe", "")
    processor = PaymentProcessor(grapevine, controls, stripe_secret)
    storefront = Storefront(database, grapevine, controls, processor)
    clock = ClockSwitch(controls, schedules)
    year = SimulatedYear(storefront, clock)
    templates = load_templates(access["base_url"], access["publishable_key"])
    shop = Shop(database, grapevine, controls, storefront, clock, year, templates)
    server = ShopServer(gate, ShopSite(shop))
    threading.Thread(target=server.serve_forever, args=(0.1,), name="shop", daemon=True).start()
    threading.Thread(
        target=register_first_customers, args=(storefront,), name="first customers", daemon=True
    ).start()
    for close in (database.close, server.server_close, server.shutdown, year.stop):
        ending.callback(close)
