"""What the shop tells of a member, read once (design, section 7)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.domain.document import Document, text
from shared.domain.order_document import LONGEST_EMAIL


@dataclass(frozen=True, slots=True)
class Form:
    """What the shop tells of a member; what is `None` was not told and stays as it is."""

    login: str
    email: str | None
    email_hash: str | None
    name: str | None
    signed_up_at: datetime | None
    referrer_login: str | None
    ref_token: str | None
    code: str | None


def parse_form(document: dict, hash_email: Callable[[str], str]) -> Form:
    """Raises `Invalid`."""
    source = Document(document)
    email = source.field("email", None, _email)
    form = Form(
        login=source.identifier("login"),
        email=email,
        email_hash=hash_email(email) if email else None,
        name=source.text("name", None),
        signed_up_at=source.instant("signed_up_at", None),
        referrer_login=source.identifier("referrer_login", None),
        ref_token=source.text("ref_token", None),
        code=source.text("code", None),
    )
    source.refuse_unknown()
    source.finish()
    return form


def _email(value: object) -> str:
    address = text(value, LONGEST_EMAIL).strip()
    name, at, domain = address.rpartition("@")
    if not (name and at and domain) or not address.isprintable() or any(mark in address for mark in ' <>,;"'):
        raise ValueError("must be an e-mail address, such as ines@example.com")
    return address
