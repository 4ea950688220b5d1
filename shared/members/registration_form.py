"""What the shop tells of a member, read once (design, section 7)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.document import Document, text
from shared.domain.orders.facts_document import LONGEST_EMAIL

LONGEST_LANGUAGE = 35
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
"""What a language tag looks like (RFC 5646)."""


@dataclass(frozen=True, slots=True)
class MemberForm:
    """What the shop tells of a member; what is `None` was not told and stays as it is."""

    login: str
    email: str | None
    email_hash: str | None
    name: str | None
    signed_up_at: datetime | None
    language: str | None
    referrer_login: str | None
    ref_token: str | None
    code: str | None


def parse_form(document: dict, hash_email: Callable[[str], str]) -> MemberForm:
    """Raises `InvalidDocument`."""
    source = Document(document)
    email = source.field("email", None, _email)
    form = MemberForm(
        login=source.identifier("login"),
        email=email,
        email_hash=hash_email(email) if email else None,
        name=source.text("name", None),
        signed_up_at=source.instant("signed_up_at", None),
        language=source.field("language", None, _language),
        referrer_login=source.identifier("referrer_login", None),
        ref_token=source.text("ref_token", None),
        code=source.text("code", None),
    )
    source.refuse_unknown()
    source.finish()
    return form


def _language(value: object) -> str:
    """Any language may be told; people whose own is not spoken here read English."""
    tag = text(value, LONGEST_LANGUAGE).strip()
    if not _LANGUAGE.fullmatch(tag):
        raise ValueError("must be a language tag, such as de or en-GB")
    return tag


def _email(value: object) -> str:
    address = text(value, LONGEST_EMAIL).strip()
    name, at, domain = address.rpartition("@")
    if (
        not (name and at and domain)
        or not address.isprintable()
        or any(mark in address for mark in ' <>,;"')
    ):
        raise ValueError("must be an e-mail address, such as ines@example.com")
    return address
