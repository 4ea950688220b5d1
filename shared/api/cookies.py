"""Cookies of our own pages.

With https the cookies are bound to our host. On loopback there is no https, and Safari does not
store secure cookies there.
"""

from datetime import timedelta

from shared.settings import ShopSettings


def own_name(name: str) -> str:
    """The name of a cookie that is bound to our host (`__Host-`, RFC 6265bis). Without https it is
    the plain name.
    """
    return f"__Host-{name}" if _is_secure() else name


def own_cookie(name: str, value: str | None, life: timedelta) -> str:
    """The `Set-Cookie` value of a cookie that scripts cannot read. If `value` is empty, the browser
    deletes the cookie at once.
    """
    return f"{plain_cookie(name, value or '', life if value else timedelta())}; HttpOnly"


def plain_cookie(name: str, value: str, life: timedelta) -> str:
    """The `Set-Cookie` value of a cookie that scripts can read. Browsers do not send it with forms
    of other sites.
    """
    seconds = life // timedelta(seconds=1)
    secure = "; Secure" if _is_secure() else ""
    return f"{name}={value}; Path=/; Max-Age={seconds}{secure}; SameSite=Lax"


def _is_secure() -> bool:
    return ShopSettings.load().base_url.startswith("https://")
