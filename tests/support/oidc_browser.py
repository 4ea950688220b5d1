"""A browser on its way to an OpenID provider and back, as the handlers see it."""

from collections.abc import Mapping

from functions import serve_console, serve_console_staff
from tests.support.console_visitor import text_of
from tests.support.http_events import NOW, Answered, send
from tests.support.oidc_provider import visit_provider

BASE, DOOR = "http://127.0.0.1:8000", "GET /console/sign-in"
GO, BACK, HOME = "GET /console/sign-in/oidc", "GET /console/sign-in/callback", "GET /console"
NOT_SIGNED_IN = "You weren't signed in. Your account needs"
NO_ANSWER = "because the provider didn't respond correctly"
LOST = "This sign-in has expired"


class Browser:
    """Keeps cookies and follows the redirects of a sign-in."""

    def __init__(self):
        self.jar: dict[str, str] = {}

    @property
    def cookies(self) -> list[str]:
        return [f"{name}={value}" for name, value in self.jar.items()]

    def get(self, route: str, query: Mapping[str, str] | None = None, at=NOW) -> Answered:
        answered = send(
            serve_console_staff.handler, route, query=query, cookies=self.cookies, at=at
        )
        for cookie in answered.cookies:
            name, _, value = cookie.partition(";")[0].partition("=")
            self.jar = {other: kept for other, kept in self.jar.items() if other != name} | (
                {name: value} if value else {}
            )
        return answered

    def go(self, at=NOW) -> str:
        """Start a sign-in; return the address of the provider."""
        answered = self.get(GO, at=at)
        assert answered.status == 303, text_of(answered.text)
        return answered.headers["location"]

    def back(self, callback: Mapping[str, str], at=NOW) -> Answered:
        return self.get(BACK, callback, at)

    def sign_in(self) -> Answered:
        return self.back(visit_provider(self.go()))

    def home(self) -> int:
        return send(serve_console.handler, HOME, cookies=self.cookies, at=NOW).status


def check_refused(answered: Answered, status: int, sentence: str):
    """Check that the sign-in page says why, still offers the link by mail, and sets no session."""
    assert answered.status == status
    assert sentence in text_of(answered.text)
    assert 'action="/console/sign-in"' in answered.text
    assert not [cookie for cookie in answered.cookies if "gv_console" in cookie]
