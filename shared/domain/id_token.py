"""Checks an ID token and reads the verified e-mail address (OpenID Connect Core 1.0, section
3.1.3.7).
"""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.document import LONGEST_EMAIL

LEEWAY = timedelta(minutes=2)
"""The most by which the clock of the sign-in service and ours may differ."""

type Claims = Mapping[str, object]


class SignInFailed(Exception):
    """A sign-in is refused. `cause` is a code for the log; it never holds text that was sent to us."""

    def __init__(self, cause: str):
        super().__init__(cause)
        self.cause = cause


class UnprovenAddress(SignInFailed):
    """The token does not prove that its e-mail address belongs to the person who signs in."""


class ExpectedClaims(NamedTuple):
    """The values that the token must hold: its issuer, our client id, and the nonce of the request
    that it answers.
    """

    issuer: str
    client_id: str
    nonce: str


def verified_address(token: str, expected: ExpectedClaims, at: datetime) -> str:
    """The e-mail address in the token. Raises `UnprovenAddress` if the sign-in service has not
    verified it, or if the token is unreadable, expired or not made for this sign-in.

    The signature is not checked, because the token comes straight from the service's token endpoint
    over TLS (section 3.1.3.7, item 6).
    """
    claims = _parse_claims(token)
    for cause, holds in _conditions(claims, expected, at).items():
        if not holds:
            raise UnprovenAddress(cause)
    return _address_in(claims)


def _parse_claims(token: str) -> Claims:
    parts = token.split(".")
    try:
        padding = "=" * (-len(parts[1]) % 4) if len(parts) == 3 else ""
        payload = parts[1] + padding if len(parts) == 3 else ""
        claims = json.loads(base64.b64decode(payload, b"-_", validate=True).decode())
    except (binascii.Error, ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        raise UnprovenAddress("unreadable_token")
    return claims


def _conditions(claims: Claims, expected: ExpectedClaims, at: datetime) -> dict[str, bool]:
    """All conditions of a valid token, as pairs: the `cause` to report if the condition fails, and
    whether it holds.
    """
    now, leeway = at.timestamp(), LEEWAY // timedelta(seconds=1)
    expires_at, issued_at = _number(claims.get("exp")), _number(claims.get("iat"))
    nonce = claims.get("nonce")
    return {
        "wrong_issuer": claims.get("iss") == expected.issuer,
        "wrong_audience": _is_for(claims, expected.client_id),
        "expired": expires_at is not None and now < expires_at + leeway,
        "not_made_now": issued_at is not None and issued_at - leeway <= now <= issued_at + leeway,
        "wrong_nonce": isinstance(nonce, str)
        and hmac.compare_digest(nonce.encode("utf-8", "backslashreplace"), expected.nonce.encode()),
    }


def _is_for(claims: Claims, client_id: str) -> bool:
    """Whether the token was issued for us. If it has several audiences, `azp` must name us (items 3
    to 5).
    """
    audience, authorized = claims.get("aud"), claims.get("azp")
    audiences = audience if isinstance(audience, list) else [audience]
    return client_id in audiences and (
        authorized == client_id or (authorized is None and len(audiences) == 1)
    )


def _address_in(claims: Claims) -> str:
    """The address, if `email_verified` is true; raises `UnprovenAddress` if not.

    Entra ID sends `xms_edov` instead. It is true if the tenant owns the domain of the address, or
    if the address was verified.
    """
    email = claims.get("email")
    verified = claims.get("email_verified", claims.get("xms_edov") in (True, "1", "true"))
    if verified is not True:
        raise UnprovenAddress("unverified_address")
    if not isinstance(email, str) or len(email) > LONGEST_EMAIL or email.count("@") != 1:
        raise UnprovenAddress("no_address")
    return email


def _number(value: object) -> float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None
