"""Signed texts that name a member, what they open and until when: a browser's session, the link in a mail. Stored nowhere (decision 90)."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime, timedelta

from shared.domain.instants import DAY

BROWSER, MAILED = "browser", "mailed"
LIVES = {BROWSER: timedelta(hours=12), MAILED: 30 * DAY}
"""A browser's session ends after half a day; a link in a mail lasts as long as the month that it tells of is of interest."""


def issue(pepper: bytes, purpose: str, member: str, now: datetime) -> str:
    """A ticket of a purpose, living from now on."""
    told = f"{int((now + LIVES[purpose]).timestamp())}.{member}".encode()
    return f"{_text(told)}.{_text(_signature(pepper, purpose, told))}"


def member_of(pepper: bytes, purpose: str, ticket: str, now: datetime) -> str | None:
    """Whom a ticket names; `None` where we did not sign it for this purpose, or it has ended."""
    told, _, signature = ticket.partition(".")
    try:
        found = _bytes(told)
        if not hmac.compare_digest(_bytes(signature), _signature(pepper, purpose, found)):
            return None
    except (binascii.Error, ValueError):
        return None
    ends, _, member = found.decode().partition(".")
    return member if now.timestamp() < int(ends) else None


def _signature(pepper: bytes, purpose: str, told: bytes) -> bytes:
    return hmac.digest(pepper, b"ticket:" + purpose.encode() + b":" + told, hashlib.sha256)


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
