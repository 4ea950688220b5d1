"""Pages of the console: who may open each, and what a handler of a page is given."""

import hmac
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote, urlencode

from shared.api.http import Answer
from shared.api.request import Request
from shared.api.staff_actions import GIVEN_REASON
from shared.console import sign_in
from shared.console.roles import may
from shared.domain.staff_action import StaffAction
from shared.pages.rendering import render
from shared.pages.site import (
    Site,
    html_answer,
    language_cookies,
    page_answer,
    reader_language,
    refusal_headers,
    refuse_other_sites,
)
from shared.problem import Forbidden, refusal_of, status_of
from shared.store.programs.staff import StaffMember

HOME, SIGN_IN = "/console", "/console/sign-in"


class ConsoleRequest(NamedTuple):
    """A request of a staff member who is signed in; `http` is the request itself."""

    http: Request
    staff_member: StaffMember
    session_token: str

    @property
    def language(self) -> str:
        return reader_language(self.http)

    def may(self, permission: str) -> bool:
        return may(self.staff_member.role, permission)

    def page(self, template: str, status: int = 200, **values: object) -> Answer:
        """The template `console/<template>`, which extends the frame, filled with `values`."""
        html = render(
            f"console/{template}",
            self.language,
            me=self.staff_member,
            may=self.may,
            here=self.http.raw_path,
            form_token=sign_in.form_token(self.session_token),
            said=self.http.query("said"),
            **values,
        )
        return html_answer(html, self.language, status, cookies=language_cookies(self.http))

    def action(self, name: str, reason: str | None = None) -> StaffAction:
        """What this staff member does now, for the audit log.

        It names them by id; the address stands on the page Staff alone (decision 41).
        """
        return StaffAction(f"staff:{self.staff_member.id}", name, self.http.now, reason)

    def reason(self, required: bool = True) -> str | None:
        """The field `reason` of the form, as the audit log keeps it; raises `InvalidDocument`."""
        text = self.http.form().get("reason", "")
        if not text and not required:
            return None
        return GIVEN_REASON.parse({"reason": text}).reason

    def redirect(self, path: str, notice: str | None = None) -> Answer:
        """On to a page of ours; `notice` is the word of a sentence in `console/said.html`."""
        query = f"?{urlencode({'said': notice})}" if notice else ""
        return Answer(None, 303, {"location": f"{path}{query}"})


type PageHandler = Callable[[ConsoleRequest], Answer]


class Console(Site):
    """A `Site` for staff: `page` registers routes that ask for a session and a permission."""

    def page(self, key: str, permission: str) -> Callable[[PageHandler], PageHandler]:
        """Register a function for a route of the template, such as `GET /console/keys`."""

        def register(function: PageHandler) -> PageHandler:
            self.routes[key] = lambda request: self._served(request, permission, function)
            return function

        return register

    def _served(self, request: Request, permission: str, function: PageHandler) -> Answer:
        signed_in = authenticate(request)
        if signed_in is None:
            return Answer(None, 303, {"location": SIGN_IN})
        if request.method != "GET":
            _check_form(signed_in)
        if not signed_in.may(permission):
            role = signed_in.staff_member.role
            raise Forbidden("role", f"Your role, {role}, may not do this; ask an owner.")
        return function(signed_in)

    def refusal(self, request: Request, error: Exception) -> Answer:
        """A page that leads back to the path without its last part."""
        refusal = refusal_of(error)
        back = request.raw_path.rpartition("/")[0]
        return page_answer(
            "console/refused.html",
            reader_language(request),
            status_of(refusal).value,
            refusal_headers(error),
            refusal=refusal,
            faults=refusal.more.get("errors", ()),
            back=back if back.startswith(HOME) else HOME,
        )


def authenticate(request: Request) -> ConsoleRequest | None:
    """The request with its staff member; `None` where its cookie belongs to no open session."""
    token = sign_in.session_token(request)
    session = sign_in.resume_session(token, request.now)
    return ConsoleRequest(request, session[1], token) if token and session else None


def _check_form(request: ConsoleRequest) -> None:
    """Raises `Forbidden` for a form of another site, or of another session."""
    refuse_other_sites(request.http)
    form_token = sign_in.form_token(request.session_token)
    if not hmac.compare_digest(request.http.form().get("form", "").encode(), form_token.encode()):
        raise Forbidden(
            "stale_form",
            "This form is not of this visit; open the page again and send it from there.",
        )


def path_segment(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, safe="")
