"""An OpenID Connect provider on loopback: publishes its addresses and exchanges codes for tokens.

It asks for no password.
"""

import base64
import hashlib
import json
import os
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote_plus, urlencode, urlsplit

import boto3
import pytest

from shared import secrets
from shared.console import oidc_provider
from tests.conftest import SECRETS

CLIENT_ID, SECRET = "grapevine console", "a secret: of+the tests"
DISCOVERY = "/.well-known/openid-configuration"


class Provider:
    """`email` is the address of whoever signs in. What the provider says can be changed:

    `claims` replace those of the token (`None` leaves one out), `configuration` replaces what it
    publishes, `answers` whole answers by their path, and `refusal` the code.
    """

    def __init__(self, server: ThreadingHTTPServer, now: Callable[[], datetime]) -> None:
        self.issuer, self.now, self.email = (
            f"http://127.0.0.1:{server.server_port}",
            now,
            "owner@example.com",
        )
        self.claims: dict = {}
        self.configuration: dict = {}
        self.answers: dict[str, tuple[int, bytes]] = {}
        self.refusal: dict[str, str] = {}
        self.codes: dict[str, dict[str, str]] = {}
        self.heard: list[tuple[str, dict[str, str], str]] = []
        self.forgets_codes = True

    def published(self) -> dict:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize?tenant=shop",
            "token_endpoint": f"{self.issuer}/token",
            **self.configuration,
        }

    def authorized(self, asked: dict[str, str]) -> str:
        """Return the address to which the browser is sent after consent."""
        fixed = [
            asked[name]
            for name in ("tenant", "response_type", "scope", "code_challenge_method", "client_id")
        ]
        assert fixed == ["shop", "code", "openid email", "S256", CLIENT_ID]
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        outcome = self.refusal or {"code": code}
        issuer = (
            {"iss": self.issuer}
            if self.configuration.get("authorization_response_iss_parameter_supported")
            else {}
        )
        return f"{asked['redirect_uri']}?{urlencode(outcome | issuer | {'state': asked['state']})}"

    def token(self, fields: dict[str, str], authorization: str) -> tuple[int, dict]:
        if not self._is_ours(fields, authorization):
            return 401, {"error": "invalid_client"}
        asked = self.codes.get(fields.get("code", ""))
        proof = {
            "redirect_uri": fields["redirect_uri"],
            "code_challenge": _challenge(fields["code_verifier"]),
        }
        if asked is None or not proof.items() <= asked.items():
            return 400, {"error": "invalid_grant"}
        if self.forgets_codes:
            del self.codes[fields["code"]]
        return 200, {
            "access_token": "at",
            "token_type": "Bearer",
            "id_token": self.id_token(asked["nonce"]),
        }

    def id_token(self, nonce: str) -> str:
        now = int(self.now().timestamp())
        claims = {
            "iss": self.issuer,
            "sub": "1",
            "aud": CLIENT_ID,
            "exp": now + 300,
            "iat": now,
            "nonce": nonce,
        }
        claims |= {"email": self.email, "email_verified": True, **self.claims}
        present = {name: value for name, value in claims.items() if value is not None}
        return ".".join(
            (_text(b'{"alg":"RS256"}'), _text(json.dumps(present).encode()), _text(b"signature"))
        )

    def _is_ours(self, fields: dict[str, str], authorization: str) -> bool:
        if "client_secret_post" in self.configuration.get(
            "token_endpoint_auth_methods_supported", ()
        ):
            return (fields.get("client_id"), fields.get("client_secret"), authorization) == (
                CLIENT_ID,
                SECRET,
                "",
            )
        name, _, secret = (
            base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        )
        return (unquote_plus(name), unquote_plus(secret)) == (
            CLIENT_ID,
            SECRET,
        ) and "client_secret" not in fields


@contextmanager
def running_provider(now: Callable[[], datetime]) -> Iterator[Provider]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.provider = Provider(server, now)
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    ).start()
    try:
        yield server.provider
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        parts, provider = urlsplit(self.path), self.server.provider
        provider.heard.append((parts.path, dict(self.headers), ""))
        if parts.path in provider.answers:
            self._say(*provider.answers[parts.path])
        elif parts.path == DISCOVERY:
            self._say(200, json.dumps(provider.published()).encode())
        elif parts.path == "/authorize":
            self._say(302, b"", provider.authorized(dict(parse_qsl(parts.query))))
        else:
            self._say(404, b"{}")

    def do_POST(self) -> None:
        body, provider = (
            self.rfile.read(int(self.headers["content-length"])).decode(),
            self.server.provider,
        )
        provider.heard.append((self.path, dict(self.headers), body))
        if self.path in provider.answers:
            self._say(*provider.answers[self.path])
        else:
            status, document = provider.token(
                dict(parse_qsl(body)), self.headers.get("authorization", "")
            )
            self._say(status, json.dumps(document).encode())

    def _say(self, status: int, body: bytes, location: str | None = None) -> None:
        self.send_response(status)
        if location or status in (302, 307):
            self.send_header("location", location or body.decode())
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_) -> None:
        return


@contextmanager
def dripping_provider() -> Iterator[tuple[str, threading.Event]]:
    """Run a provider that sends its answer byte by byte, for five seconds.

    Yields its issuer, and an event that is set when the client hangs up.
    """
    over, hung_up = threading.Event(), threading.Event()

    class Dripping(_Handler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            try:
                for _ in range(100):
                    if over.wait(0.05):
                        return
                    self.wfile.write(b" ")
            except OSError:
                hung_up.set()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Dripping)
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
    ).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", hung_up
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def configure_provider(environment: pytest.MonkeyPatch, issuer: str, secret: str = SECRET) -> None:
    """Set the provider in the environment and the secret; forget what was cached of another."""
    for name, value in {"OIDC_ISSUER": issuer, "OIDC_CLIENT_ID": CLIENT_ID}.items():
        environment.setenv(name, value)
    document = json.dumps(SECRETS | {"oidc": secret})
    boto3.client("secretsmanager").put_secret_value(
        SecretId=os.environ["SECRETS_ARN"], SecretString=document
    )
    for kept in (secrets._provider, oidc_provider._load_endpoints, oidc_provider._discover):
        kept.cache_clear()


def visit_provider(address: str) -> dict[str, str]:
    """Open an address of the provider; return the query with which it sends the browser back."""
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.build_opener(_NoRedirects).open(address, timeout=10)
    assert urlsplit(answer.value.headers["location"]).path == "/console/sign-in/callback"
    return dict(parse_qsl(urlsplit(answer.value.headers["location"]).query))


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_) -> None:
        return


def _challenge(verifier: str) -> str:
    return _text(hashlib.sha256(verifier.encode()).digest())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
