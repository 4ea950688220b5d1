"""Every page, in a real browser: does it stand without script, can everybody use it, does it keep to its own policy?"""

from importlib.resources import files

import pytest

from tests.support.page_list import PAGES, STATUSES

WIDTHS = (360, 1280)
RULES = {
    "light": {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]},
    "dark": {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
}
"""By night only colours are others."""
TALL_BADGES = """[...document.querySelectorAll(".badge")]
  .filter((badge) => badge.offsetHeight > 2 * parseFloat(getComputedStyle(badge).lineHeight))
  .map((badge) => badge.textContent)"""
"""A badge has one line, and is not stretched over a row of two."""


@pytest.fixture(scope="module")
def axe(browser) -> str:
    """axe-core, as the wrapper for Playwright brings it."""
    return (files("axe_playwright_python") / "axe.min.js").read_text()


@pytest.fixture(scope="module")
def plain(browser):
    """A page of a browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_everybody_can_use_it_on_a_telephone_and_on_a_desk_by_day_and_by_night(
    world, page, axe, name
):
    told = []
    page.on(
        "console",
        lambda message: (
            told.append(f"{message.text} {message.location}") if message.type == "error" else None
        ),
    )
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(world.visit(page.context, name))
    page.evaluate(axe)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.scrollingElement.scrollWidth") <= width, (
            f"{name} is wider than {width} px"
        )
        assert page.evaluate(TALL_BADGES) == [], f"{name}, {width} px"
        for scheme, rules in RULES.items():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            found = page.evaluate(
                "(rules) => axe.run({resultTypes: ['violations'], preload: false, ...rules})", rules
            )["violations"]
            assert [
                (rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found
            ] == [], f"{name}, {width} px, {scheme}"
    assert [text for text in told if f"a status of {STATUSES.get(name)} " not in text] == []


@pytest.mark.parametrize("name", PAGES)
def test_it_stands_without_script(world, plain, name):
    assert plain.goto(world.visit(plain.context, name)).status == STATUSES.get(name, 200)
    assert plain.get_by_role("heading", level=1).is_visible()
