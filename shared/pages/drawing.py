"""Where the parts of a drawing stand: bars on an axis, in units of an SVG's own view. Templates draw them."""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 400, 110
WIDEST_BAR = 48
GAP = 0.35
"""The share of its place that a bar leaves free."""


class Bar(NamedTuple):
    """`middle` is where its label stands; one below zero is `down` and hangs from the axis."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    down: bool


class Bars(NamedTuple):
    bars: tuple[Bar, ...]
    axis: float


def bars(amounts: Sequence[int], width: int = WIDTH, height: int = HEIGHT) -> Bars:
    """Bars as high as their amounts, side by side; the axis lies where zero is."""
    highest, lowest = max([0, *amounts]), min([0, *amounts])
    scale = height / ((highest - lowest) or 1)
    place = width / max(1, len(amounts))
    wide = min(WIDEST_BAR, place * (1 - GAP))
    axis = highest * scale
    return Bars(
        tuple(
            _bar(number, amount, place, wide, scale, axis) for number, amount in enumerate(amounts)
        ),
        round(axis, 1),
    )


def _bar(number: int, amount: int, place: float, wide: float, scale: float, axis: float) -> Bar:
    middle, high = (number + 0.5) * place, abs(amount) * scale
    top = axis - high if amount > 0 else axis
    return Bar(
        round(middle - wide / 2, 1),
        round(top, 1),
        round(wide, 1),
        round(high, 1),
        round(middle, 1),
        amount < 0,
    )
