"""GET /assets/{name} and /grapevine.js: the styles and scripts of our pages, and the shop's
snippet.

Also `/`, and the refusal of all addresses without a route.
"""

import gzip

from shared.api.http import Answer, Api
from shared.api.request import Request
from shared.pages.assets import Asset, find_asset
from shared.pages.site import language_cookies, page_answer, reader_language, shop_name
from shared.problem import NotFound, no_such_route
from shared.settings import ShopSettings

FOR_EVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300, stale-while-revalidate=86400"
"""For addresses without a version. They stay the same when the file changes."""
handler = Api()


@handler.route("GET /assets/{name}")
def get_asset(request: Request) -> Answer:
    caching = FOR_EVER if request.query("v") else A_WHILE
    return _file_answer(request, find_asset(request.path("name")), caching)


@handler.route("GET /grapevine.js")
def get_snippet(request: Request) -> Answer:
    return _file_answer(request, find_asset("grapevine.js"), A_WHILE)


@handler.route("OPTIONS /{proxy+}")
def allow(request: Request) -> Answer:
    """Lets the gateway add its CORS headers. Browsers send this request before a call with a key.

    Without this route `$default` would answer 404, and the browser would not make the call.
    """
    return Answer(None, 204)


@handler.route("$default")
def refuse(request: Request) -> Answer:
    """Refuses in our own format; the gateway alone would use another one.

    A browser that opens a page gets a page with links. The same page is the home page `/`.
    """
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


def _file_answer(request: Request, asset: Asset | None, caching: str) -> Answer:
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
    }
    content = asset.content
    if "gzip" in request.header("accept-encoding"):
        content, headers["content-encoding"] = gzip.compress(content, mtime=0), "gzip"
    return Answer(content, headers=headers, content_type=asset.content_type)
