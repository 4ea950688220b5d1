"""GET /assets/{name}, /grapevine.js: the styles and scripts of our pages, and the snippet of the shop's; and whatever no route takes."""

import gzip

from shared.api.http import Answer, Api, Request
from shared.pages.assets import Asset, asset
from shared.problem import NotFound, no_such_route

FOR_EVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300, stale-while-revalidate=86400"
"""The snippet's address never changes, so browsers ask for it again."""
handler = Api()


@handler.route("GET /assets/{name}")
def get_asset(request: Request) -> Answer:
    return _given(request, asset(request.path("name")), FOR_EVER if request.query("v") else A_WHILE)


@handler.route("GET /grapevine.js")
def get_snippet(request: Request) -> Answer:
    return _given(request, asset("grapevine.js"), A_WHILE)


@handler.route("$default")
def refuse(request: Request) -> Answer:
    """The gateway by itself would answer in words of its own."""
    raise no_such_route()


def _given(request: Request, found: Asset | None, caching: str) -> Answer:
    """Compressed for whoever reads that: the gateway does not compress, and files may be served without anything before it."""
    if found is None:
        raise NotFound("no_such_file", "There is no such file.")
    headers = {
        "access-control-allow-origin": "*",
        "cache-control": caching,
        "cross-origin-resource-policy": "cross-origin",
        "etag": f'"{found.version}"',
        "vary": "accept-encoding",
        "x-content-type-options": "nosniff",
    }
    content = found.content
    if "gzip" in request.header("accept-encoding"):
        content, headers["content-encoding"] = gzip.compress(content, mtime=0), "gzip"
    return Answer(content, headers=headers, content_type=found.content_type)
