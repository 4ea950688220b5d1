"""A request to the shop and its answer, without a server around them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from local.demo.shop.products import CartLine, read_cart

VISIT, CART, TOKEN = "shop_visit", "shop_cart", "gv_ref"
MONTH_SECONDS = 30 * 86_400
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")


@dataclass(frozen=True)
class ShopRequest:
    """What the browser sent, read."""

    method: str
    path: str
    form: Mapping[str, str]
    cookies: Mapping[str, str]

    @property
    def ref_token(self) -> str | None:
        """Of the cookie that a link left, or of the field that the snippet put into a form."""
        return next(
            (
                token
                for token in (self.cookies.get(TOKEN), self.form.get(TOKEN))
                if token and _TOKEN.fullmatch(token)
            ),
            None,
        )

    @property
    def cart(self) -> tuple[CartLine, ...]:
        return read_cart(self.cookies.get(CART, ""))

    def field(self, name: str, longest: int = 200) -> str:
        return self.form.get(name, "").strip()[:longest]


@dataclass(frozen=True)
class ShopResponse:
    body: bytes = b""
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    content_type: str = "text/html; charset=utf-8"


def see_other(address: str, *cookies: str) -> ShopResponse:
    """After a form: the page that shows what became of it."""
    return ShopResponse(
        status=303, headers=(("location", address), *(("set-cookie", cookie) for cookie in cookies))
    )


def cookie(name: str, value: str, seconds: int = MONTH_SECONDS, script: bool = False) -> str:
    """Of the shop's own host; an empty value takes it away."""
    kept = f"{name}={value}; Path=/; SameSite=Lax; Max-Age={seconds if value else 0}"
    return kept if script else f"{kept}; HttpOnly"
