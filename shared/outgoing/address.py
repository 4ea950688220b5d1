"""Where webhooks may go: to public addresses over TLS, so that nobody makes us knock at doors behind our own wall (decision 53)."""

import ipaddress
import socket
from urllib.parse import SplitResult, urlsplit

LONGEST_URL = 512
LOOPBACK = "127.0.0.1"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefused(ValueError):
    """An address that webhooks are not sent to."""


def checked_url(value: object, base_url: str) -> str:
    """A URL that may be an endpoint; raises `ValueError`. Loopback alone without TLS, and only where we ourselves are on loopback."""
    if (
        not isinstance(value, str)
        or not 0 < len(value) <= LONGEST_URL
        or not value.isascii()
        or not value.isprintable()
        or " " in value
    ):
        raise ValueError(f"must be a URL of at most {LONGEST_URL} plain characters")
    parts = _split(value)
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("must hold no user, no password and no fragment")
    if parts.scheme == "http" and parts.hostname == LOOPBACK and loopback(base_url):
        return value
    if parts.scheme != "https":
        raise ValueError("must begin with https://")
    _check_host(parts.hostname or "")
    return value


def _split(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  # raises where it is no number
    except ValueError:
        raise ValueError("must be a URL such as https://shop.example/webhooks") from None
    return parts


def _check_host(host: str) -> None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        if "." not in host.strip(".") or host.rstrip(".").endswith(
            (".local", ".internal", ".localhost")
        ):
            raise ValueError("must name a public host") from None
        return
    if not public(address):
        raise ValueError("must not lead to a private address")


def loopback(base_url: str) -> bool:
    """Whether we ourselves are only to be reached from this machine."""
    return urlsplit(base_url).hostname in (LOOPBACK, "localhost")


def address_of(url: str, base_url: str) -> tuple[str, int]:
    """The address to connect to, every answer of the name's checked; raises `AddressRefused`, `OSError` where the name is not known."""
    checked_url(url, base_url)
    parts = urlsplit(url)
    if parts.scheme == "http":
        return LOOPBACK, parts.port or 80
    port = parts.port or 443
    found = [
        answer[4][0] for answer in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    ]
    if not found or not all(
        public(ipaddress.ip_address(address.partition("%")[0])) for address in found
    ):
        raise AddressRefused(f"{parts.hostname} leads to a private address")
    return found[0], port


def public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is one of the open internet, also where it wraps another one."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return public(inner)
    return address.is_global and not address.is_multicast
