"""A member of the staff at the console, without HTTP: calls handlers with a cookie and forms."""

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
    """Set the environment of the console's functions, and allow the sender's address in SES."""
    for name, value in SITE.items():
        monkeypatch.setenv(name, value)
    boto3.client("sesv2").create_email_identity(EmailIdentity=SITE["MAIL_FROM"])


class Visitor:
    """A member of the staff with a role, signed in at `at`."""

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
        """Send a form as the console's own page does, with the token of the session."""
        body = urlencode({"form": sign_in.form_token(self.cookie)} | dict(form or {}))
        return send(
            handler,
            route,
            **{"cookies": self.cookies, "at": self.at, "headers": OUR_PAGE, "body": body} | parts,
        )


def link_for(pepper: bytes, email: str, at: datetime) -> str:
    """Return the token of a sign-in link that the address has asked for."""
    found = sign_in.request_link(pepper, email, "127.0.0.1", at)
    assert found is not None
    return found[1]


def text_of(page: str) -> str:
    """Return the text of a page without its tags, in single spaces."""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())
