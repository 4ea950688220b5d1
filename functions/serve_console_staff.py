"""/console/sign-in, /sign-out, /staff: who may come into the console, by a link in a mail or a provider's word, and who says so."""

import logging
from urllib.parse import quote

from shared import secrets
from shared.api.http import Answer, Request
from shared.console import oidc, sign_in
from shared.console.oidc import Lost, TooOften
from shared.console.oidc_provider import Client, NoAnswer
from shared.console.people import change_role, invite, remove
from shared.console.roles import LOOK, OWN, ROLES
from shared.console.sign_in_mail import send_link
from shared.console.site import HOME, SIGN_IN, Console, Desk
from shared.domain.id_token import SignInFailed, Unproven
from shared.pages.site import language_asked, language_chosen, page, refuse_other_sites
from shared.problem import STATUSES, BadRequest, Forbidden, NotFound, TooManyRequests, Unavailable
from shared.store.programs import staff
from shared.store.programs.console_sessions import is_open

LONGEST_ADDRESS = 254
STAFF = "/console/staff"
FAILURES = {Lost: BadRequest, TooOften: TooManyRequests, Unproven: Forbidden, NoAnswer: Unavailable}
"""How a sign-in by the provider fails, and the refusal that it is like; `console/sign_in.html` has a sentence for each."""
log = logging.getLogger("grapevine")
handler = Console()


@handler.route("GET /console/sign-in")
def get_sign_in(request: Request) -> Answer:
    return _door(request, cookies=language_chosen(request))


@handler.route("POST /console/sign-in")
def ask_for_link(request: Request) -> Answer:
    """The same answer to everybody, whoever is known and however often they asked."""
    refuse_other_sites(request)
    email, caller = (
        request.form().get("email", "")[:LONGEST_ADDRESS],
        request.event["requestContext"]["http"]["sourceIp"],
    )

    wanted = (
        sign_in.ask(secrets.pepper(), email, caller, request.now) if email.count("@") == 1 else None
    )
    if wanted:
        person, token = wanted
        send_link(person.email, token, language_asked(request))

    return _door(request, asked=True)


@handler.route("GET /console/sign-in/oidc")
def go_to_provider(request: Request) -> Answer:
    """By a link and not a form: a form's `form-action` would hold for every address that the provider redirects to (decision 109)."""
    try:
        address, cookie = oidc.begin(_client(), request.now)
    except NoAnswer as failure:
        return _failed(request, failure)
    return Answer(None, 303, {"location": address}, (cookie,))


@handler.route("GET /console/sign-in/callback")
def come_back(request: Request) -> Answer:
    """The one GET that begins something: what comes with it is good once, for ten minutes, and in the browser that asked."""
    try:
        token = oidc.come_back(_client(), request)
    except SignInFailed as failure:
        return _failed(request, failure)
    return Answer(None, 303, {"location": HOME}, (sign_in.cookie(token), oidc.flow_cookie(None)))


@handler.route("GET /console/sign-in/{token}")
def get_link(request: Request) -> Answer:
    """Mail scanners follow links: only the button on this page uses it up."""
    usable = is_open(sign_in.hashed(request.path("token")), request.now)
    return page(
        "console/enter.html",
        language_asked(request),
        200 if usable else 410,
        usable=usable,
        here=_path_of(request),
    )


@handler.route("POST /console/sign-in/{token}")
def use_link(request: Request) -> Answer:
    refuse_other_sites(request)

    token = sign_in.enter(request.path("token"), request.now)

    if token is None:
        return page(
            "console/enter.html", language_asked(request), 410, usable=False, here=_path_of(request)
        )
    return Answer(None, 303, {"location": HOME}, (sign_in.cookie(token),))


@handler.page("POST /console/sign-out", LOOK)
def sign_out(desk: Desk) -> Answer:
    sign_in.leave(desk.token)
    return Answer(None, 303, {"location": SIGN_IN}, (sign_in.cookie(None),))


@handler.page("GET /console/staff", OWN)
def get_staff(desk: Desk) -> Answer:
    return desk.page("staff.html", people=staff.everybody(), roles=ROLES)


@handler.page("POST /console/staff", OWN)
def post_staff(desk: Desk) -> Answer:
    form = desk.request.form()
    invite(secrets.pepper(), form.get("email", ""), form.get("role", ""), desk.act("staff_invited"))
    return desk.go(STAFF, "invited")


@handler.page("POST /console/staff/{id}/role", OWN)
def post_role(desk: Desk) -> Answer:
    change_role(
        secrets.pepper(),
        desk.request.path_id(),
        desk.request.form().get("role", ""),
        desk.act("staff_role"),
    )
    return desk.go(STAFF, "role_changed")


@handler.page("POST /console/staff/{id}/remove", OWN)
def post_removal(desk: Desk) -> Answer:
    remove(secrets.pepper(), desk.request.path_id(), desk.act("staff_removed"))
    return desk.go(STAFF, "removed")


def _client() -> Client:
    found = oidc.client()
    if found is None:
        raise NotFound(
            "no_oidc", "Nobody signs in by OpenID Connect here; ask for a link by mail instead."
        )
    return found


def _failed(request: Request, failure: SignInFailed) -> Answer:
    """The door again, with a sentence; the log has a word of ours, and nothing that was sent."""
    log.warning("a sign-in by OpenID Connect failed: %s", failure.why)
    ended = () if isinstance(failure, Lost) else (oidc.flow_cookie(None),)
    return _door(
        request,
        STATUSES[FAILURES[type(failure)]].value,
        failed=type(failure).__name__,
        cookies=ended,
    )


def _door(
    request: Request,
    status: int = 200,
    asked: bool = False,
    failed: str | None = None,
    cookies: tuple[str, ...] = (),
) -> Answer:
    told = {"asked": asked, "failed": failed, "provider": oidc.provider_name()}
    return page("console/sign_in.html", language_asked(request), status, cookies=cookies, **told)


def _path_of(request: Request) -> str:
    return f"{SIGN_IN}/{quote(request.path('token'), safe='')}"
