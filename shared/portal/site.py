"""The advocate's pages: who reads them, how people sign in, and what every page shows."""

from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import quote, urlencode

from shared import secrets
from shared.api.access import read_session
from shared.api.cookies import own_cookie, own_name
from shared.api.http import Answer, Route
from shared.api.request import LARGEST_BODY, Request
from shared.api.signed_tokens import LIFETIMES, TokenPurpose, find_member, sign_member_token
from shared.members.profile import Profile, load_profile
from shared.owner_settings import shop_name
from shared.pages.site import Site, language_cookies, page_answer, reader_language
from shared.portal.staff_view import StaffView, find_viewer, read_view, view_only
from shared.problem import Unauthorized
from shared.settings import MailSettings, ShopSettings
from shared.store.programs.staff import StaffMember

COOKIE = "gv_rewards"
OVERVIEW = "/rewards"
LEAVE = "POST /rewards/sign-out"


class Reader(NamedTuple):
    """The profile whose pages are read. `viewer` is the staff member who views them, `None` if the
    member reads.
    """

    profile: Profile
    viewer: StaffMember | None = None


class SignedOut(Unauthorized):
    """Nobody is signed in. `ended` is true if a session or a link has ended."""

    def __init__(self, ended: bool = False):
        super().__init__(
            "signed_out",
            "Open this page from the shop again, or from the link in one of our mails.",
        )
        self.ended = ended


class Portal(Site):
    """A `Site` that shows a page about signing in to readers who are not signed in.

    Staff that views a member's pages may only GET, and sign out (specification: staff-view).
    """

    way_out = OVERVIEW

    def route[F: Route](self, key: str, largest: int = LARGEST_BODY) -> Callable[[F], F]:
        register = super().route(key, largest)

        def guard(function: F) -> F:
            register(function)
            if not key.startswith("GET ") and key != LEAVE:
                self.routes[key] = lambda request: _unless_staff_views(request, function)
            return function

        return guard

    def refusal(self, request: Request, error: Exception) -> Answer:
        if isinstance(error, SignedOut):
            return page_answer(
                "portal/signed_out.html",
                reader_language(request),
                401,
                cookies=language_cookies(request),
                ended=error.ended,
                forgotten=request.query("forgotten") == "true",
                mails=bool(MailSettings.load().mail_from),
                shop=shop_name(),
                shop_url=ShopSettings.load().shop_url,
            )
        return super().refusal(request, error)


def load_reader(request: Request) -> Reader:
    """The reader whom the cookie names: the member, or staff that views the member's pages. Raises
    `SignedOut`.
    """
    token = request.cookie(own_name(COOKIE))
    if token is None:
        raise SignedOut
    view = read_view(secrets.pepper(), token)
    if view:
        return _load_view(view, request)
    return Reader(_load_signed_member(TokenPurpose.PORTAL_SESSION, token, request))


def load_member(request: Request) -> Profile:
    """The member whom the session cookie names.

    Raises `SignedOut`, and `Forbidden` for staff that views the member's pages.
    """
    refuse_staff_view(request)
    return load_reader(request).profile


def open_address(token: str, request: Request) -> tuple[Reader, str]:
    """The reader whom the token in an address names, and a cookie for the following pages.

    The token is a session issued to the shop (specification: session) or a staff view. Raises
    `SignedOut`.
    """
    view = read_view(secrets.pepper(), token)
    if view:
        return _load_view(view, request), _cookie(TokenPurpose.STAFF_VIEW, token)
    profile = load_session_reader(token, request)
    return Reader(profile), issue_session_cookie(profile.member.id, request)


def load_session_reader(token: str | None, request: Request) -> Profile:
    """The member whom the shop's session token names (specification: session).

    Raises `SignedOut`, and `Forbidden` for the token of a staff view.
    """
    if token and read_view(secrets.pepper(), token):
        raise view_only()
    session = read_session(secrets.pepper(), token, request.now) if token else None
    return _load_living(session.member if session else None)


