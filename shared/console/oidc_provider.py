"""The OpenID provider for the sign-in of staff: its configuration, and the exchange of a code for a
token.

See OpenID Connect Discovery 1.0 and Core 1.0.
"""

import base64
import http.client
import json
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote_plus, urlencode, urlsplit

from shared.domain.id_token import SignInFailed, UnprovenAddress
from shared.outgoing.address import check_url
from shared.outgoing.connection import open_connection, request_target

CONFIGURATION_SECONDS = 3600
"""How long the provider's configuration is cached."""
PAUSE_SECONDS = 15
"""After a failure, we do not call the provider again for so long, however many people try to sign
in.
"""
TIMEOUT_SECONDS = 5
"""For one request and its whole answer. A sign-in needs at most two requests."""
MOST_BYTES = 64 * 1024
DISCOVERY_PATH = "/.well-known/openid-configuration"
AUTHENTICATION_METHODS = frozenset({"client_secret_basic", "client_secret_post"})
"""The ways in which we can authenticate at the provider (Core, section 9)."""


class ProviderUnavailable(SignInFailed):
    """The OpenID provider cannot be reached, or its answer does not follow the protocol."""


class OidcClient(NamedTuple):
    """Grapevine's registration at the OpenID provider (as its relying party). `base_url` is our own
    public address.
    """

    issuer: str
    client_id: str
    base_url: str

    @property
    def redirect_uri(self) -> str:
        return f"{self.base_url}/console/sign-in/callback"


class ProviderEndpoints(NamedTuple):
    """Two endpoints of the OpenID provider, and what it supports.

    * `secret_in_body`: the client secret must be sent with `client_secret_post`, in the body.
    * `sends_issuer`: each authorization response has the parameter `iss` (RFC 9207).
    """

    authorization: str
    token: str
    secret_in_body: bool
    sends_issuer: bool


def discover_endpoints(client: OidcClient, at: datetime) -> ProviderEndpoints:
    """The endpoints that the OpenID provider publishes. Raises `ProviderUnavailable`, also for
    `PAUSE_SECONDS` after a failure.
    """
    endpoints = _discover(client, int(at.timestamp()) // PAUSE_SECONDS)
    if isinstance(endpoints, ProviderUnavailable):
        raise ProviderUnavailable(endpoints.cause)
    return endpoints


def redeem_code(
    client: OidcClient, secret: str, endpoints: ProviderEndpoints, code: str, code_verifier: str
) -> str:
    """Exchanges an authorization code for an ID token (a token request; Core, section 3.1.3).

    Raises `UnprovenAddress` if the OpenID provider refuses the code, and `ProviderUnavailable` for
    any other failure.
    """
    fields = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": client.redirect_uri,
        "code_verifier": code_verifier,
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    if endpoints.secret_in_body:
        fields |= {"client_id": client.client_id, "client_secret": secret}
    else:
        headers["authorization"] = f"Basic {_basic_credentials(client.client_id, secret)}"
    body = urlencode(fields).encode()
    status, answer = _request_json("POST", endpoints.token, client.base_url, body, headers)
    if status == 400 and answer.get("error") not in ("invalid_client", "unauthorized_client"):
        raise UnprovenAddress("code_refused")
    if status in (400, 401):
        raise ProviderUnavailable("client_refused")
    token = answer.get("id_token")
    if status != 200 or not isinstance(token, str):
        raise ProviderUnavailable("no_token")
    return token


@lru_cache(maxsize=2)
def _discover(client: OidcClient, pause: int) -> ProviderEndpoints | ProviderUnavailable:
    """The endpoints, or the failure, cached for one `pause`.

    A pause is a number: seconds since the epoch, divided by `PAUSE_SECONDS`.
    """
    try:
        return _load_endpoints(client, pause * PAUSE_SECONDS // CONFIGURATION_SECONDS)
    except ProviderUnavailable as failure:
        return failure


@lru_cache(maxsize=2)
def _load_endpoints(client: OidcClient, _period: int) -> ProviderEndpoints:
    """The endpoints, read from the provider's configuration. Cached for one period of
    `CONFIGURATION_SECONDS`.
    """
    url = _checked(client.issuer, client).removesuffix("/") + DISCOVERY_PATH
    status, configuration = _request_json("GET", url, client.base_url)
    if status != 200:
        raise ProviderUnavailable("no_configuration")
    if configuration.get("issuer") != client.issuer:
        raise ProviderUnavailable("other_issuer")
    methods = configuration.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if not isinstance(methods, list) or not AUTHENTICATION_METHODS.intersection(map(str, methods)):
        raise ProviderUnavailable("no_way_to_prove_ourselves")
    return ProviderEndpoints(
        _checked(configuration.get("authorization_endpoint"), client),
        _checked(configuration.get("token_endpoint"), client),
        "client_secret_basic" not in methods,
        configuration.get("authorization_response_iss_parameter_supported") is True,
    )


def _checked(url: object, client: OidcClient) -> str:
    """The address, if we may send requests to it. Raises `ProviderUnavailable` if not."""
    try:
        return check_url(url, client.base_url)
    except ValueError:
        raise ProviderUnavailable("address_refused") from None


def _request_json(
    method: str,
    url: str,
    base_url: str,
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> tuple[int, dict[str, object]]:
    """The status and the JSON object of an answer. Redirects are not followed.

    The object is empty if the body is not a JSON object. Raises `ProviderUnavailable`.
    """
    all_headers = {
        "host": urlsplit(url).netloc,
        "accept": "application/json",
        "user-agent": "Grapevine",
        **(headers or {}),
    }
    try:
        with open_connection(url, base_url, TIMEOUT_SECONDS) as connection:
            connection.request(method, request_target(url), body, all_headers)
            answer = connection.getresponse()
            text = answer.read(MOST_BYTES + 1)
    except ValueError:
        raise ProviderUnavailable("address_refused") from None
    except (OSError, http.client.HTTPException) as error:
        why = "timeout" if isinstance(error, TimeoutError) else "unreachable"
        raise ProviderUnavailable(why) from None
    if connection.was_cut:
        raise ProviderUnavailable("timeout")
    if len(text) > MOST_BYTES:
        raise ProviderUnavailable("too_long")
    return answer.status, _parse_object(text)


def _parse_object(text: bytes) -> dict[str, object]:
    try:
        document = json.loads(text.decode())
    except (ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}


def _basic_credentials(client_id: str, secret: str) -> str:
    """Credentials for HTTP Basic. Both are first encoded as in a form (RFC 6749, section 2.3.1)."""
    return base64.b64encode(f"{quote_plus(client_id)}:{quote_plus(secret)}".encode()).decode()
