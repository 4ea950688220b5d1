"""Cookies of our own pages: over https for our host alone; on loopback, which has no https, such that Safari keeps them too."""

from datetime import timedelta

from shared.settings import ShopSettings


def own_name(name: str) -> str:
    """Bound to our host and its whole path (`__Host-`, RFC 6265bis), which takes https."""
    return f"__Host-{name}" if _is_secure() else name


def own_cookie(name: str, value: str | None, life: timedelta) -> str:
    """A cookie that no script reads; without a value one that is forgotten at once."""
    return f"{plain_cookie(name, value or '', life if value else timedelta())}; HttpOnly"


def plain_cookie(name: str, value: str, life: timedelta) -> str:
    """Not sent along with what other sites post; read by scripts unless it says otherwise."""
    return f"{name}={value}; Path=/; Max-Age={life // timedelta(seconds=1)}{'; Secure' if _is_secure() else ''}; SameSite=Lax"


def _is_secure() -> bool:
    return ShopSettings.load().base_url.startswith("https://")
