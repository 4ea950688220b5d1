"""What addresses in mails carry: signed tokens to unsubscribe and for the chart, and a mail's own reference."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from shared import base64url
from shared.api.signed_tokens import TokenPurpose, read_token, sign_token
from shared.domain.outgoing.mail import KINDS, MailKey

MOST_MONTHS = 12


class Unsubscribing(NamedTuple):
    """Whose mails, and of which kind the one was that the link stood in."""

    member: str
    kind: str


def unsubscribe_token(pepper: bytes, asked: Unsubscribing) -> str:
    return sign_token(pepper, TokenPurpose.UNSUBSCRIBE, f"{asked.kind}.{asked.member}")


def read_unsubscribe_token(pepper: bytes, token: str) -> Unsubscribing | None:
    """`None` where we did not sign it."""
    signed = read_token(pepper, TokenPurpose.UNSUBSCRIBE, token)
    kind, _, member = signed.payload.partition(".") if signed else ("", "", "")
    return Unsubscribing(member, kind) if kind in KINDS else None


def chart_token(pepper: bytes, amounts: Sequence[int]) -> str:
    """The figures of a chart, minor units by month: the picture needs nothing else, and shows the same for ever."""
    return sign_token(pepper, TokenPurpose.MAIL_CHART, ",".join(map(str, amounts)))


def read_chart_token(pepper: bytes, token: str) -> list[int] | None:
    """`None` where we did not sign it."""
    signed = read_token(pepper, TokenPurpose.MAIL_CHART, token)
    return [int(amount) for amount in signed.payload.split(",")] if signed else None


def reference(letter: MailKey) -> str:
    """A mail's name in its own header, by which SES's events tell which one they are about."""
    return base64url.encode(json.dumps(letter, separators=(",", ":")).encode())


def letter_of(text: str) -> MailKey | None:
    """The mail that a reference means; `None` where it is none."""
    try:
        told = json.loads(base64url.decode(text))
        return MailKey(*told) if all(isinstance(part, str) for part in told) else None
    except (TypeError, ValueError):
        return None
