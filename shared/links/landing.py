"""Where a link leads: to a path on the shop, or to a Payment Link at Stripe that the program names."""

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import quote, urlsplit

from shared.domain.shop_path import is_payment_link, leads_to_shop, without_query

LONGEST_STORED_PATH = 512
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SAFE = "/?#%!$&'()*+,-.:;=@_~[]"
_ORIGIN = re.compile(r"^[a-z]+://[^/?#]*", re.IGNORECASE)


CODE_PARAMETER = "gv"
"""The query parameter from which the storefront snippet reads a code."""


class FollowedCode(NamedTuple):
    """The code of a link that somebody followed.

    * `ref_token`: the token of the click; `None` if no click was counted.
    * `discount_path`: the path on the shop's platform that applies the code.
    * `by_cookie`: whether the shop can read the token in our cookie.
    * `takes_off`: whether friends get a discount for it.
    """

    code: str
    ref_token: str | None
    discount_path: str | None
    by_cookie: bool
    takes_off: bool


def link_target(
    shop_url: str, path: str, followed: FollowedCode | None, parameters: Mapping[str, str]
) -> str:
    """The full address to which a link leads. The shop's platform applies the code if it can.

    A Payment Link at Stripe cannot read our cookie, so its address contains token and code.
    """
    if is_payment_link(path):
        return landing_url("", path, _payment_parameters(followed) | dict(parameters))
    if followed is None:
        return landing_url(shop_url, path, parameters)
    named = path if followed.by_cookie else with_code(path, followed.code)
    inner = landing_url("", named, parameters)
    return landing_url(shop_url, with_discount(inner, followed.discount_path), {})


def _payment_parameters(followed: FollowedCode | None) -> dict[str, str]:
    if followed is None:
        return {}
    code = followed.code if followed.takes_off else None
    told = {"client_reference_id": followed.ref_token, "prefilled_promo_code": code}
    return {name: text for name, text in told.items() if text}


def shop_path(path: str | None, landing: str = "/") -> str:
    """The path, or `landing` if the path is missing or could lead away from the shop."""
    return path if path and leads_to_shop(path) else landing


def shares_cookies(served_on: str, shop: str, domain: str = "") -> bool:
    """Whether the shop's host sees a cookie that the host `served_on` sets: the hosts are the same,
    or both belong to the cookie's domain. Ports do not matter.
    """
    return _hostname(served_on) == _hostname(shop) or (
        is_of(served_on, domain) and is_of(shop, domain)
    )


def is_of(host: str, domain: str) -> bool:
    """Whether a host is the domain or below it. False for an empty domain."""
    name = _hostname(host)
    return bool(domain) and (name == domain or name.endswith(f".{domain}"))


def _hostname(host: str) -> str:
    return urlsplit(f"//{host}").hostname or ""


def with_code(path: str, code: str) -> str:
    """A path with this code in its query, in place of any other code. Used if the shop cannot read
    our cookie.
    """
    target, mark, fragment = path.partition("#")
    bare, question, query = target.partition("?")
    others = [part for part in query.split("&") if part.partition("=")[0] != CODE_PARAMETER]
    remaining = [part for part in others if part] if question else []
    named = "&".join([*remaining, f"{CODE_PARAMETER}={quote(code, safe='')}"])
    return f"{bare}?{named}{mark}{fragment}"


def with_discount(path: str, discount_path: str | None) -> str:
    """The path on the shop's platform that applies a code and then redirects to `path`; `path`
    itself if the platform applies no code.
    """
    return f"{discount_path}?redirect={quote(path, safe='')}" if discount_path else path


def landing_url(shop_url: str, path: str, parameters: Mapping[str, str]) -> str:
    """The full address of a `shop_path`. Parameters that its query names already are not added
    again.
    """
    target, mark, fragment = path.partition("#")
    named = {part.partition("=")[0] for part in target.partition("?")[2].split("&")}
    for name, value in parameters.items():
        if name not in named:
            separator = "&" if "?" in target else "?"
            target += f"{separator}{quote(name, safe='')}={quote(value, safe='')}"
    return shop_url.rstrip("/") + _quote(target + mark + fragment)


def path_of(address: str) -> str:
    """The path of an address, at most `LONGEST_STORED_PATH` characters, without host, query and
    fragment, because these may name people.
    """
    return without_query(_ORIGIN.sub("", address))[:LONGEST_STORED_PATH] or "/"


def _quote(target: str) -> str:
    """Percent-encode characters that are not allowed in an address. What is encoded already stays
    as it is.
    """
    return quote(_LONE_PERCENT.sub("%25", target), safe=_SAFE)
