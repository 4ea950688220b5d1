"""What the shop sends about a member (specification: registration)."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from shared.domain.document import LONGEST_EMAIL, parse_text
from shared.domain.kinds import Identifier, Instant, Text
from shared.domain.record import Record
from shared.domain.shape import Kind

LONGEST_LANGUAGE = 35
_LANGUAGE_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""The form of a language tag (RFC 5646)."""


def _parse_language(value: object) -> str:
    """A language tag. Every language is accepted; members whose language has no catalogue read
    English.
    """
    tag = parse_text(value, LONGEST_LANGUAGE).strip()
    if not _LANGUAGE_TAG.fullmatch(tag):
        raise ValueError("must be a language tag, such as de or en-GB")
    return tag


def _parse_email(value: object) -> str:
    address = parse_text(value, LONGEST_EMAIL).strip()
    name, at, domain = address.rpartition("@")
    if (
        not (name and at and domain)
        or not address.isprintable()
        or any(mark in address for mark in ' <>,;"')
    ):
        raise ValueError("must be an email address, such as ines@example.com")
    return address


_EMAIL = Kind(_parse_email, {"type": "string", "maxLength": LONGEST_EMAIL})
_LANGUAGE = Kind(
    _parse_language,
    {
        "type": "string",
        "maxLength": LONGEST_LANGUAGE,
        "description": "A language tag, such as de;"
        " mails and pages follow it where they are spoken",
    },
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberForm:
    """What the shop sends about a member. A field that is `None` was not sent, and the stored value
    stays.

    The shop does not send these fields:

    * `email_hash`: computed from `email`.
    * `own_code`: the code that the member shares already; only imports set it.
    * `imported`: true if the member is from the shop's past; only imports set it.
    """

    email: Annotated[str, _EMAIL] | None = None
    login: Identifier
    name: Text | None = None
    signed_up_at: Instant | None = None
    language: Annotated[str, _LANGUAGE] | None = None
    referrer_login: Identifier | None = None
    ref_token: Text | None = None
    code: Text | None = None
    email_hash: str | None = None
    own_code: str | None = None
    imported: bool = False


MEMBER_FORM = Record(MemberForm, "MemberForm")


def parse_member_form(
    document: Mapping[str, object], hash_email: Callable[[str], str]
) -> MemberForm:
    """The form, with the hash of its e-mail address. Raises `InvalidDocument`."""
    form = MEMBER_FORM.parse(document)
    return replace(form, email_hash=hash_email(form.email)) if form.email else form
