"""Hashes that stand for a mailbox, an internet address, or a posting by hand."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from shared.domain.members.email_address import normalize_email

HASH_BYTES = 16


def email_hash(pepper: bytes, email: str) -> str:
    """22 characters for a mailbox, the same for all its spellings. The pepper is the key of the
    hash: without it, nobody can find the address from the characters.
    """
    digest = hmac.digest(
        pepper,
        b"email:" + normalize_email(email).encode("utf-8", "backslashreplace"),
        hashlib.sha256,
    )
    return base64.urlsafe_b64encode(digest[:HASH_BYTES]).decode().rstrip("=")


def address_hash(pepper: bytes, address: str) -> str:
    """22 characters for an internet address. For IPv6 only the first half counts, because one
    connection usually has all addresses with the same first half.
    """
    if ":" in address:
        address = _network(address)
    digest = hmac.digest(
        pepper, b"address:" + address.encode("utf-8", "backslashreplace"), hashlib.sha256
    )
    return base64.urlsafe_b64encode(digest[:HASH_BYTES]).decode().rstrip("=")


def pepper_check(pepper: bytes) -> str:
    """43 characters that identify a pepper, the key of all keyed hashes. The pepper cannot be
    computed from them.
    """
    digest = hmac.digest(pepper, b"check: the pepper of these tables", hashlib.sha256)
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _network(address: str) -> str:
    import ipaddress  # needed only for IPv6

    try:
        parsed = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(parsed.ipv4_mapped or ipaddress.IPv6Network((int(parsed) >> 64 << 64, 64)))


def without_person(facts: Mapping[str, Any], hash_email: Callable[[str], str]) -> dict[str, Any]:
    """Order facts as they are stored on the bus: without the customer's name, and with a keyed hash
    instead of the e-mail address.
    """
    customer = facts.get("customer")
    if not isinstance(customer, Mapping) or not isinstance(customer.get("email"), str):
        return dict(facts)
    others = {name: value for name, value in customer.items() if name not in ("email", "name")}
    return dict(facts) | {"customer": others | {"email_hash": hash_email(customer["email"])}}


def posting_id(member: str, key: str | None) -> str:
    """The id of a posting for a member. With an `Idempotency-Key` it is always the same, without
    one it is random.
    """
    if key is None:
        return secrets.token_urlsafe(16)
    return hashlib.sha256("\0".join((member, key)).encode()).hexdigest()[:32]
