"""GET /assets/{name} and /grapevine.js: the styles and scripts of our pages, the shop's logo and
colours, and the shop's snippet.

Also `/`, `/favicon.ico`, and the refusal of all addresses without a route.
"""

import gzip
from collections.abc import Mapping
from types import MappingProxyType

from shared import owner_settings
from shared.api.cross_origin import preflight_headers
from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.domain.shop.owner_settings import LOGO_NAME
from shared.owner_settings import shop_name
from shared.pages.assets import Asset, asset_of, find_asset
from shared.pages.look import write_stylesheet
from shared.pages.site import language_cookies, page_answer, reader_language
from shared.problem import NotFound, no_such_route
from shared.settings import ShopSettings
from shared.store.programs.owner_settings import find_logo

FOR_EVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300, stale-while-revalidate=86400"
"""For addresses without a version. They stay the same when the file changes."""
FAVICON = "/favicon.ico"
ONLY_DRAWS = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
"""The policy of a logo that is opened as a page of its own: it may not run or load anything."""
NO_HEADERS: Mapping[str, str] = MappingProxyType({})
handler = Api()


@handler.route("GET /assets/{name}")
def get_asset(request: Request) -> Answer:
    name, caching = request.path("name"), FOR_EVER if request.query("v") else A_WHILE
    if LOGO_NAME.fullmatch(name):
        return _logo_answer(request, name, caching)
    sheet = write_stylesheet(name)
    asset = asset_of(sheet.encode(), "text/css") if sheet else find_asset(name)
    return _file_answer(request, asset, caching)


@handler.route("GET /grapevine.js")
def get_snippet(request: Request) -> Answer:
    return _file_answer(request, find_asset("grapevine.js"), A_WHILE)


@handler.route("OPTIONS /{proxy+}")
def allow(request: Request) -> Answer:
    """Answers the preflight request, which browsers send before a page of the shop may call us with
    a key.
    """
    return Answer(None, 204, preflight_headers(request))


@handler.route("$default")
def refuse(request: Request) -> Answer:
    """Refuses in our own format; the gateway alone would use another one.

    A browser that opens a page gets a page with links. The same page is the home page `/`.
    """
    if request.method == "GET" and request.raw_path == FAVICON:
        return _favicon(request)
    if request.method != "GET" or "text/html" not in request.header("accept"):
        raise no_such_route()
    home = request.raw_path == "/"
    return page_answer(
        "site/nowhere.html",
        reader_language(request),
        200 if home else 404,
        cookies=language_cookies(request),
        home=home,
        shop=shop_name(),
        shop_url=ShopSettings.load().shop_url,
    )


def _favicon(request: Request) -> Answer:
    """The icon for what names none of its own, such as a file: the shop's logo, or else our mark."""
    logo = owner_settings.current().logo
    if logo:
        return _logo_answer(request, logo, A_WHILE)
    return _file_answer(request, find_asset("icon.png"), A_WHILE)


def _logo_answer(request: Request, name: str, caching: str) -> Answer:
    """Raises `NotFound` for a logo that nobody saved."""
    logo = find_logo(name)
    picture = asset_of(logo.content, logo.content_type) if logo else None
    return _file_answer(request, picture, caching, {"content-security-policy": ONLY_DRAWS})


def _file_answer(
    request: Request, asset: Asset | None, caching: str, more: Mapping[str, str] = NO_HEADERS
) -> Answer:
    """A file, compressed if the caller accepts that, because the gateway does not compress.

    Raises `NotFound`.
    """
    if asset is None:
        raise NotFound("no_such_file", "There is no such file.")
    headers = {
        "access-control-allow-origin": "*",
        "cache-control": caching,
        "cross-origin-resource-policy": "cross-origin",
        "etag": f'"{asset.version}"',
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
        **more,
    }
    content = asset.content
    if "gzip" in request.header("accept-encoding"):
        content, headers["content-encoding"] = gzip.compress(content, mtime=0), "gzip"
    return Answer(content, headers=headers, content_type=asset.content_type)
