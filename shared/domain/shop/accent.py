"""The accent colour of the shop's pages, and whether text in it can be read (WCAG 2.2, 1.4.3)."""

import colorsys
from functools import lru_cache
from typing import NamedTuple

LEAST_CONTRAST = 4.5
_STEPS = 255
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)

type Rgb = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""


class Theme(NamedTuple):
    """The colours of a theme against which an accent is checked.

    * `backgrounds`: those on which text in the accent colour is shown.
    * `card`: the background that is tinted with the accent; `wash_percent` says how strongly.
    * `hover_towards`: the colour towards which the accent moves under the pointer.
    """

    backgrounds: tuple[str, ...]
    card: str
    wash_percent: int
    hover_towards: Rgb


LIGHT = Theme(("#faf7f4", "#ffffff", "#f3eef2"), "#ffffff", 10, _BLACK)
DARK = Theme(("#16111a", "#201827", "#2a2132"), "#201827", 18, _WHITE)
"""The colours of `web/style.css`."""


class AccentShades(NamedTuple):
    """The colours that follow from an accent in one theme, as `#rrggbb`: text on the accent
    (`on_accent`), the accent under the pointer (`hover`), and a background tinted with the accent
    (`wash`).
    """

    accent: str
    on_accent: str
    hover: str
    wash: str


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((_luminance(_rgb(one)), _luminance(_rgb(other))), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shades_of(accent: str, theme: Theme) -> AccentShades:
    """The colours that an accent, as `#rrggbb`, has in a theme."""
    on_accent = max(("#ffffff", "#14101a"), key=lambda colour: contrast(colour, accent))
    hover = _mix(_rgb(accent), theme.hover_towards, 20)
    wash = _mix(_rgb(theme.card), _rgb(accent), theme.wash_percent)
    return AccentShades(accent, on_accent, hover, wash)


def lowest_contrast(accent: str, theme: Theme) -> float:
    """The lowest contrast of the accent as text, and of text on the accent, in a theme."""
    shades = shades_of(accent, theme)
    texts = [contrast(accent, background) for background in (*theme.backgrounds, shades.wash)]
    return min(*texts, *(contrast(shades.on_accent, fill) for fill in (accent, shades.hover)))


def is_readable(accent: str, theme: Theme) -> bool:
    """Whether all text in and on the accent has at least `LEAST_CONTRAST` in a theme."""
    return lowest_contrast(accent, theme) >= LEAST_CONTRAST


@lru_cache(maxsize=64)
def nearest_readable(accent: str, theme: Theme) -> str:
    """The colour of the same hue and saturation that is nearest in lightness and can be read."""
    if is_readable(accent, theme):
        return accent
    hue, lightness, saturation = colorsys.rgb_to_hls(*(part / 255 for part in _rgb(accent)))
    candidates = sorted(range(_STEPS + 1), key=lambda step: abs(step / _STEPS - lightness))
    for step in candidates:
        parts = colorsys.hls_to_rgb(hue, step / _STEPS, saturation)
        colour = _hex((round(parts[0] * 255), round(parts[1] * 255), round(parts[2] * 255)))
        if is_readable(colour, theme):
            return colour
    raise AssertionError("white or black can be read in every theme")


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(colour: Rgb) -> str:
    return "#" + bytes(colour).hex()


def _mix(base: Rgb, added: Rgb, percent: int) -> str:
    mixed = [
        (one * (100 - percent) + other * percent) // 100
        for one, other in zip(base, added, strict=True)
    ]
    return _hex((mixed[0], mixed[1], mixed[2]))


def _luminance(colour: Rgb) -> float:
    """The relative luminance of a colour in sRGB, 0 to 1."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
