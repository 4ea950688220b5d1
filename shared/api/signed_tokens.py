"""Signed tokens: text with a purpose, a payload and an optional end (decision 90).

A token is `<content>.<signature>`, both in base64url. The content is `<end>.<payload>`, where the
end is in Unix seconds or empty. The signature is an HMAC-SHA256 of the purpose and the content,
keyed with the pepper. Tokens are not stored.
"""

import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from shared import base64url
from shared.domain.instants import DAY


class TokenPurpose(StrEnum):
    """What a token is for. A token of one purpose is never valid for another."""

    API_SESSION = "api_session"
    """Opens a member's own data in the API, for a browser or an app."""
    PORTAL_SESSION = "portal_session"
    """Opens the advocate's pages. It is stored in a cookie."""
    MAILED_SIGN_IN = "mailed_sign_in"
    """Signs a member in to the advocate's pages. It is in the link of a mail."""
    JOIN = "join"
    """Proves that somebody who wants to become a member reads a mailbox. It is in the link of a
    mail.
    """
    STAFF_VIEW = "staff_view"
    """Shows an advocate's pages to a staff member, who can change nothing there. Names both of
    them.
    """
    UNSUBSCRIBE = "unsubscribe"
    MAIL_CHART = "mail_chart"


LIFETIMES = {
    TokenPurpose.API_SESSION: timedelta(minutes=15),
    TokenPurpose.PORTAL_SESSION: timedelta(hours=12),
    TokenPurpose.MAILED_SIGN_IN: 30 * DAY,
    TokenPurpose.STAFF_VIEW: timedelta(minutes=15),
}
"""How long the tokens that name a member are valid. A `JOIN` token has an end of its own; those of
the other purposes never end.
"""


class SignedToken(NamedTuple):
    """The content of a token that we signed. `ends_at` is `None` if it never ends."""

    payload: str
    ends_at: datetime | None

    def is_valid(self, at: datetime) -> bool:
        return self.ends_at is None or at < self.ends_at


def sign_token(
    pepper: bytes, purpose: TokenPurpose, payload: str, ends_at: datetime | None = None
) -> str:
    """A token that is valid for one purpose. Fractions of a second in `ends_at` are dropped."""
    end = "" if ends_at is None else str(int(ends_at.timestamp()))
    content = f"{end}.{payload}".encode()
    signature = _signature(pepper, purpose, content)
    return f"{base64url.encode(content)}.{base64url.encode(signature)}"


def read_token(pepper: bytes, purpose: TokenPurpose, token: str) -> SignedToken | None:
    """The content of a token, which may have ended; `None` if we did not sign it for this purpose."""
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
    """A token that names a member. Its purpose must be in `LIFETIMES`."""
    return sign_token(pepper, purpose, member, now + LIFETIMES[purpose])


def find_member(pepper: bytes, purpose: TokenPurpose, token: str, now: datetime) -> str | None:
    """The member's id in a token; `None` if we did not sign the token for this purpose or if it has
    ended.
    """
    signed = read_token(pepper, purpose, token)
    return signed.payload if signed and signed.is_valid(now) else None


def _signature(pepper: bytes, purpose: TokenPurpose, content: bytes) -> bytes:
    return hmac.digest(pepper, f"{purpose}:".encode() + content, hashlib.sha256)
