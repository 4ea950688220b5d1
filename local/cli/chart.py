"""The months of one or several backtests as a bar chart in SVG."""

from collections.abc import Sequence
from html import escape

from local.cli.backtest_report import money

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 960, 420, 110, 60, 60
COLOURS = ("#2b6a4d", "#b4572b", "#3b5b92", "#7a4b8c", "#8a7a1f")

type Series = tuple[str, str, list[dict]]


def chart(series: Sequence[Series]) -> str:
    """One bar a month and program: the rewards less what was taken back. Each bar says its numbers when pointed at."""
    months = sorted({row["month"] for _, _, rows in series for row in rows})
    values = {
        (place, row["month"]): row["rewards"]
        for place, (_, _, rows) in enumerate(series)
        for row in rows
    }
    most, least = max([1, *values.values()]), min([0, *values.values()])
    step = (WIDTH - LEFT - 20) / max(1, len(months))
    scale = (HEIGHT - TOP - BOTTOM) / (most - least)
    zero = TOP + most * scale
    parts = [_legend(place, name, currency) for place, (name, currency, _) in enumerate(series)]
    parts += [_axis(zero, most, least, scale, series[0][1])]
    for column, month in enumerate(months):
        left = LEFT + column * step
        if column % max(1, len(months) // 12) == 0:
            parts.append(
                f'<text x="{left + step / 2:.1f}" y="{HEIGHT - 20}" text-anchor="middle">{month}</text>'
            )
        for place, (name, currency, _) in enumerate(series):
            value = values.get((place, month), 0)
            width = 0.8 * step / len(series)
            top = zero - max(0, value) * scale
            title = f"<title>{escape(name)}, {month}: {money(value, currency)} {currency}</title>"
            parts.append(
                f'<rect x="{left + 0.1 * step + place * width:.1f}" y="{top:.1f}" width="{width:.1f}" height="{abs(value) * scale:.1f}"'
                f' fill="{COLOURS[place % len(COLOURS)]}">{title}</rect>'
            )
    return _svg(parts)


def _legend(place: int, name: str, currency: str) -> str:
    top = 20 + 16 * place
    mark = f'<rect x="{LEFT}" y="{top - 10}" width="12" height="12" fill="{COLOURS[place % len(COLOURS)]}"/>'
    return (
        f'{mark}<text x="{LEFT + 18}" y="{top}">{escape(name)}: rewards by month, {currency}</text>'
    )


def _axis(zero: float, most: int, least: int, scale: float, currency: str) -> str:
    marks = [
        f'<text x="{LEFT - 8}" y="{zero - value * scale + 4:.1f}" text-anchor="end">{money(value, currency)}</text>'
        for value in sorted({most, most // 2, 0, least})
    ]
    return (
        "".join(marks)
        + f'<line x1="{LEFT}" y1="{zero:.1f}" x2="{WIDTH - 20}" y2="{zero:.1f}" stroke="#888"/>'
    )


def _svg(parts: Sequence[str]) -> str:
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Rewards by month"'
        f' font-family="sans-serif" font-size="12" fill="#222">\n<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )
