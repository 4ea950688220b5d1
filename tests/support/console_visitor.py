"""Somebody of the staff at the console, without HTTP: the functions' own handlers, a cookie, and forms as their pages have them."""

import re
from collections.abc import Mapping
from datetime import datetime
from urllib.parse import urlencode

import boto3
import pytest

from shared import secrets
from shared.console import sign_in
from shared.console.roles import OWNER
from shared.domain.staff_action import StaffAction
from shared.store.programs import staff
from shared.store.programs.staff import StaffMember
from tests.support.http_events import NOW, Answered, send

OWNER_EMAIL = "owner@example.com"
OUR_PAGE = {"sec-fetch-site": "same-origin"}
SITE = {
    "BASE_URL": "https://grapevine.example.com",
    "OWNER_EMAIL": OWNER_EMAIL,
    "MAIL_FROM": "shop@example.com",
    "DEAD_LETTERS": "{}",
}
SITE |= {"OIDC_ISSUER": "", "OIDC_CLIENT_ID": "", "OIDC_NAME": ""}


def open_console(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the console's functions, and a sender's address that may send."""
    for name, value in SITE.items():
        monkeypatch.setenv(name, value)
    boto3.client("sesv2").create_email_identity(EmailIdentity=SITE["MAIL_FROM"])


class Visitor:
    """Signed in, in a role."""

    def __init__(self, role: str = OWNER, email: str | None = None, at: datetime = NOW):
        name, pepper = sign_in.new_staff_id(), secrets.pepper()
        email, self.at = email or f"{role}-{name}@staff.example.com", at
        self.person = StaffMember(name, email, secrets.hash_email(email), role, at)
        staff.invite(self.person, StaffAction("tests", "staff_invited", at))
        self.cookie = sign_in.begin_session(link_for(pepper, email, at), at)

    @property
    def cookies(self) -> list[str]:
        return [f"{sign_in.session_cookie_name()}={self.cookie}"]

    def get(self, handler, route: str, **parts) -> Answered:
        return send(handler, route, **{"cookies": self.cookies, "at": self.at} | parts)

    def post(self, handler, route: str, form: Mapping[str, str] | None = None, **parts) -> Answered:
        """A form as our own page sends it, with the visit's token."""
        body = urlencode({"form": sign_in.form_token(self.cookie)} | dict(form or {}))
        return send(
            handler,
            route,
            **{"cookies": self.cookies, "at": self.at, "headers": OUR_PAGE, "body": body} | parts,
        )


def link_for(pepper: bytes, email: str, at: datetime) -> str:
    """The token of a link that was asked for by mail."""
    found = sign_in.request_link(pepper, email, "127.0.0.1", at)
    assert found is not None
    return found[1]


def text_of(page: str) -> str:
    """What a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
