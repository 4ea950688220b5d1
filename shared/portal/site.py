"""The advocate's pages: who reads them, and what they all have in common."""

from urllib.parse import urlencode

from shared import secrets
from shared.api.access import read_session
from shared.api.cookies import own_cookie, own_name
from shared.api.http import Answer
from shared.api.request import Request
from shared.api.signed_tokens import LIFETIMES, TokenPurpose, find_member, sign_member_token
from shared.members.profile import Profile, load_profile
from shared.pages.site import Site, language_cookies, page_answer, reader_language, shop_name
from shared.problem import Unauthorized
from shared.settings import MailSettings, ShopSettings

COOKIE = "gv_rewards"


class SignedOut(Unauthorized):
    """Nobody is signed in, or not any more; `ended` says that somebody came with a link or a session of the past."""

    def __init__(self, ended: bool = False):
        super().__init__(
            "signed_out",
            "Open this page from the shop again, or from the link in one of our mails.",
        )
        self.ended = ended


class Portal(Site):
    """As `Site`; whoever is not signed in is told how to come in."""

    way_out = "/rewards"

    def refusal(self, request: Request, error: Exception) -> Answer:
        if isinstance(error, SignedOut):
            told = {"ended": error.ended, "forgotten": request.query("forgotten") == "true"}
            told |= {
                "mails": bool(MailSettings.load().mail_from),
                "shop": shop_name(),
                "shop_url": ShopSettings.load().shop_url,
            }
            return page_answer(
                "portal/signed_out.html",
                reader_language(request),
                401,
                cookies=language_cookies(request),
                **told,
            )
        return super().refusal(request, error)


def load_reader(request: Request) -> Profile:
    """Whose pages these are; raises `SignedOut`."""
    ticket = request.cookie(own_name(COOKIE))
    member = (
        find_member(secrets.pepper(), TokenPurpose.PORTAL_SESSION, ticket, request.now)
        if ticket
        else None
    )
    return _known(member, ended=ticket is not None)


def load_session_reader(token: str | None, request: Request) -> Profile:
    """The same for a session token of the shop's (design, section 7); raises `SignedOut`."""
    session = read_session(secrets.pepper(), token, request.now) if token else None
    return _known(session.member if session else None, ended=True)


def load_mailed_reader(ticket: str, request: Request) -> Profile:
    """The same for what the link in a mail carries; raises `SignedOut`."""
    return _known(
        find_member(secrets.pepper(), TokenPurpose.MAILED_SIGN_IN, ticket, request.now), ended=True
    )


def _known(member: str | None, ended: bool) -> Profile:
    found = load_profile(member) if member else None
    if found is None or found.member.erased:
        raise SignedOut(ended)
    return found


def sign_in(member: str, request: Request, target: str = "/rewards") -> Answer:
    """To the pages, with a browser's session; what was in the address stays behind."""
    return Answer(None, 303, {"location": target}, (issue_session_cookie(member, request),))


def issue_session_cookie(member: str, request: Request) -> str:
    """A browser's session of its own, from now on."""
    return own_cookie(
        own_name(COOKIE),
        sign_member_token(secrets.pepper(), TokenPurpose.PORTAL_SESSION, member, request.now),
        LIFETIMES[TokenPurpose.PORTAL_SESSION],
    )


def sign_out(target: str) -> Answer:
    return Answer(
        None,
        303,
        {"location": target},
        (own_cookie(own_name(COOKIE), None, LIFETIMES[TokenPurpose.PORTAL_SESSION]),),
    )


def portal_page(
    request: Request, template: str, found: Profile, cookies: tuple[str, ...] = (), **told
) -> Answer:
    """A page of this member's."""
    common = {
        "member": found.member,
        "shop": shop_name(),
        "shop_url": ShopSettings.load().shop_url,
        "zone": found.program.time_zone,
    }
    common |= {"here": template, "now": request.now, "back": return_address(request)}
    return page_answer(
        f"portal/{template}.html",
        language_for(found, request),
        cookies=(*cookies, *language_cookies(request)),
        **common,
        **told,
    )


def language_for(found: Profile, request: Request) -> str:
    """As `language_asked`; somebody who comes with another browser reads the language that is known of them."""
    return reader_language(request, found.member.preferred_language)


def return_address(request: Request) -> str:
    """Of a page of ours, for a form that leads back to it; without a language, which that form is about, and a token, which ends."""
    queries = {
        name: value for name, value in request.queries.items() if name not in ("language", "token")
    }
    return request.raw_path + (f"?{urlencode(queries)}" if queries else "")
