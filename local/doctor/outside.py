"""Checks of a system over HTTP, as a browser, a shop's page or a processor sees it: address and
certificate, clock, CORS preflight, webhooks, and the cookie of a followed link.
"""

import socket
import ssl
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookies import Morsel, SimpleCookie
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from local.doctor.diagnosis import Diagnosis, fault, warning, well
from local.doctor.visitor import PATIENCE_SECONDS, NoReply, Reply, ask

LEAST_DAYS = 21
SKEW, MOST_SKEW = timedelta(seconds=30), timedelta(seconds=300)
"""When a clock's error is a warning, and when a fault: signatures older than five minutes are refused
(specification: webhooks).
"""
COOKIE = "gv_ref"
LONGEST_COOKIE = timedelta(days=400)
"""Browsers do not keep a cookie for longer."""
WIDGET = "/rewards/widget"
PROVIDER = "standard"


class Address(NamedTuple):
    """What is checked.

    * `url`: the address of the system.
    * `origin`: a website whose pages may call the API.
    * `code`: an advocate's code, to follow a link; None skips this check.
    * `cookie_domain`: the expected domain of the cookie.
    """

    url: str
    origin: str
    code: str | None = None
    cookie_domain: str = ""

    @property
    def is_secure(self) -> bool:
        return self.url.startswith("https://")


def look_from_outside(address: Address) -> list[Diagnosis]:
    """The results of all checks. If the address does not answer, there is only one result, which
    says so.
    """
    try:
        first = ask("GET", f"{address.url}/openapi.json")
    except NoReply as problem:
        do = "check that the name points to the API (docs/operations.md, Domain), then try again"
        return [fault("address", f"{address.url} does not answer: {problem}", do)]
    findings = [_address(address, first), _clock(first, datetime.now(UTC))]
    if address.is_secure:
        findings.append(_certificate(urlsplit(address.url).hostname or ""))
    for look in LOOKS:
        try:
            findings.extend(look(address))
        except NoReply as problem:
            findings.append(fault("address", f"stopped answering: {problem}", "try again"))
    return findings


def _address(address: Address, reply: Reply) -> Diagnosis:
    if reply.status == 200:
        return well("address", f"{address.url} is Grapevine")
    do = "set BaseUrl to the address of this stack (docs/operations.md, Domain)"
    return fault("address", f"{address.url}/openapi.json answered {reply.status}", do)


def _clock(reply: Reply, now: datetime) -> Diagnosis:
    try:
        skew = abs(parsedate_to_datetime(reply.header("date")) - now)
    except ValueError:
        return warning("clock", "the answer has no date", "check whether a proxy removes it")
    seen = f"{skew.total_seconds():.0f} s apart from this machine's"
    if skew <= SKEW:
        return well("clock", seen)
    do = "set this machine's clock; signatures more than 300 s off are refused"
    return fault("clock", seen, do) if skew > MOST_SKEW else warning("clock", seen, do)


def _certificate(host: str) -> Diagnosis:
    try:
        context = ssl.create_default_context()
        with (
            socket.create_connection((host, 443), PATIENCE_SECONDS) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            ends = ssl.cert_time_to_seconds(str((secure.getpeercert() or {})["notAfter"]))
    except (OSError, KeyError) as problem:
        return fault("certificate", str(problem), "create a certificate for this name in ACM")
    days = (datetime.fromtimestamp(ends, UTC) - datetime.now(UTC)).days
    if days < LEAST_DAYS:
        do = "ACM renews by DNS; check that its CNAME records still exist"
        return warning("certificate", f"ends in {days} days", do)
    return well("certificate", f"valid for {days} more days")


def _preflight(address: Address) -> Iterator[Diagnosis]:
    headers = {
        "origin": address.origin,
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization",
    }
    reply = ask("OPTIONS", address.url + WIDGET, headers)
    allowed = reply.header("access-control-allow-origin")
    with_key = "authorization" in reply.header("access-control-allow-headers").lower()
    if reply.status < 300 and allowed == address.origin and with_key:
        yield well("preflight", f"pages of {address.origin} may call")
    else:
        do = (
            f"allow {address.origin} in the console's settings; behind a CDN, let OPTIONS and the headers"
            " Origin and Access-Control-* through"
        )
        yield fault("preflight", f"answered {reply.status}, allows {allowed or 'nobody'}", do)


def _webhooks(address: Address) -> Iterator[Diagnosis]:
    headers = {
        "content-type": "application/json",
        "webhook-id": "doctor",
        "webhook-timestamp": str(int(datetime.now(UTC).timestamp())),
        "webhook-signature": "v1,ZG9jdG9y",
    }
    reply = ask("POST", f"{address.url}/webhooks/{PROVIDER}", headers, b"{}")
    if reply.status in (400, 401):
        yield well("webhooks", f"a wrong signature is answered {reply.status}")
    elif reply.status < 300:
        yield fault("webhooks", "a wrong signature was ACCEPTED", "deploy again, at once")
    else:
        do = (
            "404: the path does not reach this stack; 403: a firewall blocks it; 5xx: see "
            "`grapevine ops logs --function ReceiveWebhook`"
        )
        yield fault("webhooks", f"a wrong signature is answered {reply.status}", do)


def _link(address: Address) -> Iterator[Diagnosis]:
    if address.code is None:
        do = "give an advocate's code with --code"
        yield warning("link", "not tested, because no code was given", do)
        return
    reply = ask("GET", f"{address.url}/r/{quote(address.code)}", {"sec-fetch-dest": "document"})
    if not 300 <= reply.status < 400:
        do = "route /r/* to this stack, with cookies and the header User-Agent"
        yield fault("link", f"answered {reply.status}", do)
        return
    yield well("link", f"leads to {reply.header('location').partition('?')[0]}")
    jar = SimpleCookie(reply.header("set-cookie"))
    if COOKIE not in jar:
        do = (
            f"check that {address.code} is an active code, and that the CDN lets Set-Cookie through"
        )
        yield fault("cookie", f"no {COOKIE} was set", do)
        return
    yield _cookie(address, jar[COOKIE])


def _cookie(address: Address, cookie: "Morsel[str]") -> Diagnosis:
    wanted = {
        "Path=/": cookie["path"] == "/",
        "SameSite=Lax": cookie["samesite"].lower() == "lax",
        "Max-Age of at most 400 days": 0
        < int(cookie["max-age"] or 0)
        <= LONGEST_COOKIE.total_seconds(),
        "Secure": bool(cookie["secure"]) or not address.is_secure,
        f"Domain={address.cookie_domain or 'none'}": cookie["domain"].lstrip(".")
        == address.cookie_domain,
    }
    missing = [name for name, is_so in wanted.items() if not is_so]
    if missing:
        do = "a proxy rewrites the cookie; let it pass unchanged"
        return fault("cookie", f"{COOKIE} is without {', '.join(missing)}", do)
    return well("cookie", f"{COOKIE} with {', '.join(wanted)}")


LOOKS: tuple[Callable[[Address], Iterator[Diagnosis]], ...] = (_preflight, _webhooks, _link)
