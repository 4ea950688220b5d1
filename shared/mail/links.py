"""Addresses in mails that nobody but us can make: to unsubscribe, and of the chart. Signed, without an end, and stored nowhere."""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import NamedTuple

from shared.domain.outgoing.mail import KINDS, MailKey

SIGNATURE_BYTES = 16
MOST_MONTHS = 12


class Unsubscribing(NamedTuple):
    """Whose mails, and of which kind the one was that the link stood in."""

    member: str
    kind: str


def unsubscribe_token(pepper: bytes, asked: Unsubscribing) -> str:
    return _signed(pepper, b"unsubscribe", f"{asked.kind}.{asked.member}".encode())


def read_unsubscribe_token(pepper: bytes, token: str) -> Unsubscribing | None:
    """`None` where we did not sign it."""
    told = _read(pepper, b"unsubscribe", token)
    kind, _, member = told.decode().partition(".") if told else ("", "", "")
    return Unsubscribing(member, kind) if kind in KINDS else None


def chart_token(pepper: bytes, amounts: Sequence[int]) -> str:
    """The figures of a chart, minor units by month: the picture needs nothing else, and shows the same for ever."""
    return _signed(pepper, b"chart", ",".join(map(str, amounts)).encode())


def read_chart_token(pepper: bytes, token: str) -> list[int] | None:
    """`None` where we did not sign it."""
    told = _read(pepper, b"chart", token)
    return [int(amount) for amount in told.decode().split(",")] if told else None


def reference(letter: MailKey) -> str:
    """A mail's name in its own header, by which SES's events tell which one they are about."""
    return _encoded(json.dumps(letter, separators=(",", ":")).encode())


def letter_of(text: str) -> MailKey | None:
    """The mail that a reference means; `None` where it is none."""
    try:
        told = json.loads(_decoded(text))
        return MailKey(*told) if all(isinstance(part, str) for part in told) else None
    except (binascii.Error, TypeError, ValueError):
        return None


def _signed(pepper: bytes, purpose: bytes, told: bytes) -> str:
    return f"{_encoded(told)}.{_encoded(_signature(pepper, purpose, told))}"


def _read(pepper: bytes, purpose: bytes, token: str) -> bytes | None:
    told, _, signature = token.partition(".")
    try:
        found = _decoded(told)
        return (
            found
            if hmac.compare_digest(_decoded(signature), _signature(pepper, purpose, found))
            else None
        )
    except (binascii.Error, ValueError):
        return None


def _signature(pepper: bytes, purpose: bytes, told: bytes) -> bytes:
    return hmac.digest(pepper, b"mail:" + purpose + b":" + told, hashlib.sha256)[:SIGNATURE_BYTES]


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
