"""How the shop's pages and mails look: colours, fonts and logo of the owner's settings.

The address of a stylesheet contains the colours and the font that it sets. So browsers may cache it
without end, and serving it reads no table.
"""

import re
from typing import NamedTuple

from shared import owner_settings
from shared.domain.shop.accent import DARK, LIGHT, AccentShades, nearest_readable, shades_of
from shared.domain.shop.fonts import CLASSIC, FONTS
from shared.domain.shop.owner_settings import OwnerSettings

USUAL = "usual"
USUAL_LIGHT = AccentShades("#6b2a85", "#ffffff", "#521d68", "#f3e9f7")
USUAL_DARK = AccentShades("#d9aeee", "#200f29", "#e0bdf2", "#35213f")
USUAL_DARK_FILL = "#cd97e6"
"""The colours of `web/style.css`, for the mails, which cannot load it."""
_NAME = re.compile(r"look-(usual|[0-9a-f]{6}-[0-9a-f]{6})-([a-z]+)\.css")


class ShopLook(NamedTuple):
    """The look of a page of the shop. `stylesheet` and `logo` are paths; empty for the usual look
    and for no logo.
    """

    stylesheet: str
    logo: str
    settings: OwnerSettings


def shop_look() -> ShopLook:
    return look_of(owner_settings.current())


def look_of(settings: OwnerSettings) -> ShopLook:
    is_usual = not settings.accent and settings.font == CLASSIC
    stylesheet = "" if is_usual else f"/assets/{_stylesheet_name(settings)}?v=1"
    return ShopLook(stylesheet, f"/assets/{settings.logo}?v=1" if settings.logo else "", settings)


def shades(settings: OwnerSettings) -> tuple[AccentShades, AccentShades]:
    """The colours of the light and of the dark theme."""
    if not settings.accent:
        return USUAL_LIGHT, USUAL_DARK
    dark = settings.accent_dark or nearest_readable(settings.accent, DARK)
    return shades_of(settings.accent, LIGHT), shades_of(dark, DARK)


def _stylesheet_name(settings: OwnerSettings) -> str:
    light, dark = shades(settings)
    colours = f"{light.accent[1:]}-{dark.accent[1:]}" if settings.accent else USUAL
    return f"look-{colours}-{settings.font}.css"


def write_stylesheet(name: str) -> str | None:
    """The rules of the stylesheet with this name; `None` if it is not the name of one."""
    match = _NAME.fullmatch(name)
    if match is None or match[2] not in FONTS:
        return None
    font = FONTS[match[2]]
    rules = [f":root {{ --text: {font.text}; --display: {font.display}; }}"]
    if match[1] != USUAL:
        light, dark = (f"#{colour}" for colour in match[1].split("-"))
        lit = shades_of(light, LIGHT)
        rules += [
            f":root {{ {_properties(lit)} }}",
            "@media screen and (prefers-color-scheme: dark) {",
            f"  :root {{ {_properties(shades_of(dark, DARK))} }}",
            "}",
            f".rewards {{ --accent: var(--grapevine-accent, {lit.accent});"
            f" --on-accent: var(--grapevine-on-accent, {lit.on_accent}); }}",
        ]
    return "\n".join(rules) + "\n"


def _properties(colours: AccentShades) -> str:
    """The custom properties of `web/style.css` that are made from the accent."""
    return (
        f"--grape: {colours.accent}; --grape-fill: {colours.accent}; --grape-deep: {colours.hover};"
        f" --on-grape: {colours.on_accent}; --grape-wash: {colours.wash};"
    )
