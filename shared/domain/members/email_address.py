"""E-mail addresses, and the mailbox behind one (specification: mailbox)."""

import re
import unicodedata

LONGEST_ADDRESS = 254
_ADDRESS = re.compile(r"[^\s@<>,;\"\\]+@[^\s@<>,;\"\\]+\.[^\s@<>,;\"\\.]+")
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


def is_email_address(text: str) -> bool:
    """Whether a text can be the address of one mailbox, with a dot in its domain."""
    fits = len(text) <= LONGEST_ADDRESS and text.isprintable()
    return fits and _ADDRESS.fullmatch(text) is not None


def normalize_email(email: str) -> str:
    """The address in the one spelling that stands for its mailbox.

    Lower case; tags and ignored characters are dropped where the provider is known to drop them.
    """
    name, _, domain = unicodedata.normalize("NFKC", email).strip().lower().rpartition("@")
    domain = _ascii_domain(domain.rstrip("."))
    domain = _SAME_MAILBOX.get(domain, domain)
    if domain in _IGNORED:
        name = name.partition("+")[0].translate(
            {ord(character): None for character in _IGNORED[domain]}
        )
    return f"{name}@{domain}"


def _ascii_domain(domain: str) -> str:
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain
