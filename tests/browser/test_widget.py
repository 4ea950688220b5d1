"""The widget on a shop's own page: does it show what our server draws, and what is seen when our server is not there?"""

from importlib.resources import files
from urllib.parse import urlsplit

import pytest

from shared.pages.rendering import render
from shared.pages.svg_bars import lay_out_bars
from shared.portal.overview import GroupProgress
from tests.support.running_cloud import wait_until

SHOP, API = "https://shop.example", "https://go.shop.example"
POLICY = f"default-src 'none'; script-src {API}; style-src {API}; connect-src {API}"
PAGE = f"""<!doctype html><html lang="de"><title>Shop</title><script async src="{API}/assets/widget.js"></script>
<grapevine-rewards session="ms_one"><a href="/account">My rewards in the shop</a></grapevine-rewards></html>"""
OWN = {
    "available": 1_250,
    "base": API,
    "credit": {"code": None, "stores": []},
    "currency": "EUR",
    "drawing": lay_out_bars([]),
    "held": 0,
    "invitation": f"{API}/c/ANNA-7K2Q",
    "progress": GroupProgress(None, {"percent": "10", "fixed": None}, 0, None, 0),
    "link": f"{API}/r/ANNA-7K2Q",
    "offer": None,
    "waiting": [(None, 300)],
}
SHARED = {
    "access-control-allow-origin": SHOP,
    "access-control-allow-headers": "authorization",
    "access-control-allow-methods": "GET",
}


class Shop:
    """`answer` is what the API does: parameters of Playwright's `fulfill`, or `None` where it cannot be reached."""

    def __init__(self, context) -> None:
        self.answer: dict | None = {
            "body": render("portal/widget.html", "de", **OWN),
            "headers": SHARED,
            "content_type": "text/html",
        }
        self.asked: list[dict] = []
        self.page = context.new_page()
        self.page.add_init_script(
            "window.told = []; for (const name of ['shown', 'copied', 'fallback'])"
            " addEventListener('grapevine:' + name, (event) => told.push(event.detail.reason || name))"
        )
        context.route("**/*", self._answer)

    def open(self):
        self.page.goto(SHOP)
        wait_until(lambda: self.page.evaluate("told.length"))
        return self.page

    def _answer(self, route, request) -> None:
        path = urlsplit(request.url).path
        if request.resource_type == "document":
            return route.fulfill(
                body=PAGE, content_type="text/html", headers={"content-security-policy": POLICY}
            )
        if path.startswith("/assets/"):
            kind = {"js": "text/javascript", "css": "text/css"}[path.rpartition(".")[2]]
            return route.fulfill(
                body=files("web").joinpath(path.rpartition("/")[2]).read_text(), content_type=kind
            )
        self.asked.append(request.headers | {"url": request.url})
        return route.fulfill(**self.answer) if self.answer else route.abort()


@pytest.fixture
def shop(context, tables):
    return Shop(context)


def test_it_shows_what_is_there_and_leads_to_the_rest(shop):
    page = shop.open()
    assert page.evaluate("told") == ["shown"]
    assert page.get_by_text("12,50\N{NO-BREAK SPACE}€").is_visible()
    assert not page.get_by_text("My rewards in the shop").is_visible()
    assert (
        page.get_by_role("link", name="Alle deine Prämien ansehen").get_attribute("href")
        == f"{API}/rewards?token=ms_one"
    )
    (asked,) = shop.asked
    assert (asked["authorization"], asked["url"], "cookie" in asked) == (
        "Bearer ms_one",
        f"{API}/rewards/widget?language=de",
        False,
    )


def test_it_is_dressed_by_our_own_style_under_a_strict_policy_of_the_shops(shop):
    page = shop.open()
    root = "document.querySelector('grapevine-rewards').shadowRoot"
    wait_until(
        lambda: page.evaluate(f"getComputedStyle({root}.querySelector('dl')).display === 'flex'")
    )


def test_the_link_is_copied(shop, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=SHOP)
    page = shop.open()
    page.get_by_role("button", name="Kopieren").click()
    page.get_by_text("Kopiert", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == OWN["link"]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (None, "unavailable"),
        ({"status": 500, "headers": SHARED}, "unavailable"),
        ({"status": 200, "headers": SHARED, "body": ""}, "unavailable"),
        ({"status": 401, "headers": SHARED, "body": "<p>Signed out</p>"}, "session_ended"),
    ],
)
def test_what_the_shop_wrote_stays_when_we_have_nothing(shop, answer, reason):
    shop.answer = answer
    page = shop.open()
    assert page.evaluate("told") == [reason]
    assert page.get_by_text("My rewards in the shop").is_visible()


def test_a_new_session_brings_it_back(shop):
    drawn, shop.answer = shop.answer, None
    page = shop.open()
    shop.answer = drawn
    page.evaluate("document.querySelector('grapevine-rewards').setAttribute('session', 'ms_two')")
    page.get_by_text("12,50\N{NO-BREAK SPACE}€").wait_for()
    assert shop.asked[-1]["authorization"] == "Bearer ms_two"


def test_without_the_script_the_shop_is_as_it_was(shop, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_content(PAGE)
    assert page.get_by_text("My rewards in the shop").is_visible()
    context.close()
