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
    "msn.com": "",
    "windowslive.com": "",
}
"""Providers that deliver `name+anything` to `name`, with the characters that they ignore in it."""
_MICROSOFT = re.compile(r"(outlook|hotmail|live)\.(com|[a-z]{2}|com?\.[a-z]{2})")
"""Microsoft's domains in every country; they ignore what `msn.com` ignores."""
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Characters that a domain name never has."""


def is_email_address(text: str) -> bool:
    """Whether a text can be the address of one mailbox, with a dot in its domain."""
    fits = len(text) <= LONGEST_ADDRESS and text.isprintable()
    return fits and _ADDRESS.fullmatch(text) is not None


def normalize_email(email: str) -> str:
    """The address in the one spelling that stands for its mailbox.

    Lower case; tags and ignored characters are dropped where the provider is known to drop them.
    """
    name, _, domain = unicodedata.normalize("NFKC", email).strip().rpartition("@")
    name = name.lower()
    domain = _ascii_domain(domain)
    domain = _SAME_MAILBOX.get(domain, domain)
    ignored = _IGNORED.get("msn.com" if _MICROSOFT.fullmatch(domain) else domain)
    if ignored is not None:
        name = name.partition("+")[0].translate({ord(character): None for character in ignored})
    return f"{name}@{domain}"


def _ascii_domain(domain: str) -> str:
    """A domain as its A-labels (IDNA 2008), in which `straße` is not `strasse`.

    Each character is lowered by itself, because Greek has a second sigma at the end of words.
    """
    lowered = "".join(character.lower() for character in domain.translate(_UNSEEN))
    labels = unicodedata.normalize("NFC", lowered).replace("\u3002", ".").rstrip(".").split(".")
    return ".".join(map(_ascii_label, labels))


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    try:
        return "xn--" + label.encode("punycode").decode()
    except UnicodeError:
        return label
