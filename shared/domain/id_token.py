"""What an ID token proves: whose address it is, told to us and just now (OpenID Connect Core 1.0, section 3.1.3.7)."""

import base64
import binascii
import hmac
import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

LEEWAY = timedelta(minutes=2)
"""Between the provider's clock and ours."""
LONGEST_ADDRESS = 254


class SignInFailed(Exception):
    """Nobody is let in; `why` is a word for the log, and never what somebody sent."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


class Unproven(SignInFailed):
    """What was told does not prove whose address it is."""


class Expected(NamedTuple):
    """Who tells it, whom, and in answer to what."""

    issuer: str
    client_id: str
    nonce: str


def proven_address(token: str, expected: Expected, at: datetime) -> str:
    """The verified e-mail address; raises `Unproven`.

    The signature is not looked at: the token has come straight from the provider's token endpoint, under its certificate (item 6).
    """
    claims = _claims(token)
    for why, holds in _demands(claims, expected, at).items():
        if not holds:
            raise Unproven(why)
    return _verified_address(claims)


def _claims(token: str) -> Mapping:
    parts = token.split(".")
    try:
        told = (
            base64.b64decode(parts[1] + "=" * (-len(parts[1]) % 4), b"-_", validate=True)
            if len(parts) == 3
            else b""
        )
        claims = json.loads(told.decode())
    except (binascii.Error, ValueError, RecursionError):
        claims = None
    if not isinstance(claims, dict):
        raise Unproven("unreadable_token")
    return claims


def _demands(claims: Mapping, expected: Expected, at: datetime) -> dict[str, bool]:
    now, leeway = at.timestamp(), LEEWAY // timedelta(seconds=1)
    ends, made, nonce = claims.get("exp"), claims.get("iat"), claims.get("nonce")
    return {
        "wrong_issuer": claims.get("iss") == expected.issuer,
        "wrong_audience": _is_for(claims, expected.client_id),
        "expired": _is_number(ends) and now < ends + leeway,
        "not_made_now": _is_number(made) and made - leeway <= now <= made + leeway,
        "wrong_nonce": isinstance(nonce, str)
        and hmac.compare_digest(nonce.encode("utf-8", "backslashreplace"), expected.nonce.encode()),
    }


def _is_for(claims: Mapping, client_id: str) -> bool:
    """Among several the one that asked is named by `azp` (items 3 to 5)."""
    audience, asked_by = claims.get("aud"), claims.get("azp")
    several = audience if isinstance(audience, list) else [audience]
    return client_id in several and (
        asked_by == client_id or (asked_by is None and len(several) == 1)
    )


def _verified_address(claims: Mapping) -> str:
    """Entra ID says `xms_edov` instead of `email_verified`: the domain of the address belongs to the tenant, or the address was proven."""
    email, verified = (
        claims.get("email"),
        claims.get("email_verified", claims.get("xms_edov") in (True, "1", "true")),
    )
    if verified is not True:
        raise Unproven("unverified_address")
    if not isinstance(email, str) or len(email) > LONGEST_ADDRESS or email.count("@") != 1:
        raise Unproven("no_address")
    return email


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
