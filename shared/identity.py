"""What makes two names one: the keyed hash of an e-mail, of an internet address, of what is posted."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Mapping

from shared.domain.members.email_address import normal_email

LONGEST_CODE = 64
HASH_BYTES = 16


def email_hash(pepper: bytes, email: str) -> str:
    """22 characters that are the same for every spelling of one mailbox and tell nothing without the pepper."""
    digest = hmac.digest(
        pepper, b"email:" + normal_email(email).encode("utf-8", "backslashreplace"), hashlib.sha256
    )
    return base64.urlsafe_b64encode(digest[:HASH_BYTES]).decode().rstrip("=")


def address_hash(pepper: bytes, address: str) -> str:
    """The same for an internet address; of version 6 the first half counts, which one connection has to itself."""
    if ":" in address:
        address = _network(address)
    digest = hmac.digest(
        pepper, b"address:" + address.encode("utf-8", "backslashreplace"), hashlib.sha256
    )
    return base64.urlsafe_b64encode(digest[:HASH_BYTES]).decode().rstrip("=")


def _network(address: str) -> str:
    import ipaddress  # few addresses need it

    try:
        found = ipaddress.IPv6Address(address)
    except ValueError:
        return address
    return str(found.ipv4_mapped or ipaddress.IPv6Network((int(found) >> 64 << 64, 64)))


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
