"""Routes that answer with pages: headers, languages, our own forms, and refusals as pages."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from urllib.parse import urlsplit

from shared.api.cookies import plain_cookie
from shared.api.http import Answer, Api, refused
from shared.api.request import Request
from shared.language import LANGUAGES, language_of
from shared.owner_settings import offered_languages, shop_name
from shared.pages.rendering import render
from shared.problem import Forbidden, refusal_of, status_of
from shared.settings import ShopSettings

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
"""Pages load from and send to our own origin only, without inline code (Content Security Policy 3).
"""
LANGUAGE_COOKIE = "gv_language"
LANGUAGE_LIFE = timedelta(days=400)
TLS_ONLY_SECONDS = 365 * 24 * 3600
SAME_ORIGIN = ("same-origin", "none")
"""Values of `Sec-Fetch-Site` for requests that no other site sent. `none` means typed or from a
bookmark.
"""

NONE: Mapping[str, str] = MappingProxyType({})


def page_answer(
    template: str,
    language: str,
    status: int = 200,
    headers: Mapping[str, str] = NONE,
    cookies: tuple[str, ...] = (),
    **values: object,
) -> Answer:
    """A template filled with `values`, as an answer with `POLICY` as its Content-Security-Policy."""
    return html_answer(render(template, language, **values), language, status, headers, cookies)


def html_answer(
    html: str,
    language: str,
    status: int = 200,
    headers: Mapping[str, str] = NONE,
    cookies: tuple[str, ...] = (),
) -> Answer:
    """A rendered page as an answer. `headers` replace the headers that every page has."""
    return Answer(html, status, {**page_headers(language), **headers}, cookies, HTML)


def page_headers(language: str) -> dict[str, str]:
    return {
        "content-language": language,
        "content-security-policy": security_policy(),
        "referrer-policy": "strict-origin-when-cross-origin",
        **_transport_security(),
        "vary": "accept-language, cookie",
        "x-content-type-options": "nosniff",
    }


def _transport_security() -> dict[str, str]:
    """The header that makes the browser use only TLS for this host (RFC 6797). Empty on loopback,
    which has no TLS.
    """
    secure = ShopSettings.load().base_url.startswith("https://")
    return {"strict-transport-security": f"max-age={TLS_ONLY_SECONDS}"} if secure else {}


def security_policy(**more: str) -> str:
    """`POLICY` as a header with additional sources, such as `form_action="https://shop.example"`."""
    added = {name.replace("_", "-"): source for name, source in more.items()}
    return "; ".join(
        " ".join(filter(None, (name, value, added.get(name)))) for name, value in POLICY.items()
    )


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def is_from_our_page(request: Request) -> bool:
    """Whether the browser says that one of our pages sent this form (decision 91)."""
    fetch_site = request.header("sec-fetch-site")
    if fetch_site:
        return fetch_site in SAME_ORIGIN
    return request.header("origin") == origin_of(ShopSettings.load().base_url)


def refuse_other_sites(request: Request) -> None:
    """Raises `Forbidden` for a form from another site, or from a browser that does not say which
    site sent it.
    """
    if not is_from_our_page(request):
        raise Forbidden(
            "other_site",
            "This form was not sent from our site. Open the page again and send it from there.",
        )


def language_cookies(request: Request) -> tuple[str, ...]:
    """A cookie with the language of `?language=`. Empty if the request names no known language."""
    language = request.query("language")
    return (language_cookie(language),) if language in LANGUAGES else ()


def language_cookie(language: str) -> str:
    return plain_cookie(LANGUAGE_COOKIE, language, LANGUAGE_LIFE)


def reader_language(request: Request, known: str | None = None) -> str:
    """The language of a page for the shop's customers, among those that the owner offers. The first
    one that is given counts: `?language=`, the cookie, the `known` language of the reader, the
    languages that the browser accepts.
    """
    return _language(request, known, offered_languages())


def staff_language(request: Request) -> str:
    """The language of a page for staff, who may choose any that we have."""
    return _language(request, None, LANGUAGES)


def _language(request: Request, known: str | None, offered: Sequence[str]) -> str:
    return language_of(
        request.query("language") or request.cookie(LANGUAGE_COOKIE) or known,
        request.header("accept-language"),
        offered,
    )


class Site(Api):
    """An `Api` for people: refusals are pages with a link.

    `way_out` is the address of that link; `None` means the shop's address.
    """

    way_out: str | None = None

    def refusal(self, request: Request, error: Exception) -> Answer:
        shop_url = ShopSettings.load().shop_url
        refusal = refusal_of(error)
        status = status_of(refusal).value
        return page_answer(
            "site/refused.html",
            reader_language(request),
            status,
            refusal_headers(error),
            refusal=refusal,
            status_code=status,
            shop=shop_name(),
            shop_url=shop_url,
            way_out=self.way_out or shop_url,
        )


def refusal_headers(error: Exception) -> dict[str, str]:
    """The headers of a refusal, such as `retry-after`, without its JSON content type."""
    headers = refused(error).headers
    return {name: value for name, value in headers.items() if name != "content-type"}
