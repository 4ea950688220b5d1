"""Checks the picture that an owner uploads as the shop's logo: PNG, WebP, or SVG without scripts."""

import hashlib
import struct
import zlib
from typing import NamedTuple

from shared.domain.shop.svg_check import check_svg

LARGEST_LOGO = 64 * 1024
MOST_PIXELS = 2_000
TYPES = {"png": "image/png", "svg": "image/svg+xml", "webp": "image/webp"}
_PNG = b"\x89PNG\r\n\x1a\n"
_HASH_DIGITS = 32


class Logo(NamedTuple):
    """A checked picture. `name` is made from its content, such as `logo-<hash>.png`."""

    name: str
    content: bytes

    @property
    def content_type(self) -> str:
        return TYPES[self.name.rpartition(".")[2]]


def parse_logo(content: bytes) -> Logo:
    """The picture in a file. Its type is recognised by the content, not by the file's name. Raises
    `ValueError`.
    """
    if len(content) > LARGEST_LOGO:
        raise ValueError(f"must be at most {LARGEST_LOGO // 1024} KiB")
    ending = _ending(content)
    return Logo(f"logo-{hashlib.sha256(content).hexdigest()[:_HASH_DIGITS]}.{ending}", content)


def _ending(content: bytes) -> str:
    if content.startswith(_PNG):
        _check_size(*_png_size(content))
        return "png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        _check_size(*_webp_size(content))
        return "webp"
    check_svg(content)
    return "svg"


def _check_size(width: int, height: int) -> None:
    if not 0 < width <= MOST_PIXELS or not 0 < height <= MOST_PIXELS:
        raise ValueError(f"must be at most {MOST_PIXELS} pixels wide and high")


def _png_size(content: bytes) -> tuple[int, int]:
    """Width and height of a PNG whose chunks are whole (PNG 3, section 5)."""
    place, names = len(_PNG), []
    while place < len(content):
        length, name = struct.unpack_from(">I4s", _at_least(content, place, 8), 0)
        chunk = _at_least(content, place, 12 + length)
        if zlib.crc32(chunk[4 : 8 + length]) != int.from_bytes(chunk[-4:]):
            raise ValueError("is damaged; save the picture again")
        names.append(name)
        place += 12 + length
    if not names or names[0] != b"IHDR" or names[-1] != b"IEND" or b"IDAT" not in names:
        raise ValueError("is damaged; save the picture again")
    width, height = struct.unpack_from(">II", content, len(_PNG) + 8)
    return width, height


def _webp_size(content: bytes) -> tuple[int, int]:
    """Width and height in the first chunk of a WebP (its container specification)."""
    kind, data = content[12:16], _at_least(content, 20, 10)
    if int.from_bytes(content[4:8], "little") + 8 != len(content) + len(content) % 2:
        raise ValueError("is damaged; save the picture again")
    if kind == b"VP8X":
        return int.from_bytes(data[4:7], "little") + 1, int.from_bytes(data[7:10], "little") + 1
    if kind == b"VP8L":
        bits = int.from_bytes(data[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 6)
        return width & 0x3FFF, height & 0x3FFF
    raise ValueError("is damaged; save the picture again")


def _at_least(content: bytes, place: int, length: int) -> bytes:
    part = content[place : place + length]
    if len(part) < length:
        raise ValueError("is damaged; save the picture again")
    return part
