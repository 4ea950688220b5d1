"""Computes the bars of an SVG chart, in units of its view box. The templates draw them."""

from collections.abc import Sequence
from typing import NamedTuple

WIDTH, HEIGHT = 400, 110
WIDEST_BAR = 48
GAP = 0.35
"""The share of a bar's slot that stays empty."""


class Bar(NamedTuple):
    """A rectangle. `middle` is the x of its label; `down` is true if it hangs below the axis."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    down: bool


class BarLayout(NamedTuple):
    """The bars, and the y of the axis."""

    bars: tuple[Bar, ...]
    axis: float


def lay_out_bars(amounts: Sequence[int], width: int = WIDTH, height: int = HEIGHT) -> BarLayout:
    """Bars with heights proportional to their amounts, side by side. The axis is at 0."""
    highest, lowest = max([0, *amounts]), min([0, *amounts])
    scale = height / ((highest - lowest) or 1)
    slot = width / max(1, len(amounts))
    bar_width = min(WIDEST_BAR, slot * (1 - GAP))
    axis = highest * scale
    bars = (
        _bar((number + 0.5) * slot, bar_width, amount * scale, axis)
        for number, amount in enumerate(amounts)
    )
    return BarLayout(tuple(bars), round(axis, 1))


def _bar(middle: float, width: float, rise: float, axis: float) -> Bar:
    """A bar that rises from the axis, or hangs below it if `rise` is negative."""
    top = axis - rise if rise > 0 else axis
    return Bar(
        round(middle - width / 2, 1),
        round(top, 1),
        round(width, 1),
        round(abs(rise), 1),
        round(middle, 1),
        rise < 0,
    )
