"""Routes that answer with pages: refusals are pages too, and browsers are told what a page may do."""

from collections.abc import Mapping
from types import MappingProxyType

from shared.http import Answer, Api, Request, refused
from shared.pages.language import language_of
from shared.pages.rendering import render
from shared.problem import refusal_of, status_of

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


NONE: Mapping[str, str] = MappingProxyType({})


def page(template: str, language: str, status: int = 200, headers: Mapping = NONE, cookies: tuple[str, ...] = (), **told) -> Answer:
    """A template as an answer, under the strict policy."""
    return Answer(render(template, language, **told), status, {**page_headers(language), **headers}, cookies, HTML)


def page_headers(language: str) -> dict[str, str]:
    return {
        "content-language": language,
        "content-security-policy": "; ".join(f"{name} {value}" for name, value in POLICY.items()),
        "referrer-policy": "strict-origin-when-cross-origin",
        "vary": "accept-language, cookie",
        "x-content-type-options": "nosniff",
    }


def language_asked(request: Request) -> str:
    """`?language=`, else what was chosen before (a cookie), else what the browser accepts."""
    return language_of(request.query("language") or request.cookie(LANGUAGE_COOKIE), request.header("accept-language"))


class Site(Api):
    """As `Api`, for people: what is refused is said on a page."""

    def refusal(self, request: Request, error: Exception) -> Answer:
        told = refused(error)
        refusal = refusal_of(error)
        headers = {name: value for name, value in told.headers.items() if name != "content-type"}
        return page("site/refused.html", language_asked(request), status_of(refusal).value, headers, refusal=refusal)
