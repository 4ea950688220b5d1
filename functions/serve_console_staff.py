"""/console/sign-in, /sign-out, /staff: how staff signs in, and who is in the staff."""

from http import HTTPStatus
from urllib.parse import quote

from shared import secrets
from shared.api.http import Answer
from shared.api.request import Request
from shared.console import oidc_sign_in, sign_in, staff_accounts
from shared.console.oidc_provider import OidcClient, ProviderUnavailable
from shared.console.oidc_sign_in import StaleCallback, TooManyCallbacks
from shared.console.roles import LOOK, OWN, ROLES
from shared.console.site import HOME, SIGN_IN, Console, ConsoleRequest
from shared.domain.document import LONGEST_EMAIL
from shared.domain.id_token import SignInFailed, UnprovenAddress
from shared.log import logger
from shared.mail.ses import Mail, send_mail_from_page
from shared.pages.rendering import render
from shared.pages.site import language_cookies, page_answer, refuse_other_sites, staff_language
from shared.problem import NotFound
from shared.settings import ShopSettings
from shared.store.programs import staff
from shared.store.programs.console_sessions import is_link_open

STAFF = "/console/staff"
FAILURES: dict[type[SignInFailed], tuple[HTTPStatus, str]] = {
    StaleCallback: (HTTPStatus.BAD_REQUEST, "stale_callback"),
    TooManyCallbacks: (HTTPStatus.TOO_MANY_REQUESTS, "too_many_callbacks"),
    UnprovenAddress: (HTTPStatus.FORBIDDEN, "unproven_address"),
    ProviderUnavailable: (HTTPStatus.SERVICE_UNAVAILABLE, "provider_unavailable"),
}
"""The status of a failed sign-in by the provider, and the key of its sentence in `sign_in.html`."""
handler = Console()


@handler.route("GET /console/sign-in")
def get_sign_in(request: Request) -> Answer:
    return _sign_in_page(request, cookies=language_cookies(request))


@handler.route("POST /console/sign-in")
def ask_for_link(request: Request) -> Answer:
    """Mails a link if the address belongs to a staff member. The answer is always the same, so
    nobody can find out which addresses are known.
    """
    refuse_other_sites(request)
    email = request.form().get("email", "")[:LONGEST_EMAIL]
    ip_address = request.source_ip

    if email.count("@") == 1:
        link = sign_in.request_link(secrets.pepper(), email, ip_address, request.now)
        if link:
            staff_member, token = link
            _send_link(staff_member.email, token, staff_language(request))

    return _sign_in_page(request, link_requested=True)


@handler.route("GET /console/sign-in/oidc")
def begin_oidc(request: Request) -> Answer:
    """Redirects to the OpenID provider. Opened by a link, not by a form, because `form-action`
    would also restrict the provider's redirects (decision 109).
    """
    try:
        address, cookie = oidc_sign_in.begin_sign_in(_client(), request.now)
    except ProviderUnavailable as failure:
        return _failed(request, failure)
    return Answer(None, 303, {"location": address}, (cookie,))


@handler.route("GET /console/sign-in/callback")
def finish_oidc(request: Request) -> Answer:
    """Starts a session after a sign-in at the OpenID provider. No other GET starts one. Its
    parameters work once, for ten minutes, and only in the browser that started the sign-in.
    """
    try:
        token = oidc_sign_in.finish_sign_in(_client(), request)
    except SignInFailed as failure:
        return _failed(request, failure)
    cookies = (sign_in.session_cookie(token), oidc_sign_in.request_cookie(None))
    return Answer(None, 303, {"location": HOME}, cookies)


@handler.route("GET /console/sign-in/{token}")
def get_link(request: Request) -> Answer:
    """The page of a mailed link, with a button that signs in. The link stays valid until the button
    is pressed, because mail scanners follow links.
    """
    usable = is_link_open(sign_in.hash_token(request.path("token")), request.now)
    return _link_page(request, usable)


