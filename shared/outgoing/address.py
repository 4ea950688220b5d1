"""Which addresses webhooks may be sent to: public addresses over TLS (decision 53).

Without this rule, staff could make us send requests to servers behind our own firewall.
"""

import ipaddress
import socket
from typing import TypeGuard
from urllib.parse import SplitResult, urlsplit

LONGEST_URL = 512
LOOPBACK = "127.0.0.1"
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_NEVER_PUBLIC = tuple(
    ipaddress.IPv6Network(network) for network in ("::/96", "::ffff:0:0:0/96", "fec0::/10")
)
"""IPv4-compatible, IPv4-translated and site-local addresses. These forms are retired, but some
systems still route them to an internal address, and Python counts them as global (RFC 4291,
2.5.5.1; RFC 2765; RFC 3879).
"""
_PRIVATE_SUFFIXES = (".local", ".internal", ".localhost")


class AddressRefused(ValueError):
    """The host name resolves to an address to which we send nothing."""


def check_url(value: object, base_url: str) -> str:
    """The URL, if it may be an endpoint. Raises `ValueError` that says what to write instead.

    Loopback needs no TLS. It is allowed only if our own `base_url` is on loopback too.
    """
    if not _is_plain_text(value):
        raise ValueError(f"must be a URL of at most {LONGEST_URL} ASCII characters")
    parts = _split(value)
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise ValueError("must not contain a user name, password or fragment")
    if parts.scheme == "http" and parts.hostname == LOOPBACK and is_loopback(base_url):
        return value
    if parts.scheme != "https":
        raise ValueError("must begin with https://")
    _check_host(parts.hostname or "")
    return value


def _is_plain_text(value: object) -> TypeGuard[str]:
    return (
        isinstance(value, str)
        and 0 < len(value) <= LONGEST_URL
        and value.isascii()
        and value.isprintable()
        and " " not in value
    )


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
        if "." not in host.strip(".") or host.rstrip(".").endswith(_PRIVATE_SUFFIXES):
            raise ValueError("must have a public host name") from None
        return
    if not is_public(address):
        raise ValueError("must not point to a private address")


def is_loopback(base_url: str) -> bool:
    """Whether our own address is on loopback, so that only this machine can reach us."""
    return urlsplit(base_url).hostname in (LOOPBACK, "localhost")


def resolve_address(url: str, base_url: str) -> tuple[str, int]:
    """The IP address and port to connect to.

    Raises `AddressRefused` if any address of the host is private, `OSError` if the host name is
    unknown, and `ValueError` for a URL that may not be an endpoint.
    """
    check_url(url, base_url)
    parts = urlsplit(url)
    if parts.scheme == "http":
        return LOOPBACK, parts.port or 80
    port = parts.port or 443
    answers = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    addresses = [str(answer[4][0]) for answer in answers]
    parsed = [ipaddress.ip_address(address.partition("%")[0]) for address in addresses]
    if not parsed or not all(map(is_public, parsed)):
        raise AddressRefused(f"{parts.hostname} leads to a private address")
    return addresses[0], port


def is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address is on the public internet. For an IPv6 address that contains an IPv4
    address, the IPv4 address decides.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in network for network in _NEVER_PUBLIC):
            return False
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    return address.is_global and not address.is_multicast
