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


def asset(name: str) -> Asset | None:
    """A file directly in `web`, by its name; `None` where there is none that browsers are given."""
    return _read(name) if name in _names() else None


@cache
def _names() -> frozenset[str]:
    return frozenset(file.name for file in files("web").iterdir() if _ending(file.name) in TYPES)


@cache
def _read(name: str) -> Asset:
    """Kept for names that there are alone: strangers ask for any."""
    content = (files("web") / name).read_bytes()
    return Asset(content, TYPES[_ending(name)], hashlib.sha256(content).hexdigest()[:12])


def _ending(name: str) -> str:
    return name[name.rfind(".") :]


def address(name: str) -> str:
    """The path of a file of ours that may be kept for ever; raises `LookupError` where there is none."""
    found = asset(name)
    if found is None:
        raise LookupError(f"web/{name}")
    return f"/assets/{name}?v={found.version}"
