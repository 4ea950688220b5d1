"""The card on the advocate's page that makes credit pay in a connected store, and the widget's button."""

import os
import re
from importlib.resources import files

import pytest

from tests.browser.test_pages import RULES
from tests.support.platforms.connected_shop import connected_shop
from tests.support.platforms.woocommerce import KEY, SECRET, STORE, woocommerce_store
from tests.support.running_cloud import wait_until
from tests.support.running_shop import done

WIDTHS = (390, 1280)


@pytest.fixture(scope="module")
def shop(tmp_path_factory, chromium):
    """A shop on WooCommerce; Anna and Ben have credit."""
    with woocommerce_store() as store:
        apis = {"woocommerce": store.url}
        with connected_shop(tmp_path_factory.mktemp("credit-page"), apis) as running:
            running.store = store
            running.connected("woocommerce", STORE, consumer_key=KEY, consumer_secret=SECRET)
            for name in ("anna", "ben"):
                running.ask("PUT", f"/v1/members/{name}", {"login": name, "name": name.title()})
                gift = {"amount": 1_200, "reason": "Welcome"}
                path = f"/v1/members/{name}/adjustments"
                done(running.ask("POST", path, gift, running.staff_key))
            yield running


def address(shop, name: str) -> str:
    token = done(shop.ask("POST", f"/v1/members/{name}/session", {}))["token"]
    return f"{shop.cloud.base_url}/rewards?token={token}&language=en"


@pytest.fixture
def look(browser, page):
    """Check the page as it is now with axe, at both widths, by day and by night."""
    axe = (files("axe_playwright_python") / "axe.min.js").read_text()
    folder = os.environ.get("GRAPEVINE_PICTURES")

    def check(name: str) -> None:
        page.evaluate(axe)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.scrollingElement.scrollWidth") <= width, name
            for scheme, rules in RULES.items():
                page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
                if folder:
                    page.screenshot(path=f"{folder}/{name}-{width}-{scheme}.png", full_page=True)
                run = "(rules) => axe.run({resultTypes: ['violations'], preload: false, ...rules})"
                found = page.evaluate(run, rules)["violations"]
                assert [rule["id"] for rule in found] == [], (name, width, scheme)

    return check


def test_from_the_button_to_the_code_and_back(shop, page, look):
    page.goto(address(shop, "anna"))
    look("button")
    shop.store.faults += [503]
    page.get_by_role("button", name="Use €12.00").click()
    page.get_by_text("The shop is making your code").wait_for()
    look("making")

    def code() -> str | None:
        page.get_by_role("link", name="Look again").click()
        page.wait_for_load_state()
        seen = re.search(r"GC(-\w{4}){3}", page.content())
        return seen and seen[0]

    wait_until(code, 60)
    look("ready")
    shop.store.faults += [503]
    page.get_by_role("button", name="Don't use it").click()
    page.get_by_text("The code is being removed").wait_for()
    look("returning")


def test_it_works_without_script(shop, browser):
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    plain.goto(address(shop, "ben"))
    plain.get_by_role("button", name="Use €12.00").click()
    plain.get_by_text("The shop is making your code").or_(
        plain.get_by_text("Enter this code at checkout")
    ).wait_for()
    context.close()
