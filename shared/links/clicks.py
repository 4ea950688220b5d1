"""What counts as a click on an advocate's link, and what is stored of it (decisions 22 and 46)."""

import re
import secrets
import unicodedata
from datetime import datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from shared.api.request import Request
from shared.api.trusted_proxy import forwarded_host
from shared.domain.members.code import LONGEST_CODE, normalize_code
from shared.domain.programs.program import Program
from shared.links import wrong_code_limits
from shared.links.landing import is_of, shares_cookies
from shared.settings import CookieSettings, ShopSettings
from shared.store.attributions import links
from shared.store.attributions.links import COOKIE_DAYS, CodeItem, UnknownCode, VisitorItem
from shared.store.attributions.wrong_codes import WrongCodeLimit

COOKIE = "gv_ref"
TOKEN_BYTES = 16
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
_PREVIEWS = re.compile(
    "facebookexternalhit|facebookcatalog|facebot|twitterbot|slackbot|slack-imgproxy|discordbot|"
    "telegrambot|linkedinbot|^whatsapp/|skypeuripreview|bingpreview|googlebot|google-pagerenderer|"
    "bingbot|applebot|yandexbot|baiduspider|duckduckbot|pinterestbot|redditbot|vkshare|iframely|"
    "embedly|mastodon",
    re.IGNORECASE,
)
"""User agents that fetch a link to show a preview of its page or to index it. They send no
Sec-Fetch headers.
"""


class OpenLink(NamedTuple):
    """A code that works. `earlier` is an earlier click of the same browser that still counts
    instead of a new one.
    """

    code: CodeItem
    earlier: VisitorItem | None
    program: Program


def is_opened_by_person(request: Request, destination: str) -> bool:
    """Whether a person opened the link. False for hidden frames, pages that are fetched ahead, and
    previews.

    `destination` is the Sec-Fetch-Dest that a click has; some browsers send none.
    """
    ahead = " ".join(
        request.header(name) for name in ("sec-purpose", "purpose", "x-purpose", "x-moz")
    )
    return (
        request.header("sec-fetch-dest") in ("", destination)
        and not _AHEAD.search(ahead)
        and not _PREVIEWS.search(request.header("user-agent"))
    )


def find_token(request: Request) -> str | None:
    """The browser's `ref_token`; `None` if the cookie does not look like one of ours."""
    token = request.cookie(COOKIE)
    return token if token and TOKEN.fullmatch(token) else None


class FollowedLink(NamedTuple):
    """The result of a click.

    * `ref_token`: the token of the new click; `None` if an earlier click counts instead.
    * `code`: the code of the click that counts.
    * `discount_path`: the path on the shop's platform that applies the code, if the platform does
      that.
    """

    ref_token: str | None
    code: str
    program: Program
    discount_path: str | None = None


def parse_code(text: str) -> str:
    """A code in its normal form. Raises `UnknownCode(None)` for text that cannot be a code.

    A slash and the text after it are dropped, because chats and mails add text to addresses.
    """
    typed = text.partition("/")[0]
    code = normalize_code(typed)
    if any(map(_is_control, typed)) or not 1 <= len(code) <= LONGEST_CODE:
        raise UnknownCode(None)
    if not code.isprintable():
        raise UnknownCode(None)
    return code


def _is_control(character: str) -> bool:
    """Whether a character is a control character that nobody types. Spaces, tabs and line ends are
    allowed, because pasted text contains them.
    """
    return unicodedata.category(character) == "Cc" and not character.isspace()


def open_link(code: str, ref_token: str | None, at: datetime, limit: WrongCodeLimit) -> OpenLink:
    """The code, the program, and an earlier click that still counts. Raises `UnknownCode` for a
    code that is unknown or blocked, and `TooManyWrongCodes`.
    """
    link = links.load_link(code, ref_token, limit)
    if link.code is None or link.code.blocked:
        raise UnknownCode(code)
    return OpenLink(link.code, link.visitor if link.keeps(at) else None, link.program)


def follow_link(
    text: str, ref_token: str | None, at: datetime, landing: str | None, limit: WrongCodeLimit
) -> FollowedLink:
    """Stores a click, unless an earlier click of the browser still counts.

    `landing` is the path where the link leads; `None` if the program decides. Raises `UnknownCode`
    or `TooManyWrongCodes`.
    """
    code = parse_code(text)
    if ref_token:
        link = open_link(code, ref_token, at, limit)
        if link.earlier:
            same = link.earlier.code == code
            own = link.code if same else links.load_link(link.earlier.code).code
            if own is None or own.blocked:
                return FollowedLink(None, link.earlier.code, link.program)
            return FollowedLink(None, own.shown, link.program, own.discount_path)
    token = new_token()
    state = links.keep_click(token, code, at, landing, limit)
    if state.code is None:
        return FollowedLink(token, code, state.program)
    return FollowedLink(token, state.code.shown, state.program, state.code.discount_path)


def count_if_wrong(unknown: UnknownCode, limit: WrongCodeLimit) -> None:
    """Counts a code that nobody has. A blocked code is not counted, because it was a real code and
    not a guess.

    Raises `TooManyWrongCodes`.
    """
    if unknown.code and links.load_link(unknown.code, limit=limit).code is None:
        wrong_code_limits.count_wrong_code(limit)


def served_on(request: Request) -> str:
    """The host that served a link, with its port; our own host if the request names none."""
    asked_for = forwarded_host(request.headers) or request.header("host")
    return asked_for or urlsplit(ShopSettings.load().base_url).netloc


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_cookie(request: Request, ref_token: str) -> str:
    """The value of a `Set-Cookie` header for the token. Scripts can read the cookie. It is visible
    to the host that sets it, or to the whole cookie domain if the host belongs to it.
    """
    seconds = COOKIE_DAYS * 86_400
    domain = CookieSettings.load().cookie_domain
    shared = f"; Domain={domain}" if is_of(served_on(request), domain) else ""
    return f"{COOKIE}={ref_token}; Path=/; Max-Age={seconds}; Secure; SameSite=Lax{shared}"


def shop_sees_cookie(request: Request) -> bool:
    """Whether the shop's pages and server can read a `token_cookie` set by this request."""
    shop = urlsplit(ShopSettings.load().shop_url).netloc
    return shares_cookies(served_on(request), shop, CookieSettings.load().cookie_domain)
