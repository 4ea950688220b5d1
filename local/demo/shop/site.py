"""The shop's pages: which address does what, and what every page shows."""

import re
from datetime import datetime
from importlib.resources import files
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from local.demo.shop import order_pages, demo_pages, visitor_pages
from local.demo.shop.database import ShopDatabase
from local.demo.shop.clock_switch import ClockSwitch
from local.demo.shop.http_messages import VISIT, ShopRequest, ShopResponse
from local.demo.shop.products import CURRENCY, PRODUCTS, SHIPPING
from local.demo.shop.grapevine_client import ApiUnreachable, ApiRefused, GrapevineClient
from local.demo.shop.storefront import Storefront
from local.demo.shop.simulated_year import SimulatedYear
from shared.pages import figures

HERE = files("local.demo.shop")
FILES = {"/shop.css": "text/css", "/shop.js": "text/javascript", "/icon.svg": "image/svg+xml"}
PAGES = [
    (method, re.compile(path), page)
    for module in (visitor_pages, order_pages, demo_pages)
    for (method, path), page in module.PAGES.items()
]


class Shop(NamedTuple):
    """All that the pages are made from."""

    books: ShopDatabase
    grapevine: GrapevineClient
    counter: Storefront
    clock: ClockSwitch
    year: SimulatedYear
    publishable_key: str


class ShopSite:
    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self._templates = Environment(
            loader=FileSystemLoader(str(HERE / "templates")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        money = {"money": lambda amount: figures.money(amount, CURRENCY, "en")}
        self._templates.filters |= money | {"day": _day, "day_of": _day_of, "minute": _minute}
        self._templates.globals |= {
            "goods": PRODUCTS,
            "shipping": SHIPPING,
            "base_url": shop.grapevine.base_url,
            "publishable_key": shop.publishable_key,
        }

    def answer(self, asked: ShopRequest) -> ShopResponse:
        if asked.method == "GET" and asked.path in FILES:
            return ShopResponse(
                (HERE / "files" / asked.path[1:]).read_bytes(), content_type=FILES[asked.path]
            )
        for method, path, page in PAGES:
            if method == asked.method and (found := path.fullmatch(asked.path)):
                return self._tried(page, asked, *found.groups())
        return self._trouble("There is no such page in this shop.", 404)

    def _tried(self, page, asked: ShopRequest, *parts: str) -> ShopResponse:
        try:
            return page(self, asked, *parts)
        except ApiRefused as refused:
            return self._trouble(f"Grapevine refused this: {refused}", 502)
        except ApiUnreachable as away:
            return self._trouble(str(away), 502)

    def page(
        self,
        asked: ShopRequest,
        template: str,
        status: int = 200,
        headers: tuple = (),
        **told: object,
    ) -> ShopResponse:
        """A template with what all of them show: the day, who is signed in, who sent them, how much is in the cart."""
        customer = self.customer(asked)
        shown = {
            "now": self.shop.grapevine.now(),
            "ahead": self.ahead(),
            "customer": customer,
            "sent_by": None if customer else self.sent_by(asked),
            "in_cart": sum(line.count for line in asked.cart),
            "path": asked.path,
        }
        return ShopResponse(
            self._templates.get_template(template).render(shown | told).encode(),
            status,
            (*self._policy(), *headers),
        )

    def ahead(self) -> datetime | None:
        """Where the books end, if that is still to come: the local cloud follows the real time whenever it starts."""
        last = self.shop.books.last_placed_at()
        return last if last and last > self.shop.grapevine.now() else None

    def customer(self, asked: ShopRequest):
        return self.shop.books.signed_in(asked.cookies.get(VISIT, ""))

    def sent_by(self, asked: ShopRequest) -> dict | None:
        """Whose link this browser followed, and what it promises."""
        try:
            return self.shop.grapevine.click(asked.ref_token) if asked.ref_token else None
        except (ApiRefused, ApiUnreachable):
            return None

    def _trouble(self, problem: str, status: int) -> ShopResponse:
        page = self._templates.get_template("trouble.html").render(problem=problem)
        return ShopResponse(page.encode(), status, self._policy())

    def _policy(self) -> tuple[tuple[str, str], ...]:
        """What a strict shop allows: its own files, and Grapevine's snippet, widget and API."""
        theirs = self.shop.grapevine.base_url
        policy = (
            f"default-src 'none'; script-src 'self' {theirs}; connect-src {theirs}; style-src 'self' {theirs}; "
            f"img-src 'self' data: {theirs}; form-action 'self' {theirs}; base-uri 'none'; frame-ancestors 'none'"
        )
        return (
            ("content-security-policy", policy),
            ("referrer-policy", "same-origin"),
            ("x-content-type-options", "nosniff"),
        )


def _day(moment: datetime) -> str:
    return figures.day(moment, "en")


def _day_of(text: str) -> str:
    return _day(datetime.fromisoformat(text))


def _minute(text: str) -> str:
    return figures.minute(datetime.fromisoformat(text), "en")
