"""Draws a bar chart as a PNG picture (second edition, W3C), for mails.

It uses a few colours on a transparent ground, so that it is visible on light and dark paper.
"""

import math
import struct
import zlib
from collections.abc import Sequence

WIDTH, HEIGHT = 1080, 220
"""In pixels; mails show it at half the size, so that fine screens have enough of them."""
BASE = 3
"""Height of the line below the bars, in pixels."""
ROUND = 14
"""Radius of a bar's upper corners, in pixels."""
STEPS = 8
"""Number of shades between transparent and a bar's full colour. They smooth its corners."""
EARLIER, LATEST, LINE = (0xA8, 0x84, 0xBD), (0x9B, 0x4F, 0xC4), (0x9A, 0x8D, 0xA3)
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def draw_bars(amounts: Sequence[int]) -> bytes:
    """A PNG file with one bar for each amount. Amounts below 0 have no bar.

    The last bar is the month of the mail and has a stronger colour.
    """
    highest = max([*amounts, 1])
    room = HEIGHT - BASE
    heights = [max(0, round(amount * room / highest)) for amount in amounts]
    rows = [bytes([0]) + _row(heights, room - y) for y in range(room)]
    line = bytes([0]) + bytes([2 * STEPS + 1]) * WIDTH
    return _png(b"".join(rows) + line * BASE)


def _row(heights: Sequence[int], height: int) -> bytes:
    """The palette index of each pixel in the row `height` pixels above the line."""
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
    """The shades of one row of a bar, from 0 (transparent) to `STEPS` (full colour)."""
    if height > top:
        return bytes(width)
    corner = min(ROUND, top)
    below = top - height
    if below >= corner:
        return bytes([STEPS]) * width
    edge = bytes(_shade(corner, corner - x - 0.5, corner - below - 0.5) for x in range(corner))
    return edge + bytes([STEPS]) * (width - 2 * corner) + edge[::-1]


def _shade(radius: int, x: float, y: float) -> int:
    """The shade of one pixel: how much of it lies inside a corner's circle. `x` and `y` count from
    the circle's centre.
    """
    inside = radius + 0.5 - math.sqrt(x * x + y * y)
    return round(min(1.0, max(0.0, inside)) * STEPS)


def _png(pixels: bytes) -> bytes:
    palette, alpha = [(0, 0, 0)], [0]
    for colour in (EARLIER, LATEST):
        palette += [colour] * STEPS
        alpha += [255 * step // STEPS for step in range(1, STEPS + 1)]
    palette, alpha = [*palette, LINE], [*alpha, 255]
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    chunks = [
        (b"IHDR", header),
        (b"PLTE", bytes(part for colour in palette for part in colour)),
        (b"tRNS", bytes(alpha)),
        (b"IDAT", zlib.compress(pixels, 9)),
        (b"IEND", b""),
    ]
    return SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
