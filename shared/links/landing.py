"""Where a link leads: to a path on the shop, and nowhere else."""

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote

LONGEST_PATH = 2048
LONGEST_KEPT_PATH = 512
ROUNDS = 4
"""How often a path is decoded before it counts as safe, because some shops decode twice."""
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SAFE = "/?#%!$&'()*+,-.:;=@_~[]"
_ORIGIN = re.compile(r"^[a-z]+://[^/?#]*", re.IGNORECASE)


def shop_path(path: str | None) -> str:
    """The path, or `/` for one that is missing or could lead away from the shop."""
    return path if path and leads_to_shop(path) else "/"


def landing_url(shop_url: str, path: str, parameters: Mapping[str, str]) -> str:
    """The address of a `shop_path`, with the parameters that its own query does not name."""
    target, mark, fragment = path.partition("#")
    named = {part.partition("=")[0] for part in target.partition("?")[2].split("&")}
    for name, value in parameters.items():
        if name not in named:
            separator = "&" if "?" in target else "?"
            target += f"{separator}{quote(name, safe='')}={quote(value, safe='')}"
    return shop_url.rstrip("/") + _quote(target + mark + fragment)


def leads_to_shop(path: str) -> bool:
    """Whether a path stays on the shop, however browsers and servers decode it."""
    if not _is_encodable(path) or len(path.encode()) > LONGEST_PATH:
        return False
    if _CONTROL.search(path) or "\\" in path:
        return False
    bare = _without_query(path)
    for _ in range(ROUNDS):
        if not _stays_on_host(bare):
            return False
        decoded = unquote(bare)
        if decoded == bare:
            return True
        bare = decoded
    return False


def path_of(address: str) -> str:
    """The path of a page's address, without host, query and fragment, which may name people."""
    return _without_query(_ORIGIN.sub("", address))[:LONGEST_KEPT_PATH] or "/"


def _stays_on_host(bare: str) -> bool:
    if not bare.startswith("/") or _CONTROL.search(bare):
        return False
    if any(text in bare for text in ("//", "\\", "@")):
        return False
    return not {".", ".."} & set(bare.split("/"))


def _without_query(path: str) -> str:
    return re.split(r"[?#]", path, maxsplit=1)[0]


def _is_encodable(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _quote(target: str) -> str:
    """Encodes characters that an address may not hold; what is encoded already stays."""
    return quote(_LONE_PERCENT.sub("%25", target), safe=_SAFE)
