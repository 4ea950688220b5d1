"""The fonts that an owner may choose. All are fonts that devices have, so no page loads one."""

from typing import NamedTuple

_SANS = (
    'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", Arial, sans-serif'
)
_SERIF = (
    'ui-serif, "Iowan Old Style", "Palatino Linotype", Palatino, Charter, "Noto Serif", Georgia,'
    " serif"
)
_ROUNDED = (
    'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Comfortaa, Manjari, "Arial Rounded MT'
    ' Bold", Calibri, sans-serif'
)
_HUMANIST = 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", source-sans-pro, sans-serif'


class Font(NamedTuple):
    """Stacks of font families in CSS: for text, and for headings and large figures."""

    text: str
    display: str


CLASSIC = "classic"
FONTS = {
    CLASSIC: Font(_SANS, _SERIF),
    "sans": Font(_SANS, _SANS),
    "serif": Font(_SERIF, _SERIF),
    "rounded": Font(_ROUNDED, _ROUNDED),
    "humanist": Font(_HUMANIST, _HUMANIST),
}
