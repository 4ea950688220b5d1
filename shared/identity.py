"""What makes two names one: the normal form of an e-mail and its keyed hash, the normal form of a code."""

import base64
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable, Mapping

LONGEST_CODE = 64
HASH_BYTES = 16
_SAME_MAILBOX = {
    "googlemail.com": "gmail.com",
    "protonmail.com": "proton.me",
    "pm.me": "proton.me",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
    "fastmail.fm": "fastmail.com",
}
_IGNORED = {
    "gmail.com": ".",
    "proton.me": ".-_",
    "icloud.com": "",
    "fastmail.com": "",
    "outlook.com": "",
    "hotmail.com": "",
    "live.com": "",
    "msn.com": "",
}
"""Providers that deliver `name+anything` to `name`, with the characters that they ignore in it."""


def email_hash(pepper: bytes, email: str) -> str:
    """22 characters that are the same for every spelling of one mailbox and tell nothing without the pepper."""
    digest = hmac.digest(pepper, b"email:" + normal_email(email).encode("utf-8", "backslashreplace"), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:HASH_BYTES]).decode().rstrip("=")


def address_hash(pepper: bytes, address: str) -> str:
    """The same for an internet address; of version 6 the first half counts, which one connection has to itself."""
    if ":" in address:
        address = _network(address)
    digest = hmac.digest(pepper, b"address:" + address.encode("utf-8", "backslashreplace"), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:HASH_BYTES]).decode().rstrip("=")


def _network(address: str) -> str:
    import ipaddress  # few addresses need it

    try:
        found = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))


def normal_email(email: str) -> str:
    """The mailbox behind an address: case, tags and ignored characters dropped where its provider is known to drop them."""
    name, _, domain = unicodedata.normalize("NFKC", email).strip().lower().rpartition("@")
    domain = _ascii_domain(domain.rstrip("."))
    domain = _SAME_MAILBOX.get(domain, domain)
    if domain in _IGNORED:
        name = name.partition("+")[0].translate({ord(character): None for character in _IGNORED[domain]})
    return f"{name}@{domain}"


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain


def normal_code(text: str) -> str:
    """A code as it is stored: people type it in any case, with spaces around it."""
    return text.strip().upper()


def private(facts: Mapping, hash_email: Callable[[str], str]) -> dict:
    """Facts as the bus and its archive may keep them: the e-mail address only as its keyed hash."""
    customer = facts.get("customer")
    if not isinstance(customer, Mapping) or not isinstance(customer.get("email"), str):
        return dict(facts)
    kept = {name: value for name, value in customer.items() if name not in ("email", "name")}
    return dict(facts) | {"customer": kept | {"email_hash": hash_email(customer["email"])}}


def posting_name(member: str, key: str | None) -> str:
    """The name of something posted for a member: the same for good under the same `Idempotency-Key`, a fresh one without."""
    if key is None:
        return secrets.token_urlsafe(16)
    return hashlib.sha256("\0".join((member, key)).encode()).hexdigest()[:32]
