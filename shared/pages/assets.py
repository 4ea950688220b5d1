"""Styles, scripts and pictures of our pages: files of the package `web`.

The address of an asset contains a part of its hash, so browsers may cache it without end.
"""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

TYPES = {".css": "text/css", ".js": "text/javascript", ".png": "image/png", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file for browsers. `version` is the beginning of its hash."""

    content: bytes
    content_type: str
    version: str


def find_asset(name: str) -> Asset | None:
    """The file directly in `web` with this name and an ending in `TYPES`; `None` if there is none."""
    return _read(name) if name in _names() else None


@cache
def _names() -> frozenset[str]:
    return frozenset(file.name for file in files("web").iterdir() if _ending(file.name) in TYPES)


@cache
def _read(name: str) -> Asset:
    """A file that exists. The result is cached, so names that strangers invent must not get here."""
    content = (files("web") / name).read_bytes()
    return asset_of(content, TYPES[_ending(name)])


def asset_of(content: bytes, content_type: str) -> Asset:
    return Asset(content, content_type, hashlib.sha256(content).hexdigest()[:12])


def _ending(name: str) -> str:
    return name[name.rfind(".") :]


def asset_path(name: str) -> str:
    """The path of an asset with its version, such as `/assets/style.css?v=…`. Raises `LookupError`."""
    asset = find_asset(name)
    if asset is None:
        raise LookupError(f"web/{name}")
    return f"/assets/{name}?v={asset.version}"
