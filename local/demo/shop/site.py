"""Routes the requests of the shop to its pages and files."""

import re
from collections.abc import Callable

from local.demo.shop import demo_pages, order_pages, visitor_pages
from local.demo.shop.http_messages import ShopRequest, ShopResponse
from local.demo.shop.shop import FOLDER, Shop
from web.clients.grapevine import Problem, Unreachable

FILES = {"/shop.css": "text/css", "/shop.js": "text/javascript", "/icon.svg": "image/svg+xml"}

type Page = Callable[..., ShopResponse]
"""Takes the shop, the request, and one argument for each group in the path's pattern."""

PAGES: list[tuple[str, re.Pattern[str], Page]] = [
    (method, re.compile(path), page)
    for pages in (visitor_pages.PAGES, order_pages.PAGES, demo_pages.PAGES)
    for (method, path), page in pages.items()
]


class ShopSite:
    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def answer(self, request: ShopRequest) -> ShopResponse:
        if request.method == "GET" and request.path in FILES:
            content = (FOLDER / "files" / request.path[1:]).read_bytes()
            return ShopResponse(content, content_type=FILES[request.path])
        for method, path, page in PAGES:
            if method == request.method and (match := path.fullmatch(request.path)):
                return self._answer_with(page, request, *match.groups())
        return self.shop.render_trouble("There is no such page in this shop.", 404)

    def _answer_with(self, page: Page, request: ShopRequest, *parts: str) -> ShopResponse:
        try:
            return page(self.shop, request, *parts)
        except Problem as refused:
            return self.shop.render_trouble(f"Grapevine refused this: {refused.detail}", 502)
        except Unreachable as silence:
            return self.shop.render_trouble(str(silence), 502)
