"""Sign-in of staff by OpenID Connect: the authorization request and its callback (decision 109)."""

import base64
import hashlib
import hmac
import secrets as randomness
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from shared import identity, secrets
from shared.api.cookies import own_cookie, own_name
from shared.api.request import Request
from shared.console import oidc_provider, sign_in
from shared.console.oidc_provider import OidcClient, ProviderUnavailable
from shared.domain.id_token import ExpectedClaims, SignInFailed, UnprovenAddress, verified_address
from shared.settings import ShopSettings, SignInSettings
from shared.store.programs import console_sessions
from shared.store.programs.staff import StaffMember

REQUEST_LIFE = timedelta(minutes=10)
MOST_CALLBACKS_PER_IP = 60
"""Callbacks from one internet address in one window of sign-ins. Each callback makes us call the
provider.
"""
LONGEST_CODE = 4096
PROVIDER_ERRORS = frozenset({"server_error", "temporarily_unavailable"})
"""Errors in a callback which mean that the provider does not work (RFC 6749, section 4.1.2.1)."""
LOGGED_ERRORS = frozenset(
    {
        "access_denied",
        "login_required",
        "interaction_required",
        "consent_required",
        "account_selection_required",
    }
)
"""Errors that the log names as they are (also OpenID Connect Core, section 3.1.2.6)."""


class StaleCallback(SignInFailed):
    """The browser did not start this authorization request, or the request is too old or already
    used.
    """


class TooManyCallbacks(SignInFailed):
    """More callbacks from one internet address than people would cause by signing in."""


class AuthorizationRequest(NamedTuple):
    """One sign-in that has started. `cookie` is the value that the browser stores.

    State, nonce and code verifier are computed from the cookie and the pepper (the key of all keyed
    hashes), so they need not be stored.
    """

    cookie: str
    began_at: datetime
    pepper: bytes

    @property
    def state(self) -> str:
        return self._derive("state")

    @property
    def nonce(self) -> str:
        return self._derive("nonce")

    @property
    def code_verifier(self) -> str:
        """43 characters (RFC 7636)."""
        return self._derive("verifier")

    @property
    def code_challenge(self) -> str:
        return _base64url(hashlib.sha256(self.code_verifier.encode()).digest())

    def _derive(self, name: str) -> str:
        text = f"oidc {name}:{self.cookie}"
        return _base64url(hmac.digest(self.pepper, text.encode(), hashlib.sha256))


def configured_client() -> OidcClient | None:
    """Our registration at the OpenID Connect service that the settings name; `None` if they name
    none.
    """
    settings = SignInSettings.load()
    if not settings.oidc_issuer or not settings.oidc_client_id:
        return None
    base_url = ShopSettings.load().base_url
    return OidcClient(settings.oidc_issuer, settings.oidc_client_id, base_url)


def provider_name() -> str | None:
    """The OpenID provider's name for the sign-in button: `OIDC_NAME`, or the host of the issuer;
    `None` if no provider is set.
    """
    client = configured_client()
    if client is None:
        return None
    host = client.issuer.partition("://")[2].partition("/")[0]
    return SignInSettings.load().oidc_name or host or client.issuer


def begin_sign_in(client: OidcClient, at: datetime) -> tuple[str, str]:
    """The address of the authorization request, and the cookie that its callback needs.

    Raises `ProviderUnavailable`.
    """
    random_text = randomness.token_urlsafe(sign_in.TOKEN_BYTES)
    request = _authorization_request(f"{int(at.timestamp())}.{random_text}")
    endpoint = oidc_provider.discover_endpoints(client, at).authorization
    query = urlencode(
        {
            "response_type": "code",
            "scope": "openid email",
            "client_id": client.client_id,
            "redirect_uri": client.redirect_uri,
            "state": request.state,
            "nonce": request.nonce,
            "code_challenge": request.code_challenge,
            "code_challenge_method": "S256",
        }
    )
    address = f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{query}"
    return address, request_cookie(request.cookie)


