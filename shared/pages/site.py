"""Routes that answer with pages: refusals are pages too, and browsers are told what a page may do."""

import os
from collections.abc import Mapping
from datetime import timedelta
from types import MappingProxyType
from urllib.parse import urlsplit

from shared.api.cookies import plain_cookie
from shared.api.http import Answer, Api, Request, refused
from shared.language import LANGUAGES, language_of
from shared.pages.rendering import render
from shared.problem import Forbidden, refusal_of, status_of

HTML = "text/html; charset=utf-8"
POLICY = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "img-src": "'self' data:",
    "script-src": "'self'",
    "style-src": "'self'",
}
"""What our pages may load and do (Content Security Policy level 3): our own files alone, no inline script or style."""
LANGUAGE_COOKIE = "gv_language"
LANGUAGE_LIFE = timedelta(days=400)
SAME_ORIGIN = ("same-origin", "none")
"""What `Sec-Fetch-Site` says where nobody else's page is behind a request; `none`: typed, or from a bookmark."""

NONE: Mapping[str, str] = MappingProxyType({})


def page(
    template: str,
    language: str,
    status: int = 200,
    headers: Mapping = NONE,
    cookies: tuple[str, ...] = (),
    **told,
) -> Answer:
    """A template as an answer, under the strict policy."""
    return Answer(
        render(template, language, **told),
        status,
        {**page_headers(language), **headers},
        cookies,
        HTML,
    )


def page_headers(language: str) -> dict[str, str]:
    return {
        "content-language": language,
        "content-security-policy": policy(),
        "referrer-policy": "strict-origin-when-cross-origin",
        "vary": "accept-language, cookie",
        "x-content-type-options": "nosniff",
    }


def policy(**more: str) -> str:
    """The policy, with sources added to some of it: `form_action="https://shop.example"`."""
    added = {name.replace("_", "-"): source for name, source in more.items()}
    return "; ".join(
        " ".join(filter(None, (name, value, added.get(name)))) for name, value in POLICY.items()
    )


def shop_name() -> str:
    """What people call the shop: as the stack was told, else the host of its address."""
    return os.environ["SHOP_NAME"] or urlsplit(os.environ["SHOP_URL"]).netloc


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def sent_by_our_page(request: Request) -> bool:
    """Whether a browser says that a form was sent from a page of ours (decision 91)."""
    told = request.header("sec-fetch-site")
    return (
        told in SAME_ORIGIN
        if told
        else request.header("origin") == origin_of(os.environ["BASE_URL"])
    )


def refuse_other_sites(request: Request) -> None:
    """Raises `Forbidden` for a form that another site's page has sent, and for a browser that does not say whose it is."""
    if not sent_by_our_page(request):
        raise Forbidden(
            "other_site",
            "This was not sent from our own page; open the page again and try it there.",
        )


def language_chosen(request: Request) -> tuple[str, ...]:
    """The cookie that keeps what `?language=` says."""
    chosen = request.query("language")
    return (language_cookie(chosen),) if chosen in LANGUAGES else ()


def language_cookie(language: str) -> str:
    return plain_cookie(LANGUAGE_COOKIE, language, LANGUAGE_LIFE)


def language_asked(request: Request, known: str | None = None) -> str:
    """`?language=`, else what was chosen in this browser before (a cookie), else what is `known` of its reader, else what it accepts."""
    return language_of(
        request.query("language") or request.cookie(LANGUAGE_COOKIE) or known,
        request.header("accept-language"),
    )


class Site(Api):
    """As `Api`, for people: what is refused is said on a page, with a way out of it, which is the shop where there is none of our own."""

    way_out: str | None = None

    def refusal(self, request: Request, error: Exception) -> Answer:
        refusal, shop_url = refusal_of(error), os.environ["SHOP_URL"]
        status = status_of(refusal).value
        headers = {
            name: value for name, value in refused(error).headers.items() if name != "content-type"
        }
        told = {
            "refusal": refusal,
            "said": status,
            "shop": shop_name(),
            "shop_url": shop_url,
            "way_out": self.way_out or shop_url,
        }
        return page("site/refused.html", language_asked(request), status, headers, **told)
