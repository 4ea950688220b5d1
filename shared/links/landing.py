"""Where a link leads: a path on the shop, and nowhere else."""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

LONGEST_PATH = 2048
ROUNDS = 4
"""How often a path is decoded before it is judged: some shops decode twice."""
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SAFE = "/?#%!$&'()*+,-.:;=@_~[]"


def shop_path(path: str | None) -> str:
    """A path below the shop's address; `/` where there is none, or where it could lead astray."""
    return path if path and leads_to_shop(path) else "/"


def landing_url(shop_url: str, path: str, passed_on: Mapping[str, str]) -> str:
    """The address of a `shop_path`; `passed_on` are parameters to add where it does not name them."""
    target, mark, fragment = path.partition("#")
    named = {part.partition("=")[0] for part in target.partition("?")[2].split("&")}
    for name, value in passed_on.items():
        if name not in named:
            target += (
                "&" if "?" in target else "?"
            ) + f"{quote(name, safe='')}={quote(value, safe='')}"
    return shop_url.rstrip("/") + _written(target + mark + fragment)


def leads_to_shop(path: str) -> bool:
    """Whether a path stays on the shop however browsers and servers read it."""
    if (
        not _encodable(path)
        or len(path.encode()) > LONGEST_PATH
        or _CONTROL.search(path)
        or "\\" in path
    ):
        return False
    bare = re.split(r"[?#]", path, maxsplit=1)[0]
    for _ in range(ROUNDS):
        if not _stays(bare):
            return False
        decoded = unquote(bare)
        if decoded == bare:
            return True
        bare = decoded
    return False


def _stays(bare: str) -> bool:
    if (
        not bare.startswith("/")
        or "//" in bare
        or "\\" in bare
        or "@" in bare
        or _CONTROL.search(bare)
    ):
        return False
    return not {".", ".."} & set(bare.split("/"))


def _encodable(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _written(target: str) -> str:
    """Characters that an address may not hold are encoded, what is encoded already stays."""
    return quote(_LONE_PERCENT.sub("%25", target), safe=_SAFE)


def path_of(landing: str) -> str:
    """The path of an address that a page says it is at; the rest may name people."""
    bare = re.split(
        r"[?#]", re.sub(r"^[a-z]+://[^/?#]*", "", landing, flags=re.IGNORECASE), maxsplit=1
    )[0]
    return bare[:512] or "/"