def finish_sign_in(client: OidcClient, callback: Request) -> str:
    """The token of the new session that a callback starts.

    Raises `StaleCallback`, `TooManyCallbacks`, `UnprovenAddress` or `ProviderUnavailable`.
    """
    request = _request_of(callback)
    _count_callback(request.pepper, callback)
    code = _authorization_code(client, callback)
    endpoints = oidc_provider.discover_endpoints(client, callback.now)
    if endpoints.sends_issuer and callback.query("iss") is None:
        raise UnprovenAddress("unnamed_issuer")
    token = oidc_provider.redeem_code(
        client, _client_secret(), endpoints, code, request.code_verifier
    )
    expected = ExpectedClaims(client.issuer, client.client_id, request.nonce)
    email = verified_address(token, expected, callback.now)
    session_token = sign_in.begin_session_by_oidc(
        _load_staff_member(request.pepper, email, callback.now),
        request.state,
        request.began_at + 2 * REQUEST_LIFE,
        callback.now,
    )
    if session_token is None:
        raise StaleCallback("used_before")
    return session_token


def request_cookie(value: str | None) -> str:
    """The cookie of an authorization request. It is `SameSite=Lax` because another site redirects
    to the callback.

    `None` makes the browser delete it.
    """
    return own_cookie(_cookie_name(), value, REQUEST_LIFE)


def _cookie_name() -> str:
    return own_name("gv_oidc")


def _authorization_request(cookie: str) -> AuthorizationRequest:
    """The request that a cookie describes. The cookie is `<seconds since the epoch>.<random text>`."""
    text = cookie.partition(".")[0][:10]
    seconds = int(text) if text.isascii() and text.isdigit() else 0
    return AuthorizationRequest(cookie, datetime.fromtimestamp(seconds, UTC), secrets.pepper())


def _request_of(callback: Request) -> AuthorizationRequest:
    """The authorization request to which a callback belongs. Raises `StaleCallback`.

    The state is a signature of the whole cookie, so the time in the cookie can be trusted if the
    state is right.
    """
    cookie = callback.cookie(_cookie_name())
    if not cookie or len(cookie) > sign_in.LONGEST_TOKEN:
        raise StaleCallback("no_cookie")
    request = _authorization_request(cookie)
    if not hmac.compare_digest((callback.query("state") or "").encode(), request.state.encode()):
        raise StaleCallback("wrong_state")
    if not request.began_at <= callback.now < request.began_at + REQUEST_LIFE:
        raise StaleCallback("too_late")
    return request


def _count_callback(pepper: bytes, callback: Request) -> None:
    """Counts a callback. Raises `TooManyCallbacks`."""
    ip_address = callback.source_ip
    key = f"{identity.address_hash(pepper, ip_address)}.oidc"
    window = int(callback.now.timestamp()) // sign_in.WINDOW_SECONDS
    ends_at = (window + 1) * sign_in.WINDOW_SECONDS
    if console_sessions.count_asked(key, window, ends_at) > MOST_CALLBACKS_PER_IP:
        raise TooManyCallbacks("too_often")


def _authorization_code(client: OidcClient, callback: Request) -> str:
    """The code in a callback. Raises `UnprovenAddress` if it names another issuer (RFC 9207).

    Raises `ProviderUnavailable` or `UnprovenAddress` if the callback has an error instead of a
    code.
    """
    if callback.query("iss") not in (None, client.issuer):
        raise UnprovenAddress("other_issuer")
    error, code = callback.query("error"), callback.query("code")
    if error in PROVIDER_ERRORS:
        raise ProviderUnavailable(error)
    if error:
        raise UnprovenAddress(error if error in LOGGED_ERRORS else "provider_refused")
    if not code or len(code) > LONGEST_CODE:
        raise UnprovenAddress("no_code")
    return code


def _client_secret() -> str:
    secret = secrets.oidc_secret()
    if not secret:
        raise ProviderUnavailable("no_secret")
    return secret


def _load_staff_member(pepper: bytes, email: str, at: datetime) -> StaffMember:
    """The staff member with this address. Raises `UnprovenAddress`.

    An address with non-ASCII letters must be written exactly as it was invited. Letters that only
    look the same belong to another mailbox, even if their normal forms are equal.
    """
    staff_member = sign_in.find_staff_member(pepper, identity.email_hash(pepper, email), at)
    if staff_member is None or not (email.isascii() or email == staff_member.email):
        raise UnprovenAddress("not_of_the_staff")
    return staff_member


def _base64url(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
