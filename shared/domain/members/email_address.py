"""The mailbox behind an e-mail address (specification: mailbox)."""

import unicodedata

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
