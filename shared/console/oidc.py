"""Sign-in by an OpenID Connect provider of the shop's own choice: off to it, and back with an answer of this browser's (decision 109)."""

import base64
import hashlib
import hmac
import os
import secrets as randomness
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from shared import identity, secrets
from shared.api.cookies import own_cookie, own_name
from shared.api.http import Request
from shared.console import oidc_provider, sign_in
from shared.console.oidc_provider import Client, NoAnswer
from shared.domain.id_token import Expected, SignInFailed, Unproven, proven_address
from shared.store.programs import console_sessions
from shared.store.programs.staff import StaffMember

FLOW_LIFE = timedelta(minutes=10)
ANSWERS_OF_A_CALLER = 60
"""That are taken to the provider in a window of sign-ins, from one internet address."""
LONGEST_CODE = 4096
TELLING = frozenset(
    {
        "access_denied",
        "login_required",
        "interaction_required",
        "consent_required",
        "account_selection_required",
    }
)
AILING = frozenset({"server_error", "temporarily_unavailable"})
"""What a provider says instead of a code (RFC 6749, section 4.1.2.1; OpenID Connect Core, 3.1.2.6); other words are not written down."""


class Lost(SignInFailed):
    """An answer that this browser does not wait for, or no longer."""


class TooOften(SignInFailed):
    """Answers were brought from one place more often than people sign in."""


class Flow(NamedTuple):
    """One sign-in under way: the cookie alone, from which the provider's view of it is computed, so that nothing is kept."""

    cookie: str
    began_at: datetime
    pepper: bytes

    @property
    def state(self) -> str:
        return self._of("state")

    @property
    def nonce(self) -> str:
        return self._of("nonce")

    @property
    def verifier(self) -> str:
        """Of PKCE (RFC 7636): 43 characters."""
        return self._of("verifier")

    @property
    def challenge(self) -> str:
        return _text(hashlib.sha256(self.verifier.encode()).digest())

    def _of(self, what: str) -> str:
        return _text(
            hmac.digest(self.pepper, f"oidc {what}:{self.cookie}".encode(), hashlib.sha256)
        )


def client() -> Client | None:
    """As the stack was told; `None` where sign-in by a provider is off."""
    issuer, client_id = os.environ["OIDC_ISSUER"], os.environ["OIDC_CLIENT_ID"]
    return Client(issuer, client_id, os.environ["BASE_URL"]) if issuer and client_id else None


def provider_name() -> str | None:
    """As people know it: told to the stack, else the host of its address; `None` where it is off."""
    found = client()
    return (
        (
            os.environ["OIDC_NAME"]
            or found.issuer.partition("://")[2].partition("/")[0]
            or found.issuer
        )
        if found
        else None
    )


def begin(client: Client, at: datetime) -> tuple[str, str]:
    """Where the browser goes, and the cookie that it comes back with; raises `NoAnswer`."""
    flow = _flow(f"{int(at.timestamp())}.{randomness.token_urlsafe(sign_in.TOKEN_BYTES)}")
    address = oidc_provider.endpoints(client, at).authorization
    asked = {
        "response_type": "code",
        "scope": "openid email",
        "client_id": client.client_id,
        "redirect_uri": client.return_address,
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": flow.challenge,
        "code_challenge_method": "S256",
    }
    return f"{address}{'&' if urlsplit(address).query else '?'}{urlencode(asked)}", flow_cookie(
        flow.cookie
    )


def come_back(client: Client, request: Request) -> str:
    """The cookie's value of a visit that begins; raises `Lost`, `TooOften`, `Unproven` and `NoAnswer`."""
    flow = _waiting_for(request)
    _count(flow.pepper, request)
    code = _code(client, request)
    known = oidc_provider.endpoints(client, request.now)
    if known.names_itself and request.query("iss") is None:
        raise Unproven("unnamed_issuer")
    token = oidc_provider.id_token(client, _secret(), known, code, flow.verifier)
    email = proven_address(
        token, Expected(client.issuer, client.client_id, flow.nonce), request.now
    )
    visit = sign_in.enter_named(
        _person(flow.pepper, email, request.now),
        flow.state,
        flow.began_at + 2 * FLOW_LIFE,
        request.now,
    )
    if visit is None:
        raise Lost("used_before")
    return visit


def flow_cookie(value: str | None) -> str:
    """Lax, because the provider's answer is a page that another site leads to."""
    return own_cookie(_cookie_name(), value, FLOW_LIFE)


def _cookie_name() -> str:
    return own_name("gv_oidc")


def _flow(cookie: str) -> Flow:
    began = cookie.partition(".")[0][:10]
    return Flow(
        cookie,
        datetime.fromtimestamp(int(began) if began.isascii() and began.isdigit() else 0, UTC),
        secrets.pepper(),
    )


def _waiting_for(request: Request) -> Flow:
    """The flow that this browser has begun and this answer belongs to: its `state` is the signature of the cookie, time included."""
    cookie = request.cookie(_cookie_name())
    if not cookie or len(cookie) > sign_in.LONGEST_TOKEN:
        raise Lost("no_cookie")
    flow = _flow(cookie)
    if not hmac.compare_digest((request.query("state") or "").encode(), flow.state.encode()):
        raise Lost("wrong_state")
    if not flow.began_at <= request.now < flow.began_at + FLOW_LIFE:
        raise Lost("too_late")
    return flow


def _count(pepper: bytes, request: Request) -> None:
    """Each answer makes us ask the provider, so they are as many as people have hands."""
    caller = identity.address_hash(pepper, request.event["requestContext"]["http"]["sourceIp"])
    window = int(request.now.timestamp()) // sign_in.WINDOW_SECONDS
    brought = console_sessions.count_asked(
        f"{caller}.oidc", window, (window + 1) * sign_in.WINDOW_SECONDS
    )
    if brought > ANSWERS_OF_A_CALLER:
        raise TooOften("too_often")


def _code(client: Client, request: Request) -> str:
    """The code of an answer that is the provider's own (RFC 9207), as far as it says so."""
    if request.query("iss") not in (None, client.issuer):
        raise Unproven("other_issuer")
    told, code = request.query("error"), request.query("code")
    if told in AILING:
        raise NoAnswer(told)
    if told:
        raise Unproven(told if told in TELLING else "provider_refused")
    if not code or len(code) > LONGEST_CODE:
        raise Unproven("no_code")
    return code


def _secret() -> str:
    found = secrets.oidc_secret()
    if not found:
        raise NoAnswer("no_secret")
    return found


def _person(pepper: bytes, email: str, at: datetime) -> StaffMember:
    """Who of the staff has this address. Other letters that look like ours are another mailbox, whatever their normal form is."""
    found = sign_in.known(pepper, identity.email_hash(pepper, email), at)
    if found is None or not (email.isascii() or email == found.email):
        raise Unproven("not_of_the_staff")
    return found


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
