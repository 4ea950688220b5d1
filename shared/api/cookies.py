"""Cookies of our own pages.

Over https they are bound to our host. Loopback has no https, and Safari keeps no secure cookie
there.
"""

from datetime import timedelta

from shared.settings import ShopSettings


def own_name(name: str) -> str:
    """The name that binds a cookie to our host (`__Host-`, RFC 6265bis); it needs https."""
    return f"__Host-{name}" if _is_secure() else name


def own_cookie(name: str, value: str | None, life: timedelta) -> str:
    """A cookie that scripts cannot read. Without a value the browser forgets it at once."""
    return f"{plain_cookie(name, value or '', life if value else timedelta())}; HttpOnly"


def plain_cookie(name: str, value: str, life: timedelta) -> str:
    """A cookie that scripts can read. The browser does not send it with forms of other sites."""
    seconds = life // timedelta(seconds=1)
    secure = "; Secure" if _is_secure() else ""
    return f"{name}={value}; Path=/; Max-Age={seconds}{secure}; SameSite=Lax"


def _is_secure() -> bool:
    return ShopSettings.load().base_url.startswith("https://")