@handler.route("POST /console/sign-in/{token}")
def use_link(request: Request) -> Answer:
    refuse_other_sites(request)

    token = sign_in.begin_session(request.path("token"), request.now)

    if token is None:
        return _link_page(request, usable=False)
    return Answer(None, 303, {"location": HOME}, (sign_in.session_cookie(token),))


@handler.page("POST /console/sign-out", LOOK)
def sign_out(request: ConsoleRequest) -> Answer:
    sign_in.end_session(request.session_token)
    return Answer(None, 303, {"location": SIGN_IN}, (sign_in.session_cookie(None),))


@handler.page("GET /console/staff", OWN)
def get_staff(request: ConsoleRequest) -> Answer:
    return request.page("staff.html", people=staff.list_staff(), roles=ROLES)


@handler.page("POST /console/staff", OWN, form_on="GET /console/staff")
def post_staff(request: ConsoleRequest) -> Answer:
    form = request.http.form()
    email, role = form.get("email", ""), form.get("role", "")
    staff_accounts.invite(secrets.pepper(), email, role, request.action("staff_invited"))
    return request.redirect(STAFF, "invited")


@handler.page("POST /console/staff/{id}/role", OWN, form_on="GET /console/staff")
def post_role(request: ConsoleRequest) -> Answer:
    staff_id, role = request.http.path_id(), request.http.form().get("role", "")
    staff_accounts.change_role(secrets.pepper(), staff_id, role, request.action("staff_role"))
    return request.redirect(STAFF, "role_changed")


@handler.page("POST /console/staff/{id}/remove", OWN, form_on="GET /console/staff")
def post_removal(request: ConsoleRequest) -> Answer:
    staff_id = request.http.path_id()
    staff_accounts.remove(secrets.pepper(), staff_id, request.action("staff_removed"))
    return request.redirect(STAFF, "removed")


def _client() -> OidcClient:
    client = oidc_sign_in.configured_client()
    if client is None:
        raise NotFound(
            "no_oidc",
            "Sign-in with OpenID Connect is not set up here. Ask for a link by email instead.",
        )
    return client


def _send_link(email: str, token: str, language: str) -> None:
    """Mails the link. A failure is only logged."""
    address = f"{ShopSettings.load().base_url}{SIGN_IN}/{token}"
    subject = render("console/sign_in_subject.txt", language).strip()
    text = render("console/sign_in.txt", language, address=address)
    html = render("console/sign_in_mail.html", language, address=address)
    send_mail_from_page(Mail(email, subject, text, html), "a link into the console")


def _failed(request: Request, failure: SignInFailed) -> Answer:
    """The sign-in page with a sentence about the failure. The cause is written to the log."""
    logger.warning("a sign-in by OpenID Connect failed", why=failure.cause)
    status, word = FAILURES[type(failure)]
    cookies = () if isinstance(failure, StaleCallback) else (oidc_sign_in.request_cookie(None),)
    return _sign_in_page(request, status.value, failed=word, cookies=cookies)


def _sign_in_page(
    request: Request,
    status: int = 200,
    link_requested: bool = False,
    failed: str | None = None,
    cookies: tuple[str, ...] = (),
) -> Answer:
    """The sign-in page.

    * `link_requested`: a link was requested; whether one is mailed is not shown.
    * `failed`: the key of a sentence in `FAILURES`.
    """
    return page_answer(
        "console/sign_in.html",
        staff_language(request),
        status,
        cookies=cookies,
        link_requested=link_requested,
        failed=failed,
        provider=oidc_sign_in.provider_name(),
    )


def _link_page(request: Request, usable: bool) -> Answer:
    """The page of a mailed link: a button, or status 410 if the link is used or too old."""
    return page_answer(
        "console/enter.html",
        staff_language(request),
        200 if usable else 410,
        usable=usable,
        here=f"{SIGN_IN}/{quote(request.path('token'), safe='')}",
    )
