"""Signed tokens: text that names a purpose, says something, and can end (decision 90).

A token is `<content>.<signature>`, both in base64url. The content is `<end>.<payload>`, where the
end is in Unix seconds or empty. The signature is an HMAC-SHA256 of purpose and content, keyed by
the pepper. Tokens are stored nowhere.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from shared import base64url
from shared.domain.instants import DAY


class TokenPurpose(StrEnum):
    """What a token is for; one of another purpose is never valid."""

    API_SESSION = "api_session"
    """Opens a member's own data in the API. It is in the hands of a browser or an app."""
    PORTAL_SESSION = "portal_session"
    """Opens the advocate's pages. It is a cookie."""
    MAILED_SIGN_IN = "mailed_sign_in"
    """Signs in to the advocate's pages. It is in the link of a mail."""
    STAFF_VIEW = "staff_view"
    """Shows a member of staff the advocate's pages, and changes nothing. It names both."""
    UNSUBSCRIBE = "unsubscribe"
    MAIL_CHART = "mail_chart"


LIFETIMES = {
    TokenPurpose.API_SESSION: timedelta(minutes=15),
    TokenPurpose.PORTAL_SESSION: timedelta(hours=12),
    TokenPurpose.MAILED_SIGN_IN: 30 * DAY,
    TokenPurpose.STAFF_VIEW: timedelta(minutes=15),
}
"""Of tokens that name a member. The others never end."""


class SignedToken(NamedTuple):
    """What a token that we signed says; `ends_at` None is never."""

    payload: str
    ends_at: datetime | None

    def is_valid(self, at: datetime) -> bool:
        return self.ends_at is None or at < self.ends_at


def sign_token(
    pepper: bytes, purpose: TokenPurpose, payload: str, ends_at: datetime | None = None
) -> str:
    """The end is kept to the second."""
    end = "" if ends_at is None else str(int(ends_at.timestamp()))
    content = f"{end}.{payload}".encode()
    signature = _signature(pepper, purpose, content)
    return f"{base64url.encode(content)}.{base64url.encode(signature)}"


def read_token(pepper: bytes, purpose: TokenPurpose, token: str) -> SignedToken | None:
    """`None` where we did not sign it for this purpose. It may have ended."""
    content_text, _, signature_text = token.partition(".")
    try:
        content, signature = base64url.decode(content_text), base64url.decode(signature_text)
    except ValueError:
        return None
    if not hmac.compare_digest(signature, _signature(pepper, purpose, content)):
        return None
    end, _, payload = content.decode().partition(".")
    return SignedToken(payload, datetime.fromtimestamp(int(end), UTC) if end else None)


def sign_member_token(pepper: bytes, purpose: TokenPurpose, member: str, now: datetime) -> str:
    """A token of a purpose in `LIFETIMES`, by the member's id."""
    return sign_token(pepper, purpose, member, now + LIFETIMES[purpose])


def find_member(pepper: bytes, purpose: TokenPurpose, token: str, now: datetime) -> str | None:
    """The member's id; `None` where we did not sign the token for this purpose, or it has ended."""
    signed = read_token(pepper, purpose, token)
    return signed.payload if signed and signed.is_valid(now) else None


def _signature(pepper: bytes, purpose: TokenPurpose, content: bytes) -> bytes:
    return hmac.digest(pepper, f"{purpose}:".encode() + content, hashlib.sha256)
