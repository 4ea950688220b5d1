"""Pages of the console: open to whoever is signed in and may, each form proves that it was ours, each change tells who made it."""

import hmac
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote, urlencode

from shared.api.http import Answer, Request, refused
from shared.api.staff_actions import reason_in
from shared.console import sign_in
from shared.console.roles import may
from shared.domain.document import Document
from shared.domain.staff_action import StaffAction
from shared.pages.site import Site, language_asked, language_chosen, page, refuse_other_sites
from shared.problem import Forbidden, refusal_of, status_of
from shared.store.programs.staff import StaffMember

HOME, SIGN_IN = "/console", "/console/sign-in"


class Desk(NamedTuple):
    """One request of somebody who is signed in."""

    request: Request
    person: StaffMember
    token: str

    @property
    def language(self) -> str:
        return language_asked(self.request)

    def may(self, permission: str) -> bool:
        return may(self.person.role, permission)

    def page(self, template: str, status: int = 200, **told: object) -> Answer:
        """A template below `console/`, in its frame."""
        return page(
            f"console/{template}",
            self.language,
            status,
            cookies=language_chosen(self.request),
            me=self.person,
            may=self.may,
            here=self.request.event["rawPath"],
            form_token=sign_in.form_token(self.token),
            said=self.request.query("said"),
            **told,
        )

    def act(self, what: str, why: str | None = None) -> StaffAction:
        """What is done now, by whom: an id, whose address is on the page of the staff alone (decision 41)."""
        return StaffAction(f"staff:{self.person.id}", what, self.request.now, why)

    def reason(self, required: bool = True) -> str | None:
        """The reason in the form, as the audit keeps it; raises `InvalidDocument`."""
        told = self.request.form().get("reason", "")
        if not told and not required:
            return None
        source = Document({"reason": told})
        reason = reason_in(source)
        source.finish()
        return reason

    def go(self, path: str, said: str | None = None) -> Answer:
        """On to a page of ours, which says what was done where `console/said.html` knows the word."""
        return Answer(
            None, 303, {"location": f"{path}?{urlencode({'said': said})}" if said else path}
        )


class Console(Site):
    """As `Site`, for those who are signed in."""

    def page(
        self, key: str, permission: str
    ) -> Callable[[Callable[[Desk], Answer]], Callable[[Desk], Answer]]:
        """Register a function for a route of the template and whoever may."""

        def register(function: Callable[[Desk], Answer]) -> Callable[[Desk], Answer]:
            self.routes[key] = lambda request: self._served(request, permission, function)
            return function

        return register

    def _served(
        self, request: Request, permission: str, function: Callable[[Desk], Answer]
    ) -> Answer:
        desk = desk_of(request)
        if desk is None:
            return Answer(None, 303, {"location": SIGN_IN})
        if request.event["requestContext"]["http"]["method"] != "GET":
            _check_form(request, desk)
        if not desk.may(permission):
            raise Forbidden(
                "role", f"Your role, {desk.person.role}, may not do this; ask an owner."
            )
        return function(desk)

    def refusal(self, request: Request, error: Exception) -> Answer:
        """Back leads to the page of what was to be changed."""
        refusal, told = refusal_of(error), refused(error)
        headers = {name: value for name, value in told.headers.items() if name != "content-type"}
        back = request.event["rawPath"].rpartition("/")[0]
        return page(
            "console/refused.html",
            language_asked(request),
            status_of(refusal).value,
            headers,
            refusal=refusal,
            faults=refusal.more.get("errors", ()),
            back=back if back.startswith(HOME) else HOME,
        )


def desk_of(request: Request) -> Desk | None:
    token = sign_in.token_in(request)
    found = sign_in.visit_of(token, request.now)
    return Desk(request, found[1], token) if found else None


def _check_form(request: Request, desk: Desk) -> None:
    refuse_other_sites(request)
    if not hmac.compare_digest(
        request.form().get("form", "").encode(), sign_in.form_token(desk.token).encode()
    ):
        raise Forbidden(
            "stale_form",
            "This form is not of this visit; open the page again and send it from there.",
        )


def segment(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, safe="")
