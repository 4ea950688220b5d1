"""The guides for shop owners, walked: what they name is pressed and typed, and counted."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from local.cloud.supervisor import OWNER_EMAIL
from tests.support.platforms import shopify, stripe, woocommerce
from tests.support.platforms.connected_shop import ConnectedShop, connected_shop
from tests.support.running_cloud import wait_until

DOCS = Path(__file__).parents[2] / "docs"


class Guide(NamedTuple):
    """A platform: its guide, its double, what an owner types into its form, and what counts there."""

    page: str
    open: Callable[[], Any]
    brand: str
    typed: dict[str, str]


GUIDES = {
    "shopify": Guide(
        "shop-on-shopify.md",
        shopify.shopify_store,
        "Shopify",
        {
            "Store's address": shopify.STORE,
            "Client ID": shopify.CLIENT_ID,
            "Client secret": shopify.CLIENT_SECRET,
        },
    ),
    "woocommerce": Guide(
        "shop-on-woocommerce.md",
        woocommerce.woocommerce_store,
        "WooCommerce",
        {
            "Store's address": woocommerce.STORE,
            "Consumer key": woocommerce.KEY,
            "Consumer secret": woocommerce.SECRET,
        },
    ),
    "stripe": Guide(
        "shop-with-stripe.md", stripe.stripe_account, "Stripe", {"Restricted key": stripe.KEY}
    ),
}


@pytest.fixture(scope="module", params=GUIDES)
def shop(request, tmp_path_factory, chromium):
    """A shop on the morning of its first day: nobody is a member, and friends get nothing."""
    guide = GUIDES[request.param]
    with guide.open() as store:
        apis = {request.param: store.url}
        with connected_shop(tmp_path_factory.mktemp("guide"), apis) as running:
            running.publish(friend={"discount": None})
            running.provider, running.store, running.guide = request.param, store, guide
            running.clock("2026-03-02T12:00:00Z")
            store.now = running.now
            yield running


class Walk:
    """An owner with the guide beside the screen. What the guide does not name is not found."""

    def __init__(self, page, text: str) -> None:
        self.page, self.text, self.steps = page, " ".join(text.split()), 0

    def goes(self, way: str) -> None:
        """A page of the console's menu."""
        assert f"Console → {way}" in self.text, way
        menu = self.page.get_by_role("navigation", name="Console")
        menu.get_by_role("link", name=way, exact=True).click()
        self.steps += 1

    def presses(self, name: str, kind: str = "button") -> None:
        assert f"*{re.sub(r'[0-9]+', '…', name)}*" in self.text, name
        self.page.get_by_role(kind, name=name, exact=True).first.click()
        self.steps += 1

    def opens(self, name: str) -> None:
        """What is folded away behind a name."""
        assert name in self.text, name
        self.page.locator("summary").get_by_text(name, exact=True).click()
        self.steps += 1

    def types(self, name: str, text: str, within: str = "main") -> None:
        assert f"*{name}*" in self.text, name
        fields = self.page.locator(within).get_by_label(name, exact=True)
        fields.locator("visible=true").fill(text)
        self.steps += 1


def sign_in(walk: Walk, shop: ConnectedShop) -> None:
    walk.page.goto(f"{shop.cloud.base_url}/console?language=en")
    walk.types("Your email address", OWNER_EMAIL)
    walk.presses("Email me a link")
    walk.page.get_by_text("Check your email").wait_for()
    mail = shop.mails(OWNER_EMAIL)[-1]["text"]
    walk.page.goto(re.search(r"http\S+/console/sign-in/\S+", mail)[0])
    walk.steps += 1
    walk.presses("Sign in")


def test_from_the_first_sign_in_to_the_first_reward(shop, page):
    text = (DOCS / shop.guide.page).read_text()
    page.set_viewport_size({"width": 1280, "height": 900})
    walk = Walk(page, text)
    sign_in(walk, shop)

    walk.goes("Program")
    walk.presses("Create a new version", "link")
    walk.types("Friend's discount", "10")
    walk.presses("Save and check")
    version = page.get_by_role("button", name="Publish as version").inner_text()
    walk.presses(version)

    walk.goes("Connections")
    walk.opens(shop.guide.brand)
    for name, typed in shop.guide.typed.items():
        walk.types(name, typed, "details[open]")
    walk.presses("Connect")

    walk.goes("Members")
    walk.opens("Add a member") if not page.get_by_label("Login", exact=True).is_visible() else None
    walk.types("Login", OWNER_EMAIL)
    walk.types("Email", OWNER_EMAIL)
    walk.presses("Add member")
    wait_until(lambda: shop.store.codes(), 60)
    code = wait_until(lambda: own_code(shop))

    walk.goes("Connections")

    def is_there() -> bool:
        page.reload()
        return page.get_by_role("button", name="Send a test order").count() > 0

    wait_until(is_there, 60)
    walk.presses("Send a test order")
    assert page.get_by_text("✓ Done").count() == 5, "five ticks"
    shop.drain()
    page.get_by_role("link", name=f"{shop.provider}-test-").click()
    page.get_by_text("Parked: this is a test order").first.wait_for()

    friend = shop.store.registers("Dan", "dan@example.com")
    shop.store.buys(friend, code, 10_000)
    shop.drain()
    wait_until(lambda: own_entries(shop))
    assert f"{walk.steps} steps in the console" in walk.text


def own_member(shop) -> dict:
    return shop.get(f"/v1/members/{OWNER_EMAIL}")


def own_code(shop) -> str | None:
    code = own_member(shop)["code"]
    return code if code.upper() in {it.upper() for it in shop.store.codes()} else None


def own_entries(shop) -> list:
    return shop.get(f"/v1/members/{OWNER_EMAIL}/entries")["items"]
