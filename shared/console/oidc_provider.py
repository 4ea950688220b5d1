"""The provider that staff signs in with: where it is asked, and what it hands out for a code (OpenID Connect Discovery and Core 1.0)."""

import base64
import http.client
import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote_plus, urlencode, urlsplit

from shared.domain.id_token import SignInFailed, Unproven
from shared.outgoing.address import checked_url
from shared.outgoing.connection import connected, target_of

KEPT_SECONDS = 3600
PAUSE_SECONDS = 15
"""After it did not answer, so that whoever presses the button again and again does not keep us waiting with them."""
FETCH_SECONDS = 5
"""One answer, from the first byte asked to the last one read; a sign-in waits for at most two."""
MOST_BYTES = 64 * 1024
PLACE = "/.well-known/openid-configuration"


class NoAnswer(SignInFailed):
    """The provider cannot be asked, or not in this way."""


class Client(NamedTuple):
    """What we are at the provider, and from where it is asked: `base_url` is our own address."""

    issuer: str
    client_id: str
    base_url: str

    @property
    def return_address(self) -> str:
        return f"{self.base_url}/console/sign-in/callback"


class Endpoints(NamedTuple):
    """`secret_in_body`: it takes our secret among the fields alone; `names_itself`: with each answer (RFC 9207)."""

    authorization: str
    token: str
    secret_in_body: bool
    names_itself: bool


def endpoints(client: Client, at: datetime) -> Endpoints:
    """As the provider publishes them, asked for once in an hour; raises `NoAnswer`."""
    found = _tried(client, int(at.timestamp()) // PAUSE_SECONDS)
    if isinstance(found, NoAnswer):
        raise NoAnswer(found.why)
    return found


def id_token(client: Client, secret: str, known: Endpoints, code: str, verifier: str) -> str:
    """What a code is worth; raises `Unproven` where it is worth nothing, `NoAnswer` where the provider does not say."""
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.return_address,
        "code_verifier": verifier,
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    if known.secret_in_body:
        fields |= {"client_id": client.client_id, "client_secret": secret}
    else:
        headers["authorization"] = f"Basic {_basic(client.client_id, secret)}"
    status, told = _asked("POST", known.token, client.base_url, urlencode(fields).encode(), headers)
    if status == 400 and told.get("error") not in ("invalid_client", "unauthorized_client"):
        raise Unproven("code_refused")
    if status in (400, 401):
        raise NoAnswer("client_refused")
    if status != 200 or not isinstance(told.get("id_token"), str):
        raise NoAnswer("no_token")
    return told["id_token"]


@lru_cache(maxsize=2)
def _tried(client: Client, pause: int) -> Endpoints | NoAnswer:
    try:
        return _published(client, pause * PAUSE_SECONDS // KEPT_SECONDS)
    except NoAnswer as failure:
        return failure


@lru_cache(maxsize=2)
def _published(client: Client, _period: int) -> Endpoints:
    status, told = _asked(
        "GET", _checked(client.issuer, client).removesuffix("/") + PLACE, client.base_url
    )
    if status != 200:
        raise NoAnswer("no_configuration")
    if told.get("issuer") != client.issuer:
        raise NoAnswer("other_issuer")
    ways = told.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if not isinstance(ways, list) or not {"client_secret_basic", "client_secret_post"}.intersection(
        map(str, ways)
    ):
        raise NoAnswer("no_way_to_prove_ourselves")
    return Endpoints(
        _checked(told.get("authorization_endpoint"), client),
        _checked(told.get("token_endpoint"), client),
        "client_secret_basic" not in ways,
        told.get("authorization_response_iss_parameter_supported") is True,
    )


def _checked(address: object, client: Client) -> str:
    try:
        return checked_url(address, client.base_url)
    except ValueError:
        raise NoAnswer("address_refused") from None


def _asked(
    method: str,
    url: str,
    base_url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict]:
    """A status and the JSON object that came with it; a redirect is an answer like any other, and none that is followed."""
    headers = {
        "host": urlsplit(url).netloc,
        "accept": "application/json",
        "user-agent": "Grapevine",
        **(headers or {}),
    }
    try:
        with connected(url, base_url, FETCH_SECONDS) as connection:
            connection.request(method, target_of(url), body, headers)
            answer = connection.getresponse()
            told = answer.read(MOST_BYTES + 1)
    except ValueError:
        raise NoAnswer("address_refused") from None
    except (OSError, http.client.HTTPException) as problem:
        raise NoAnswer("timeout" if isinstance(problem, TimeoutError) else "unreachable") from None
    if connection.was_cut:
        raise NoAnswer("timeout")
    if len(told) > MOST_BYTES:
        raise NoAnswer("too_long")
    return answer.status, _object(told)


def _object(told: bytes) -> dict:
    try:
        found = json.loads(told.decode())
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _basic(client_id: str, secret: str) -> str:
    """Each encoded as in a form first (RFC 6749, section 2.3.1)."""
    return base64.b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()
