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
"""Providers that deliver `name+anything` to `name`, with the other characters that they ignore in a
name.
"""
_MICROSOFT = re.compile(r"(outlook|hotmail|live)\.(com|[a-z]{2}|com?\.[a-z]{2})")
"""Microsoft's mail domains in all countries. The entry of `msn.com` in `_IGNORED` applies to them.
"""
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
"""Invisible characters, which are removed from domains."""


def is_email_address(text: str) -> bool:
    """Whether a text can be the e-mail address of one mailbox. The domain must have a dot."""
    fits = len(text) <= LONGEST_ADDRESS and text.isprintable()
    return fits and _ADDRESS.fullmatch(text) is not None


def normalize_email(email: str) -> str:
    """The normal form of an address, equal for all addresses of the same mailbox.

    It is in lower case. Tags and ignored characters are removed for the providers listed in
    `_IGNORED`.
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
    """A domain in its ASCII form (A-labels of IDNA 2008), in which `straße` is not `strasse`.

    Characters are lowered one by one, because Python lowers a Greek sigma at the end of a word
    differently.
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
