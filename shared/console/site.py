"""Pages of the console: who may open each page, and what its function gets."""

import hmac
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import quote, urlencode

from shared.api.http import Answer
from shared.api.request import Request
from shared.api.staff_actions import GIVEN_REASON
from shared.console import sign_in
from shared.console.roles import may
from shared.console.sent_form import NOT_SENT, SentForm
from shared.domain.staff_action import StaffAction
from shared.pages.rendering import render
from shared.pages.site import (
    Site,
    html_answer,
    language_cookies,
    page_answer,
    refusal_headers,
    refuse_other_sites,
    staff_language,
)
from shared.problem import EXPECTED, Forbidden, Problem, refusal_of, status_of
from shared.store.programs.staff import StaffMember

HOME, SIGN_IN = "/console", "/console/sign-in"
STALE_FORM = "stale_form"
SHOWN_AT_THE_FORM = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_FOUND,
    HTTPStatus.CONFLICT,
    HTTPStatus.PRECONDITION_FAILED,
    HTTPStatus.UNPROCESSABLE_CONTENT,
    HTTPStatus.SERVICE_UNAVAILABLE,
)


class ConsoleRequest(NamedTuple):
    """A request of a staff member who is signed in. `http` is the HTTP request.

    If a form was refused, its page is shown again: `sent` is the refused form, `sent_to` the path
    to which it was sent.
    """

    http: Request
    staff_member: StaffMember
    session_token: str
    sent: SentForm = NOT_SENT
    sent_to: str = ""

    @property
    def language(self) -> str:
        return staff_language(self.http)

    def may(self, permission: str) -> bool:
        return may(self.staff_member.role, permission)

    def page(self, template: str, status: int = 200, **values: object) -> Answer:
        """The page made from the template `console/<template>` and `values`.

        If a form was refused, the answer has the status of the refusal.
        """
        if self.sent.refusal:
            status = status_of(self.sent.refusal).value
        html = render(
            f"console/{template}",
            self.language,
            me=self.staff_member,
            may=self.may,
            here=self.http.raw_path,
            form_token=sign_in.form_token(self.session_token),
            said=self.http.query("said"),
            refused_form=self.sent,
            sent_to=self.sent_to,
            form_of=self.form_of,
            **values,
        )
        return html_answer(html, self.language, status, cookies=language_cookies(self.http))

    def refusal_page(self, error: Exception, back: str) -> Answer:
        """A page that says what was refused, with the console's menu and a link back."""
        refusal = refusal_of(error)
        answer = self.page(
            "refused.html",
            status_of(refusal).value,
            refusal=refusal,
            faults=refusal.more.get("errors", ()),
            back=back,
        )
        return replace(answer, headers={**answer.headers, **refusal_headers(error)})

    def form_of(self, path: str) -> SentForm:
        """The form that is sent to this path, with the typed texts if it was refused."""
        return self.sent if path == self.sent_to else NOT_SENT

    @property
    def actor(self) -> str:
        """This staff member as the audit log names them: by id. The e-mail address is only on the
        page Staff (decision 41).
        """
        return f"staff:{self.staff_member.id}"

    def action(self, name: str, reason: str | None = None) -> StaffAction:
        """The action of this staff member, for the audit log."""
        return StaffAction(self.actor, name, self.http.now, reason)

    def reason(self, required: bool = True) -> str | None:
        """The field `reason` of the form, as it is written to the audit log; `None` if it is empty
        and not `required`. Raises `InvalidDocument`.
        """
        text = self.http.form().get("reason", "")
        if not text and not required:
            return None
        return GIVEN_REASON.parse({"reason": text}).reason

    def redirect(self, path: str, notice: str | None = None) -> Answer:
        """A redirect to a page of the console. `notice` is the key of a sentence in
        `console/said.html`.
        """
        query = f"?{urlencode({'said': notice})}" if notice else ""
        return Answer(None, 303, {"location": f"{path}{query}"})


type PageHandler = Callable[[ConsoleRequest], Answer]


