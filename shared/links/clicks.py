"""A person follows an advocate's link: what counts as that, and what is kept of it (decisions 22 and 46)."""

import re
import secrets
from datetime import datetime

from shared.api.http import Request
from shared.domain.members.code import normal_code
from shared.identity import LONGEST_CODE
from shared.links import limits
from shared.store.attributions import links
from shared.store.attributions.links import COOKIE_DAYS, LinkState, UnknownCode
from shared.store.attributions.wrong_codes import Asker

COOKIE = "gv_ref"
TOKEN_BYTES = 16
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
_PREVIEWS = re.compile(
    r"facebookexternalhit|facebookcatalog|facebot|twitterbot|slackbot|slack-imgproxy|discordbot|telegrambot|linkedinbot|^whatsapp/|"
    r"skypeuripreview|bingpreview|googlebot|google-pagerenderer|bingbot|applebot|yandexbot|baiduspider|duckduckbot|pinterestbot|"
    r"redditbot|vkshare|iframely|embedly|mastodon",
    re.IGNORECASE,
)
"""Who fetches a link to show what is behind it, or to index it; they send no Sec-Fetch headers."""


def opened_by_person(request: Request, destination: str) -> bool:
    """Hidden frames, pages fetched ahead and link previews are no clicks."""
    told = request.header("sec-fetch-dest")
    ahead = " ".join(
        request.header(name) for name in ("sec-purpose", "purpose", "x-purpose", "x-moz")
    )
    return (
        told in ("", destination)
        and not _AHEAD.search(ahead)
        and not _PREVIEWS.search(request.header("user-agent"))
    )


def living_token(request: Request) -> str | None:
    """The browser's token, where it looks like one of ours."""
    token = request.cookie(COOKIE)
    return token if token and TOKEN.fullmatch(token) else None


def readable(text: str) -> str:
    """A code in its normal form; raises `UnknownCode` without one for what can be none."""
    code = normal_code(text)
    if not 1 <= len(code) <= LONGEST_CODE or not code.isprintable():
        raise UnknownCode(None)
    return code


def follow(
    code: str, ref_token: str | None, at: datetime, landing: str, asker: Asker
) -> str | None:
    """The token of a new click, `None` where the earlier one stays; raises `TooManyWrongCodes`, `UnknownCode`."""
    code = readable(code)
    if ref_token and kept(code, ref_token, at, asker):
        return None
    fresh = fresh_token()
    links.remember(fresh, code, at, landing, asker)
    return fresh


def kept(code: str, ref_token: str, at: datetime, asker: Asker) -> LinkState | None:
    """What is known where the browser's earlier click stays; raises `TooManyWrongCodes`, `UnknownCode`."""
    known = links.look(code, ref_token, asker)
    if not known.open:
        raise UnknownCode(code)
    return known if known.keeps(at) else None


def missed(unknown: UnknownCode, asker: Asker) -> None:
    """A code that is blocked was somebody's once, and following it is no guess; raises `TooManyWrongCodes`."""
    if unknown.code and links.look(unknown.code, asker=asker).code is None:
        limits.count_miss(asker)


def fresh_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def cookie(ref_token: str) -> str:
    return f"{COOKIE}={ref_token}; Path=/; Max-Age={COOKIE_DAYS * 86_400}; Secure; SameSite=Lax"
