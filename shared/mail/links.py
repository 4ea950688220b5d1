"""What a mail contains besides its text: signed tokens for unsubscribing and for its chart, and the
mail key in a header.
"""

import json
from collections.abc import Sequence
from typing import NamedTuple

from shared import base64url
from shared.api.signed_tokens import TokenPurpose, read_token, sign_token
from shared.domain.outgoing.mail import KINDS, MailKey

CHART_MONTHS = 12


class UnsubscribeLink(NamedTuple):
    """The member whose mails the link stops (internal id), and the kind of the mail that contains
    the link.
    """

    member: str
    kind: str


def sign_unsubscribe_token(pepper: bytes, link: UnsubscribeLink) -> str:
    return sign_token(pepper, TokenPurpose.UNSUBSCRIBE, f"{link.kind}.{link.member}")


def read_unsubscribe_token(pepper: bytes, token: str) -> UnsubscribeLink | None:
    """The link in a token; `None` if we did not sign the token."""
    signed = read_token(pepper, TokenPurpose.UNSUBSCRIBE, token)
    kind, _, member = signed.payload.partition(".") if signed else ("", "", "")
    return UnsubscribeLink(member, kind) if kind in KINDS else None


def sign_chart_token(pepper: bytes, amounts: Sequence[int]) -> str:
    """A token with the amounts of a chart, one for each month, in minor units. The chart is drawn
    from the token alone.
    """
    return sign_token(pepper, TokenPurpose.MAIL_CHART, ",".join(map(str, amounts)))


def read_chart_token(pepper: bytes, token: str) -> list[int] | None:
    """The amounts in a token; `None` if we did not sign the token."""
    signed = read_token(pepper, TokenPurpose.MAIL_CHART, token)
    return [int(amount) for amount in signed.payload.split(",")] if signed else None


def encode_mail_key(key: MailKey) -> str:
    """The mail key as text for a header. SES repeats the header in its events about the mail."""
    return base64url.encode(json.dumps(key, separators=(",", ":")).encode())


def decode_mail_key(text: str) -> MailKey | None:
    """The mail key in a header; `None` if the text is not an encoded key."""
    try:
        parts = json.loads(base64url.decode(text))
        return MailKey(*parts) if all(isinstance(part, str) for part in parts) else None
    except (TypeError, ValueError):
        return None
