"""Checks paths on the shop. Links may lead to the shop and to Payment Links at Stripe, and to no
other site (specification: links).
"""

import re
from urllib.parse import unquote

LONGEST_PATH = 2048
ROUNDS = 4
"""The number of times a path is decoded and checked, because some shops decode more than once."""
PAYMENT_LINK = re.compile(r"https://buy\.stripe\.com/[A-Za-z0-9_-]{1,100}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")


def leads_to_shop(path: str) -> bool:
    """Whether a path stays on the shop, no matter how browsers and servers decode it."""
    if not _is_encodable(path) or len(path.encode()) > LONGEST_PATH:
        return False
    if _CONTROL.search(path) or "\\" in path:
        return False
    bare = without_query(path)
    for _ in range(ROUNDS):
        if not _stays_on_host(bare):
            return False
        decoded = unquote(bare)
        if decoded == bare:
            return True
        bare = decoded
    return False


def is_payment_link(address: str) -> bool:
    """Whether this is the address of a Payment Link at Stripe."""
    return PAYMENT_LINK.fullmatch(address) is not None


def _stays_on_host(bare: str) -> bool:
    if not bare.startswith("/") or _CONTROL.search(bare):
        return False
    if any(text in bare for text in ("//", "\\", "@")):
        return False
    return not {".", ".."} & set(bare.split("/"))


def without_query(path: str) -> str:
    return re.split(r"[?#]", path, maxsplit=1)[0]


def _is_encodable(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
