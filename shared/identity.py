"""Hashes that stand for something: for a mailbox, for an internet address, for a posting by hand."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from shared.domain.members.email_address import normalize_email

HASH_BYTES = 16


def email_hash(pepper: bytes, email: str) -> str:
    """22 characters, the same for every spelling of one mailbox. Without the pepper they tell
    nothing.
    """
    digest = hmac.digest(
        pepper,
        b"email:" + normalize_email(email).encode("utf-8", "backslashreplace"),
        hashlib.sha256,
    )
    return base64.urlsafe_b64encode(digest[:HASH_BYTES]).decode().rstrip("=")


def address_hash(pepper: bytes, address: str) -> str:
    """22 characters for an internet address. Of IPv6 only the first half counts: one connection has
    all addresses that begin with it.
    """
    if ":" in address:
        address = _network(address)
    digest = hmac.digest(
        pepper, b"address:" + address.encode("utf-8", "backslashreplace"), hashlib.sha256
    )
    return base64.urlsafe_b64encode(digest[:HASH_BYTES]).decode().rstrip("=")


def pepper_check(pepper: bytes) -> str:
    """43 characters by which a pepper is known again; it cannot be found out from them."""
    digest = hmac.digest(pepper, b"check: the pepper of these tables", hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _network(address: str) -> str:
    import ipaddress  # only version 6 needs it

    try:
        parsed = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed) >> 64 << 64, 64)))


def without_person(facts: Mapping[str, Any], hash_email: Callable[[str], str]) -> dict[str, Any]:
    """Order facts as the bus and its archive may keep them: without the customer's name, and with
    their e-mail address as its keyed hash.
    """
    customer = facts.get("customer")
    if not isinstance(customer, Mapping) or not isinstance(customer.get("email"), str):
        return dict(facts)
    kept = {name: value for name, value in customer.items() if name not in ("email", "name")}
    return dict(facts) | {"customer": kept | {"email_hash": hash_email(customer["email"])}}


def posting_id(member: str, key: str | None) -> str:
    """The id of a posting for a member: always the same under one `Idempotency-Key`, a new one
    without.
    """
    if key is None:
        return secrets.token_urlsafe(16)
    return hashlib.sha256("\0".join((member, key)).encode()).hexdigest()[:32]
