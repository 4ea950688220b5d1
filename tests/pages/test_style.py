"""Can everybody read our pages? Colours of text on their grounds, in light and in dark (WCAG 2.2, 1.4.3 and 1.4.11)."""

import re
from importlib.resources import files

import pytest

STYLE = files("web").joinpath("style.css").read_text()
LIGHT, DARK = (
    dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))
    for block in re.findall(r":root \{(.*?)\n *\}", STYLE, re.DOTALL)[:2]
)
TEXTS = [
    *[
        (text, ground)
        for text in ("ink", "soft", "grape", "red", "leaf")
        for ground in ("paper", "card", "sunk")
    ],
    *[(text, "grape-wash") for text in ("ink", "grape", "soft")],
    *[(tone, f"{tone}-wash") for tone in ("leaf", "amber", "red", "blue")],
    *[("ink", f"{tone}-wash") for tone in ("leaf", "amber", "red", "blue")],
    *[("soft", f"{tone}-wash") for tone in ("leaf", "amber", "red", "blue")],
    ("on-grape", "grape-fill"),
    ("on-grape", "grape-deep"),
    ("on-red", "red-fill"),
]
EDGES = [(edge, ground) for edge in ("edge", "grape-fill", "grape") for ground in ("paper", "card")]


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_text_can_be_read(colours, text, ground):
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_the_edge_of_a_control_can_be_seen(colours, edge, ground):
    assert contrast(colours[edge], colours[ground]) >= 3


def test_both_schemes_name_the_same_colours():
    assert LIGHT.keys() == DARK.keys()


def test_colours_are_named_once():
    """What is written outside the two lists would look the same by day and by night."""
    beyond = (
        STYLE[STYLE.index("*, *::before") : STYLE.index("@media print")]
        + files("web").joinpath("parts.css").read_text()
    )
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", beyond) == []
