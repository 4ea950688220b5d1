"""A page's own macros and values must not be called like a value that the frame around the page
shows: they would hide it from the frame.
"""

from collections.abc import Iterator

import pytest
from jinja2 import Environment, meta, nodes

from shared.pages.rendering import TEMPLATES

ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
PAGES = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*.html"))


def parse(name: str) -> nodes.Template:
    return ENVIRONMENT.parse((TEMPLATES / name).read_text("utf-8"))


def named(tree: nodes.Template, kind: type[nodes.Extends | nodes.Include]) -> Iterator[str]:
    """The templates that a template extends or includes by name."""
    for node in tree.find_all(kind):
        if isinstance(node.template, nodes.Const):
            yield node.template.value


def shown(name: str) -> set[str]:
    """The values that are given to a template and to what it includes or extends."""
    tree = parse(name)
    inner = [*named(tree, nodes.Include), *named(tree, nodes.Extends)]
    return meta.find_undeclared_variables(tree).union(*map(shown, inner)) - defined(tree)


def defined(tree: nodes.Template) -> set[str]:
    """The names that a template defines for itself and for the frame that it extends."""
    names = set()
    for node in tree.body:
        if isinstance(node, nodes.Macro):
            names.add(node.name)
        elif isinstance(node, nodes.Assign):
            names |= {target.name for target in node.find_all(nodes.Name) if target.ctx == "store"}
        elif isinstance(node, nodes.FromImport):
            names |= {name if isinstance(name, str) else name[1] for name in node.names}
        elif isinstance(node, nodes.Import):
            names.add(node.target)
    return names


@pytest.mark.parametrize("page", PAGES)
def test_a_page_hides_nothing_from_its_frame(page):
    tree = parse(page)
    hidden = [defined(tree) & shown(frame) for frame in named(tree, nodes.Extends)]
    assert hidden in ([], [set()]), f"rename these in {page}"


def test_a_frame_shows_what_it_includes():
    assert "said" in shown("console/frame.html")
