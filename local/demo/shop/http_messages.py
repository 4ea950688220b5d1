"""Requests and responses of the shop, independent of the HTTP server."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from local.demo.shop.products import CartLine, parse_cart

VISIT_COOKIE, CART_COOKIE, TOKEN_COOKIE = "shop_visit", "shop_cart", "gv_ref"
MONTH_SECONDS = 30 * 86_400
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class ShopRequest:
    """A request from the browser; in a GET request `form` has the query parameters."""

    method: str
    path: str
    form: Mapping[str, str]
    cookies: Mapping[str, str]

    @property
    def ref_token(self) -> str | None:
        """The token of a followed link, from the cookie or from the form field that the snippet
        fills in; None without one.
        """
        tokens = (self.cookies.get(TOKEN_COOKIE), self.form.get(TOKEN_COOKIE))
        return next((token for token in tokens if token and _TOKEN.fullmatch(token)), None)

    @property
    def cart(self) -> tuple[CartLine, ...]:
        return parse_cart(self.cookies.get(CART_COOKIE, ""))

    def field(self, name: str, max_length: int = 200) -> str:
        """Returns a form field without surrounding spaces, cut to `max_length`; "" if it is
        missing.
        """
        return self.form.get(name, "").strip()[:max_length]


@dataclass(frozen=True)
class ShopResponse:
    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "text/html; charset=utf-8"


def see_other(address: str, *cookies: str) -> ShopResponse:
    """Returns a redirect (303) after a form was processed."""
    headers = (("location", address), *(("set-cookie", cookie) for cookie in cookies))
    return ShopResponse(status=303, headers=headers)


def set_cookie(name: str, value: str, seconds: int = MONTH_SECONDS, script: bool = False) -> str:
    """Returns a `Set-Cookie` value; an empty `value` deletes the cookie.

    Scripts of the page can read the cookie only if `script` is true.
    """
    cookie = f"{name}={value}; Path=/; SameSite=Lax; Max-Age={seconds if value else 0}"
    return cookie if script else f"{cookie}; HttpOnly"
