"""What an ID token proves about an e-mail address (OpenID Connect Core 1.0, section 3.1.3.7)."""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.domain.document import LONGEST_EMAIL

LEEWAY = timedelta(minutes=2)
"""How far the provider's clock and ours may differ."""

type Claims = Mapping[str, object]


class SignInFailed(Exception):
    """Nobody is let in. `cause` is a word for the log, never a text that was sent to us."""

    def __init__(self, cause: str):
        super().__init__(cause)
        self.cause = cause


class UnprovenAddress(SignInFailed):
    """The token does not prove whose address it names."""


class ExpectedClaims(NamedTuple):
    """The claims that the token must hold: who issued it, for whom, in answer to which request."""

    issuer: str
    client_id: str
    nonce: str


def verified_address(token: str, expected: ExpectedClaims, at: datetime) -> str:
    """The e-mail address that the provider has verified; raises `UnprovenAddress`.

    The signature is not checked: the token has come straight from the provider's token endpoint,
    under its certificate (item 6).
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
    """What must hold, each under the cause of a refusal where it does not."""
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
    """Whether the token is for us; among several audiences `azp` names ours (items 3 to 5)."""
    audience, authorized = claims.get("aud"), claims.get("azp")
    audiences = audience if isinstance(audience, list) else [audience]
    return client_id in audiences and (
        authorized == client_id or (authorized is None and len(audiences) == 1)
    )


def _address_in(claims: Claims) -> str:
    """The address, where `email_verified` is true.

    Entra ID says `xms_edov` instead: the domain of the address belongs to the tenant, or the
    address was proven.
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
