"""A bar for each amount as a PNG (second edition, W3C): a few colours on nothing, so that it stands on light and dark paper."""

import struct
import zlib
from collections.abc import Sequence

WIDTH, HEIGHT = 1080, 220
"""Twice the size that it is shown at, for screens that have the pixels."""
BASE = 3
"""How high the line is that the bars stand on."""
ROUND = 14
STEPS = 8
"""Shades between nothing and a bar, at its corners."""
EARLIER, LATEST, LINE = (0xA8, 0x84, 0xBD), (0x9B, 0x4F, 0xC4), (0x9A, 0x8D, 0xA3)
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def bars(amounts: Sequence[int]) -> bytes:
    """The picture: all bars but the last, which is the month told of, are paler; what is below 0 has none."""
    highest = max([*amounts, 1])
    room = HEIGHT - BASE
    heights = [max(0, round(amount * room / highest)) for amount in amounts]
    rows = [bytes([0]) + _row(heights, room - y) for y in range(room)]
    line = bytes([0]) + bytes([2 * STEPS + 1]) * WIDTH
    return _png(b"".join(rows) + line * BASE)


def _row(heights: Sequence[int], height: int) -> bytes:
    """The pixels at a height above the line, as places of the palette."""
    slot = WIDTH // len(heights)
    left = (WIDTH - slot * len(heights)) // 2
    pieces = [bytes(left)]
    for place, top in enumerate(heights):
        shades = _bar_row(slot * 3 // 5, top, height)
        if place == len(heights) - 1:
            shades = bytes(shade + STEPS if shade else 0 for shade in shades)
        gap = slot - len(shades)
        pieces.append(bytes(gap // 2) + shades + bytes(gap - gap // 2))
    row = b"".join(pieces)
    return row + bytes(WIDTH - len(row))


def _bar_row(width: int, top: int, height: int) -> bytes:
    """One row of a bar with round upper corners: 0 is nothing, `STEPS` the full colour."""
    if height > top:
        return bytes(width)
    corner = min(ROUND, top)
    below = top - height
    if below >= corner:
        return bytes([STEPS]) * width
    edge = bytes(_shade(corner, corner - x - 0.5, corner - below - 0.5) for x in range(corner))
    return edge + bytes([STEPS]) * (width - 2 * corner) + edge[::-1]


def _shade(radius: int, x: float, y: float) -> int:
    """How much of the pixel at a distance from a corner's middle lies inside of its circle."""
    inside = radius + 0.5 - (x * x + y * y) ** 0.5
    return round(min(1.0, max(0.0, inside)) * STEPS)


def _png(pixels: bytes) -> bytes:
    palette, alpha = [(0, 0, 0)], [0]
    for colour in (EARLIER, LATEST):
        palette += [colour] * STEPS
        alpha += [255 * step // STEPS for step in range(1, STEPS + 1)]
    palette, alpha = [*palette, LINE], [*alpha, 255]
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    parts = [
        (b"IHDR", header),
        (b"PLTE", bytes(part for colour in palette for part in colour)),
        (b"tRNS", bytes(alpha)),
    ]
    parts += [(b"IDAT", zlib.compress(pixels, 9)), (b"IEND", b"")]
    return SIGNATURE + b"".join(_chunk(kind, content) for kind, content in parts)


def _chunk(kind: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )
