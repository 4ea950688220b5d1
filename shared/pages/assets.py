"""Styles and scripts of our own pages, served by us: files of the package `web`, with addresses that change when they do."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TYPES = {".css": "text/css", ".js": "text/javascript", ".png": "image/png", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    content: bytes
    content_type: str
    version: str


@cache
def asset(name: str) -> Asset | None:
    """A file directly in `web`, by its name; `None` where there is none that browsers are given."""
    content_type = TYPES.get(name[name.rfind(".") :])
    place = files("web") / name
    if "/" in name or not content_type or not place.is_file():
        return None
    content = place.read_bytes()
    return Asset(content, content_type, hashlib.sha256(content).hexdigest()[:12])


def address(name: str) -> str:
    """The path of a file of ours that may be kept for ever; raises `LookupError` where there is none."""
    found = asset(name)
    if found is None:
        raise LookupError(f"web/{name}")
    return f"/assets/{name}?v={found.version}"