def refuse_staff_view(request: Request) -> None:
    """Raises `Forbidden` if the cookie is a staff view that has not ended."""
    view = _view_of(request)
    if view and request.now < view.ends_at:
        raise view_only()


def _unless_staff_views(request: Request, function: Route) -> Answer:
    refuse_staff_view(request)
    return function(request)


def _view_of(request: Request) -> StaffView | None:
    """The staff view that the cookie names, even if it has expired."""
    return read_view(secrets.pepper(), request.cookie(own_name(COOKIE)) or "")


def _load_view(view: StaffView, request: Request) -> Reader:
    viewer = find_viewer(view, request.now)
    if viewer is None:
        raise SignedOut(ended=True)
    return Reader(_load_living(view.member), viewer)


def load_mailed_reader(ticket: str, request: Request) -> Profile:
    """The member whom the link in a mail names. Raises `SignedOut`."""
    return _load_signed_member(TokenPurpose.MAILED_SIGN_IN, ticket, request)


def _load_signed_member(purpose: TokenPurpose, token: str, request: Request) -> Profile:
    return _load_living(find_member(secrets.pepper(), purpose, token, request.now))


def _load_living(member_id: str | None) -> Profile:
    """The profile of a member. Raises `SignedOut` if there is no id, or if the member
    is erased or closed.
    """
    profile = load_profile(member_id) if member_id else None
    if profile is None or profile.member.erased or member_id in profile.member.absorbed:
        raise SignedOut(ended=True)
    return profile


def sign_in(member_id: str, request: Request) -> Answer:
    """Starts a session and redirects to the advocate's pages, whose address contains no token."""
    cookie = issue_session_cookie(member_id, request)
    return Answer(None, 303, {"location": OVERVIEW}, (cookie,))


def issue_session_cookie(member_id: str, request: Request) -> str:
    """A cookie that starts a session in one browser."""
    purpose = TokenPurpose.PORTAL_SESSION
    return _cookie(purpose, sign_member_token(secrets.pepper(), purpose, member_id, request.now))


def _cookie(purpose: TokenPurpose, token: str) -> str:
    return own_cookie(own_name(COOKIE), token, LIFETIMES[purpose])


def leave(request: Request) -> Answer:
    """Signs out. Staff that viewed a member's pages returns to that member's page in the console."""
    view = _view_of(request)
    return sign_out(f"/console/members/{quote(view.member, safe='')}" if view else OVERVIEW)


def sign_out(target: str) -> Answer:
    cookie = own_cookie(own_name(COOKIE), None, LIFETIMES[TokenPurpose.PORTAL_SESSION])
    return Answer(None, 303, {"location": target}, (cookie,))


def portal_page(
    request: Request, template: str, reader: Reader, cookies: tuple[str, ...] = (), **values: object
) -> Answer:
    """A page for a member, in the member's language. It is filled with `values` and with the values
    that every page shows.
    """
    profile = reader.profile
    return page_answer(
        f"portal/{template}.html",
        language_for(profile, request),
        200,
        {},
        (*cookies, *language_cookies(request)),
        member=profile.member,
        viewer=reader.viewer,
        shop=shop_name(),
        shop_url=ShopSettings.load().shop_url,
        zone=profile.program.time_zone,
        here=template,
        now=request.now,
        back=return_address(request),
        kept=_page_queries(request),
        **values,
    )


def language_for(profile: Profile, request: Request) -> str:
    """The language that the request asks for, or else the language that the member chose or the
    shop sent.
    """
    return reader_language(request, profile.member.preferred_language)


def return_address(request: Request) -> str:
    """The address of this page, for a form that leads back to it.

    It has no `language`, because the form may change it, and no `token`, because tokens end.
    """
    queries = _page_queries(request)
    return request.raw_path + (f"?{urlencode(queries)}" if queries else "")


def _page_queries(request: Request) -> dict[str, str]:
    return {
        name: value for name, value in request.queries.items() if name not in ("language", "token")
    }
