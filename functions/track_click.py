"""GET /r/{code}, POST /v1/clicks, GET /v1/clicks/{ref_token}: a visitor followed an advocate's link."""

import os
import re
import secrets
from datetime import datetime

from shared import limits
from shared.domain.document import REQUIRED, Document
from shared.domain.moment import instant_text, parse_instant
from shared.domain.offer import offer
from shared.http import Answer, Api, Request
from shared.identity import LONGEST_CODE, normal_code
from shared.landing import LONGEST_PATH, landing_url, path_of, shop_path
from shared.problem import Forbidden, NotFound
from shared.store import links
from shared.store.guesses import Asker
from shared.store.links import COOKIE_DAYS, Known, UnknownCode

COOKIE = "gv_ref"
TOKEN_BYTES = 16
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
_PREVIEWS = re.compile(
    r"facebookexternalhit|facebookcatalog|facebot|twitterbot|slackbot|slack-imgproxy|discordbot|telegrambot|linkedinbot|^whatsapp/|"
    r"skypeuripreview|bingpreview|googlebot|google-pagerenderer|bingbot|applebot|yandexbot|baiduspider|duckduckbot|pinterestbot|"
    r"redditbot|vkshare|iframely|embedly|mastodon",
    re.IGNORECASE,
)
"""Who fetches a link to show what is behind it, or to index it; they send no Sec-Fetch headers."""

handler = Api()


@handler.route("GET /r/{code}")
def follow(request: Request) -> Answer:
    path = shop_path(request.query("to"))
    target = landing_url(os.environ["SHOP_URL"], path, _campaign(request))
    if not opened_by_person(request, "document"):
        return _redirect(target)

    with limits.asking(request) as asker:
        try:
            ref_token = _click(request.path("code"), _living_token(request), request.now, path_of(path), asker)
        except UnknownCode as unknown:
            _missed(unknown, asker)
            return _redirect(target)

    return _redirect(target, ref_token)


@handler.route("POST /v1/clicks")
def land(request: Request) -> Answer:
    code, landing = _read(request)
    if not opened_by_person(request, "empty"):
        raise Forbidden("not_a_click", "Tell a click when a person opens the page, not while it is fetched ahead.")

    with limits.asking(request) as asker:
        try:
            ref_token, known = _landed(code, _living_token(request), request.now, path_of(landing or "/"), asker)
        except UnknownCode as unknown:
            _missed(unknown, asker)
            raise NotFound("unknown_code", "No advocate shares this code; go on without one.") from None

    cookies = () if known.visitor else (_cookie(ref_token),)
    return Answer(_told(ref_token, code, known, request.now), cookies=cookies)


@handler.route("GET /v1/clicks/{ref_token}")
def get_click(request: Request) -> Answer:
    ref_token = request.path("ref_token")

    visitor = links.visitor(ref_token) if _TOKEN.fullmatch(ref_token) else None
    known = links.look(visitor.code, ref_token) if visitor else None
    if known is None or not known.open or not links.living(known.visitor, known.program, request.now):
        raise NotFound("unknown_click", "No click that counts goes by this token; go on without one.")

    return Answer(_told(ref_token, visitor.code, known, request.now))


def opened_by_person(request: Request, destination: str) -> bool:
    """Hidden frames, pages fetched ahead and link previews are no clicks."""
    told = request.header("sec-fetch-dest")
    ahead = " ".join(request.header(name) for name in ("sec-purpose", "purpose", "x-purpose", "x-moz"))
    return told in ("", destination) and not _AHEAD.search(ahead) and not _PREVIEWS.search(request.header("user-agent"))


def _missed(unknown: UnknownCode, asker: Asker) -> None:
    """A code that is blocked was somebody's once, and following it is no guess; raises `TooManyMisses`."""
    if unknown.code and links.look(unknown.code, asker=asker).code is None:
        limits.count_miss(asker)


def _click(code: str, ref_token: str | None, at: datetime, landing: str, asker: Asker) -> str | None:
    """The token of a new click, `None` where the earlier one stays; raises `TooManyMisses`, `UnknownCode`."""
    code = _readable(code)
    if ref_token and _kept(code, ref_token, at, asker):
        return None
    fresh = secrets.token_urlsafe(TOKEN_BYTES)
    links.remember(fresh, code, at, landing, asker)
    return fresh


def _landed(code: str, ref_token: str | None, at: datetime, landing: str, asker: Asker) -> tuple[str, Known]:
    """The token that counts and what is known of its click (`visitor` only an earlier one); raises `TooManyMisses`, `UnknownCode`."""
    kept = _kept(code, ref_token, at, asker) if ref_token else None
    if kept:
        return ref_token, kept if kept.visitor.code == code else links.look(kept.visitor.code, ref_token)
    fresh = secrets.token_urlsafe(TOKEN_BYTES)
    return fresh, links.remember_and_look(fresh, code, at, landing, asker)


def _kept(code: str, ref_token: str, at: datetime, asker: Asker) -> Known | None:
    """What is known where the browser's earlier click stays; raises `TooManyMisses`, `UnknownCode`."""
    known = links.look(code, ref_token, asker)
    if not known.open:
        raise UnknownCode(code)
    return known if known.keeps(at) else None


def _told(ref_token: str, code: str, known: Known, now: datetime) -> dict:
    clicked_at = parse_instant(known.visitor.clicked_at) if known.visitor else now
    return {
        "ref_token": ref_token,
        "code": known.visitor.code if known.visitor else code,
        "advocate": {"first_name": known.code.first_name if known.code else None},
        "offer": offer(known.program),
        "expires_at": instant_text(links.expires_at(clicked_at, known.program)),
    }


def _read(request: Request) -> tuple[str, str | None]:
    source = Document(request.body())
    code = source.field("code", REQUIRED, _code)
    landing = source.text("landing", None, longest=LONGEST_PATH)
    source.refuse_unknown()
    source.finish()
    return code, landing


def _code(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("must be text")
    try:
        return _readable(value)
    except UnknownCode:
        raise ValueError(f"must be 1 to {LONGEST_CODE} printable characters") from None


def _readable(text: str) -> str:
    """A code in its normal form; raises `UnknownCode` without one for what can be none."""
    code = normal_code(text)
    if not 1 <= len(code) <= LONGEST_CODE or not code.isprintable():
        raise UnknownCode(None)
    return code


def _living_token(request: Request) -> str | None:
    """The browser's token, where it looks like one of ours."""
    token = request.cookie(COOKIE)
    return token if token and _TOKEN.fullmatch(token) else None


def _campaign(request: Request) -> dict[str, str]:
    """Names of campaigns go along to the shop."""
    return {name: text[:256] for name, text in request.queries.items() if name.startswith("utm_") and (name + text).isprintable()}


def _redirect(target: str, ref_token: str | None = None) -> Answer:
    cookies = (_cookie(ref_token),) if ref_token else ()
    return Answer(None, 302, {"location": target}, cookies)


def _cookie(ref_token: str) -> str:
    return f"{COOKIE}={ref_token}; Path=/; Max-Age={COOKIE_DAYS * 86_400}; Secure; SameSite=Lax"
