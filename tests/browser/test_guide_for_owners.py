"""The guides for shop owners, walked: what they name is pressed and typed, and counted."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from local.cloud.supervisor import OWNER_EMAIL
from tests.support.guide_walk import DOCS, OURS, Walk, publish_discount, sign_in
from tests.support.platforms import shopify, stripe, woocommerce
from tests.support.platforms.connected_shop import connected_shop
from tests.support.running_cloud import wait_until


class Guide(NamedTuple):
    """A platform: its guide, its double, what an owner types into its form, and the store's address
    there beside the one in the guide.
    """

    page: str
    open: Callable[[], Any]
    brand: str
    typed: dict[str, str]
    aliases: dict[str, str]


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
        {shopify.STORE: "my-shop.myshopify.com"},
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
        {woocommerce.STORE: "shop.example.com"},
    ),
    "stripe": Guide(
        "shop-with-stripe.md", stripe.stripe_account, "Stripe", {"Restricted key": stripe.KEY}, {}
    ),
}
LATER = {
    "members-link": (f"members/{OWNER_EMAIL}", "region", "Profile"),
    "snippet": ("setup", "region", "Put the snippet into your shop"),
    "links-lead-to": ("programs/default/draft", "group", "Links"),
}
"""Pictures of what comes after the first code: the page, and the part of it."""


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


def test_from_the_first_sign_in_to_the_first_reward(shop, page):
    text = (DOCS / shop.guide.page).read_text()
    walk = Walk(page, text, {shop.cloud.base_url: OURS} | shop.guide.aliases)
    sign_in(walk, shop)

    publish_discount(walk)

    walk.goes("Connections")
    walk.opens(shop.guide.brand)
    for name, typed in shop.guide.typed.items():
        walk.types(name, typed, "details[open]")
    form = page.locator("details[open]")
    walk.sees(f"connect-{shop.provider}", form.locator("summary"), form.locator("button"))
    walk.presses("Connect")

    walk.goes("Members")
    walk.opens("Add a member") if not page.get_by_label("Login", exact=True).is_visible() else None
    walk.types("Login", OWNER_EMAIL)
    walk.types("Email", OWNER_EMAIL)
    walk.presses("Add member")
    wait_until(lambda: shop.store.codes(), 60)
    code = wait_until(lambda: own_code(shop))

    walk.goes("Connections")
    send = page.get_by_role("button", name="Send a test order")

    def is_there() -> bool:
        page.reload()
        return send.count() > 0 and page.get_by_text("✓ Done").count() == 5

    wait_until(is_there, 60)
    card = page.locator("section.card").first
    walk.sees(f"ticks-{shop.provider}", card.locator("h2"), card.locator(".rows"), send)
    walk.presses("Send a test order")
    shop.drain()
    page.get_by_role("link", name=f"{shop.provider}-test-").click()
    page.get_by_text("Parked: this is a test order").first.wait_for()
    walk.sees(
        "test-order",
        page.get_by_role("region", name="Rewards"),
        page.get_by_role("region", name="Evidence"),
    )

    friend = shop.store.registers("Dan", "dan@example.com")
    shop.store.buys(friend, code, 10_000)
    shop.drain()
    wait_until(lambda: own_entries(shop))
    assert f"{walk.steps} steps in the console" in walk.text

    for picture, (path, role, name) in LATER.items():
        if f"(pictures/{picture}.png)" in walk.text:
            page.goto(f"{shop.cloud.base_url}/console/{path}")
            walk.sees(picture, page.get_by_role(role, name=name))
    assert walk.has_seen_all_pictures()


def own_member(shop) -> dict:
    return shop.get(f"/v1/members/{OWNER_EMAIL}")


def own_code(shop) -> str | None:
    code = own_member(shop)["code"]
    return code if code.upper() in {it.upper() for it in shop.store.codes()} else None


def own_entries(shop) -> list:
    return shop.get(f"/v1/members/{OWNER_EMAIL}/entries")["items"]
