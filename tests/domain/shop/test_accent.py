"""Which accent colours can be read, and which one is the nearest that can."""

import pytest

from shared.domain.shop.accent import (
    DARK,
    LEAST_CONTRAST,
    LIGHT,
    contrast,
    is_readable,
    lowest_contrast,
    nearest_readable,
    shades_of,
)

COLOURS = ["#000000", "#ffffff", "#808080", "#ff0000", "#00ff00", "#0000ff", "#ffdd00", "#6b2a85"]


def test_the_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
@pytest.mark.parametrize("colour", COLOURS)
def test_the_nearest_colour_can_be_read_everywhere(colour, theme):
    nearest = nearest_readable(colour, theme)
    shades = shades_of(nearest, theme)
    for background in (*theme.backgrounds, shades.wash):
        assert contrast(nearest, background) >= LEAST_CONTRAST
    for fill in (nearest, shades.hover):
        assert contrast(shades.on_accent, fill) >= LEAST_CONTRAST
    assert (nearest == colour) == is_readable(colour, theme)


def test_a_tinted_background_counts_too():
    """This violet has 4.5:1 on every plain background, and less on its own tint."""
    violet = "#a500ff"
    assert all(contrast(violet, background) >= LEAST_CONTRAST for background in LIGHT.backgrounds)
    assert lowest_contrast(violet, LIGHT) < LEAST_CONTRAST


def test_the_nearest_is_near():
    assert nearest_readable("#e60000", LIGHT) == "#d60000"