class Console(Site):
    """A `Site` for staff. Routes registered with `page` require a session and a permission."""

    def __init__(self) -> None:
        super().__init__(for_pages=False)
        self.pages: dict[str, PageHandler] = {}

    def page(
        self, key: str, permission: str, form_on: str | None = None
    ) -> Callable[[PageHandler], PageHandler]:
        """Registers a function for a route of the template, such as `GET /console/keys`.

        `form_on` is the route of the page with the form that is sent here. A refused form is shown
        again on that page.
        """

        def register(function: PageHandler) -> PageHandler:
            self.pages[key] = function
            self.routes[key] = lambda request: self._served(request, permission, form_on)
            return function

        return register

    def _served(self, request: Request, permission: str, form_on: str | None) -> Answer:
        signed_in = authenticate(request)
        if signed_in is None:
            return Answer(None, 303, {"location": SIGN_IN})
        if request.method != "GET":
            refuse_other_sites(request)
        try:
            _check_role(signed_in, permission)
            if request.method != "GET":
                _check_form(signed_in)
            return self.pages[request.route](signed_in)
        except EXPECTED as error:
            return self._refused(signed_in, error, form_on)

    def _refused(self, request: ConsoleRequest, error: Exception, form_on: str | None) -> Answer:
        """The page of the form with the refusal, if it can be shown; or else the page of refusals."""
        refusal = refusal_of(error)
        at_the_form = status_of(refusal) in SHOWN_AT_THE_FORM or refusal.code == STALE_FORM
        if form_on and at_the_form:
            with suppress(*EXPECTED):
                return self.pages[form_on](_with_form(request, refusal, form_on))
        return request.refusal_page(error, self.way_back(request.http))

    def refusal(self, request: Request, error: Exception) -> Answer:
        """The page that says what was refused, for readers who are not signed in. It is also the
        page for faults of our own.
        """
        refusal = refusal_of(error)
        return page_answer(
            "console/refused_outside.html",
            staff_language(request),
            status_of(refusal).value,
            refusal_headers(error),
            refusal=refusal,
            faults=refusal.more.get("errors", ()),
            back=self.way_back(request),
        )

    def way_back(self, request: Request) -> str:
        """The nearest existing page above the address of a request."""
        above = request.route.partition(" ")[2]
        while above.count("/") > 2:
            above = above.rpartition("/")[0]
            if f"GET {above}" in self.routes:
                break
        found = "/".join(request.raw_path.split("/")[: above.count("/") + 1])
        return found if found.startswith(f"{HOME}/") and found != request.raw_path else HOME


def authenticate(request: Request) -> ConsoleRequest | None:
    """The request with its staff member; `None` if its cookie has no open session."""
    token = sign_in.session_token(request)
    session = sign_in.resume_session(token, request.now)
    return ConsoleRequest(request, session[1], token) if token and session else None


def _with_form(request: ConsoleRequest, refusal: Problem, form_on: str) -> ConsoleRequest:
    """A GET request for the page of a form, made from the refused request. It contains the form
    that was sent.
    """
    event, context = request.http.event, request.http.event["requestContext"]
    page = {
        **event,
        "routeKey": form_on,
        "queryStringParameters": None,
        "body": None,
        "requestContext": {**context, "http": {**context["http"], "method": "GET"}},
    }
    sent = SentForm(request.http.form(), refusal)
    return request._replace(http=Request(page), sent=sent, sent_to=request.http.raw_path)


def _check_role(request: ConsoleRequest, permission: str) -> None:
    if not request.may(permission):
        role = request.staff_member.role
        raise Forbidden("role", f"Your role ({role}) cannot do this. Ask an owner.")


def _check_form(request: ConsoleRequest) -> None:
    """Raises `Forbidden` for a form from another session."""
    form_token = sign_in.form_token(request.session_token)
    if not hmac.compare_digest(request.http.form().get("form", "").encode(), form_token.encode()):
        raise Forbidden(
            STALE_FORM,
            "This form is from an earlier session. Open the page again and send it from there.",
        )


def path_segment(text: str) -> str:
    """A text, percent-encoded as one part of a path."""
    return quote(text, safe="")
