"""Checks that an SVG picture only draws: no scripts, nothing from elsewhere, no entities."""

import re
from typing import NoReturn
from xml.parsers import expat

_SVG = "http://www.w3.org/2000/svg"
_XHTML = "http://www.w3.org/1999/xhtml"
_DRAWING = frozenset(
    "circle clipPath defs desc ellipse feBlend feColorMatrix feComposite feDropShadow feFlood"
    " feGaussianBlur feMerge feMergeNode feMorphology feOffset filter g line linearGradient marker"
    " mask metadata path pattern polygon polyline radialGradient rect stop style svg switch symbol"
    " text textPath title tspan use view".split()
)
_ELSEWHERE = re.compile(
    r"url\(\s*[\"']?(?!\s*#)|@import|expression\(|javascript:|\\", re.IGNORECASE
)
MOST_ELEMENTS = 2_000


def check_svg(content: bytes) -> None:
    """Raises `ValueError` for a file that is no SVG, or one that does more than draw."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ValueError("must be a PNG, SVG or WebP picture") from None
    check = _Check()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = check.start
    parser.CharacterDataHandler = check.text
    parser.StartDoctypeDeclHandler = check.doctype
    parser.ProcessingInstructionHandler = check.instruction
    try:
        parser.Parse(text, True)
    except expat.ExpatError:
        raise ValueError("must be a PNG, SVG or WebP picture") from None


class _Check:
    """Looks at the parts of a document while it is parsed."""

    def __init__(self) -> None:
        self.elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        space, _, element = name.rpartition(" ")
        if self.elements == 1 and (space, element) != (_SVG, "svg"):
            raise ValueError("must be a PNG, SVG or WebP picture")
        if self.elements > MOST_ELEMENTS:
            raise ValueError(f"must have at most {MOST_ELEMENTS} elements")
        if space == _SVG and element not in _DRAWING:
            raise ValueError(f"must not have the element {element}; save it as a plain SVG")
        if space == _XHTML:
            raise ValueError("must not have the element html; save it as a plain SVG")
        for attribute, value in attributes.items():
            _check_attribute(attribute.rpartition(" ")[2], value)

    def text(self, data: str) -> None:
        """The text of a `style` element may not load anything; other text is checked alike."""
        if _ELSEWHERE.search(data):
            raise ValueError("must not load anything from elsewhere; save it as a plain SVG")

    def doctype(self, *_: object) -> NoReturn:
        raise ValueError("must not have a document type; save it as a plain SVG")

    def instruction(self, *_: object) -> NoReturn:
        raise ValueError("must not have processing instructions; save it as a plain SVG")


def _check_attribute(name: str, value: str) -> None:
    if name.lower().startswith("on"):
        raise ValueError("must not have scripts; save it as a plain SVG")
    if name.lower() in ("href", "src", "base") and not value.strip().startswith("#"):
        raise ValueError("must not load anything from elsewhere; save it as a plain SVG")
    if _ELSEWHERE.search(value):
        raise ValueError("must not load anything from elsewhere; save it as a plain SVG")
