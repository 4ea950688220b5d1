"""A bar chart, in SVG, of the months of one or several backtests."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import NamedTuple

from local.cli.tables import format_money

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 960, 420, 110, 60, 60
COLOURS = ("#2b6a4d", "#b4572b", "#3b5b92", "#7a4b8c", "#8a7a1f")
MOST_MONTH_NAMES = 12


class Series(NamedTuple):
    """The months of one program; each has sums by name, in minor units of the currency."""

    name: str
    currency: str
    months: Mapping[str, Mapping[str, int]]

    def reward(self, month: str) -> int:
        return self.months[month]["rewards"] if month in self.months else 0


class _Scale(NamedTuple):
    """How amounts become pixels.

    * `zero`: the vertical position of 0.
    * `height`: the pixels of one minor unit.
    * `most`, `least`: the highest and the lowest amount.
    """

    zero: float
    height: float
    most: int
    least: int


def draw_chart(series: Sequence[Series]) -> str:
    """One bar for each month and program, as high as the rewards. The title of a bar has the
    amount.
    """
    months = sorted({month for program in series for month in program.months})
    scale = _fit_scale([program.reward(month) for program in series for month in months])
    parts = [_draw_legend(place, program) for place, program in enumerate(series)]
    parts.append(_draw_axis(scale, series[0].currency))
    step = (WIDTH - LEFT - 20) / max(1, len(months))
    name_every = max(1, len(months) // MOST_MONTH_NAMES)
    for column, month in enumerate(months):
        left = LEFT + column * step
        if column % name_every == 0:
            parts.append(
                f'<text x="{left + step / 2:.1f}" y="{HEIGHT - 20}" text-anchor="middle">'
                f"{month}</text>"
            )
        width = 0.8 * step / len(series)
        for place, program in enumerate(series):
            at = left + 0.1 * step + place * width
            parts.append(_draw_bar(program, month, COLOURS[place % len(COLOURS)], scale, at, width))
    return _draw_svg(parts)


def _fit_scale(values: Sequence[int]) -> _Scale:
    most, least = max([1, *values]), min([0, *values])
    height = (HEIGHT - TOP - BOTTOM) / (most - least)
    return _Scale(TOP + most * height, height, most, least)


def _draw_bar(
    program: Series, month: str, colour: str, scale: _Scale, left: float, width: float
) -> str:
    value, currency = program.reward(month), program.currency
    top = scale.zero - max(0, value) * scale.height
    title = f"{escape(program.name)}, {month}: {format_money(value, currency)} {currency}"
    return (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}"'
        f' height="{abs(value) * scale.height:.1f}" fill="{colour}"><title>{title}</title></rect>'
    )


def _draw_legend(place: int, program: Series) -> str:
    top = 20 + 16 * place
    colour = COLOURS[place % len(COLOURS)]
    return (
        f'<rect x="{LEFT}" y="{top - 10}" width="12" height="12" fill="{colour}"/>'
        f'<text x="{LEFT + 18}" y="{top}">'
        f"{escape(program.name)}: rewards by month, {program.currency}</text>"
    )


def _draw_axis(scale: _Scale, currency: str) -> str:
    marks = [
        f'<text x="{LEFT - 8}" y="{scale.zero - value * scale.height + 4:.1f}" text-anchor="end">'
        f"{format_money(value, currency)}</text>"
        for value in sorted({scale.most, scale.most // 2, 0, scale.least})
    ]
    line = (
        f'<line x1="{LEFT}" y1="{scale.zero:.1f}" x2="{WIDTH - 20}" y2="{scale.zero:.1f}"'
        ' stroke="#888"/>'
    )
    return "".join(marks) + line


def _draw_svg(parts: Sequence[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"'
        ' aria-label="Rewards by month" font-family="sans-serif" font-size="12" fill="#222">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )
