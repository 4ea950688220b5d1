"""A running system is found well, and each thing that a proxy or a setting may break is named."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from local.cli.main import main
from local.doctor.diagnosis import FAULT, WARNING, WELL
from local.doctor.outside import Address, look_from_outside

SHOP = "https://shop.example.com"
COOKIE = "gv_ref=t; Path=/; Max-Age=34560000; SameSite=Lax"
ALLOWS = {"Access-Control-Allow-Origin": SHOP, "Access-Control-Allow-Headers": "authorization"}
WELL_SET_UP: dict[str, tuple[int, dict[str, str]]] = {
    "GET /openapi.json": (200, {}),
    "OPTIONS /rewards/widget": (204, ALLOWS),
    "POST /webhooks/standard": (401, {}),
    "GET /r/ANNA": (302, {"Location": f"{SHOP}/?gv=ANNA", "Set-Cookie": COOKIE}),
}
LINK = "GET /r/ANNA"


@pytest.fixture
def answering() -> Iterator[Callable[..., Address]]:
    """A server that answers as it is told to; returns its address."""
    servers = []

    def start(changes: dict | None = None, clock: timedelta = timedelta()) -> Address:
        answers = WELL_SET_UP | (changes or {})

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                status, headers = answers[f"{self.command} {self.path}"]
                self.send_response_only(status)
                self.send_header("Date", format_datetime(datetime.now(UTC) + clock, usegmt=True))
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_GET = do_POST = do_OPTIONS = answer

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return Address(f"http://127.0.0.1:{server.server_port}", SHOP, "ANNA")

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def verdicts(address: Address) -> dict[str, str]:
    found = look_from_outside(address)
    assert all(finding.do for finding in found if finding.verdict != WELL)
    return {finding.what: finding.verdict for finding in found if finding.verdict != WELL}


def test_a_system_on_this_machine_is_well(grapevine, capsys):
    local = grapevine.local
    member = grapevine.put("/v1/members/anna", {"login": "anna"}, local["secret_key"]).json
    options = ["--origin", local["shop_url"], "--code", member["code"]]
    status = main(["doctor", "--url", grapevine.base_url, *options])
    printed = capsys.readouterr().out
    assert status == 0, printed
    assert printed.splitlines()[-1] == "6 looked at, no faults"


def test_what_is_set_up_well_is_well(answering):
    assert verdicts(answering()) == {}


@pytest.mark.parametrize(
    ("answer", "subject"),
    [
        ({"GET /openapi.json": (404, {})}, "address"),
        ({"OPTIONS /rewards/widget": (404, {})}, "preflight"),
        ({"OPTIONS /rewards/widget": (204, {})}, "preflight"),
        ({"OPTIONS /rewards/widget": (204, {**ALLOWS, "Access-Control-Allow-Origin": "*"})}, "preflight"),
        ({"POST /webhooks/standard": (404, {})}, "webhooks"),
        ({"POST /webhooks/standard": (503, {})}, "webhooks"),
        ({"POST /webhooks/standard": (202, {})}, "webhooks"),
        ({LINK: (404, {})}, "link"),
        ({LINK: (302, {"Location": SHOP})}, "cookie"),
    ],
)  # fmt: skip
def test_each_thing_that_is_wrong_is_named(answering, answer, subject):
    assert verdicts(answering(answer)) == {subject: FAULT}


@pytest.mark.parametrize(
    "cookie",
    [
        "gv_ref=t; Max-Age=34560000; SameSite=Lax",
        "gv_ref=t; Path=/; Max-Age=34560000",
        "gv_ref=t; Path=/; Max-Age=34560001; SameSite=Lax",
        "gv_ref=t; Path=/; SameSite=Lax",
        "gv_ref=t; Path=/; Max-Age=34560000; SameSite=Lax; Domain=example.com",
    ],
)
def test_a_cookie_that_somebody_has_written_anew_is_named(answering, cookie):
    answer = {LINK: (302, {"Location": SHOP, "Set-Cookie": cookie})}
    assert verdicts(answering(answer)) == {"cookie": FAULT}


def test_a_cookie_is_of_the_domain_that_was_set_and_of_no_other(answering):
    shared = {LINK: (302, {"Location": SHOP, "Set-Cookie": f"{COOKIE}; Domain=example.com"})}
    assert verdicts(answering(shared)._replace(cookie_domain="example.com")) == {}
    assert verdicts(answering(shared)._replace(cookie_domain="example.org")) == {"cookie": FAULT}
    assert verdicts(answering()._replace(cookie_domain="example.com")) == {"cookie": FAULT}


@pytest.mark.parametrize(("address", "status"), [("example.com", 0), ("example.org", 1)])
def test_the_domain_may_be_told(answering, address, status):
    shared = {LINK: (302, {"Location": SHOP, "Set-Cookie": f"{COOKIE}; Domain=example.com"})}
    options = ["--origin", SHOP, "--code", "ANNA", "--cookie-domain", address]
    assert main(["doctor", "--url", answering(shared).url, *options]) == status


@pytest.mark.parametrize(
    ("skew", "expected"), [(10, {}), (90, {"clock": WARNING}), (400, {"clock": FAULT})]
)
def test_a_clock_that_is_wrong_is_told(answering, skew, expected):
    assert verdicts(answering(clock=timedelta(seconds=skew))) == expected


def test_without_a_code_the_link_is_not_followed(answering):
    assert verdicts(answering()._replace(code=None)) == {"link": WARNING}


def test_an_address_that_nobody_answers_is_one_fault(capsys):
    assert main(["doctor", "--url", "http://127.0.0.1:9"]) == 1
    assert capsys.readouterr().out.count(FAULT) == 1
