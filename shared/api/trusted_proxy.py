"""The visitor's address behind the shop's own proxy (specification: trusted-proxy).

Without this, all visitors of a shop behind a CDN would have the same address, and one visitor who
guesses codes would lock the links for all of them.
"""

import hmac
import ipaddress
from collections.abc import Mapping

from shared.settings import ProxySettings

SECRET_HEADER = "x-grapevine-proxy"


def forwarded_address(headers: Mapping[str, str]) -> str | None:
    """The first address in the proxy's header; `None` if the proxy's secret is wrong or missing, or
    if the text is no address.

    The names in `headers` must be in lower case.
    """
    proxy = ProxySettings.load()
    if not _proves_itself(headers, proxy):
        return None
    first = headers.get(proxy.trusted_proxy_header.lower(), "").partition(",")[0]
    return _parse_address(first)


def forwarded_host(headers: Mapping[str, str]) -> str | None:
    """The host in the address that the visitor opened; `None` if the proxy's secret is wrong or
    missing.
    """
    return (
        headers.get("x-forwarded-host") if _proves_itself(headers, ProxySettings.load()) else None
    )


def _proves_itself(headers: Mapping[str, str], proxy: ProxySettings) -> bool:
    secret = proxy.trusted_proxy_secret
    return bool(secret) and _same(headers.get(SECRET_HEADER, ""), secret)


def _same(told: str, secret: str) -> bool:
    return hmac.compare_digest(told.encode(), secret.encode())


def _parse_address(text: str) -> str | None:
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return None
