"""A WooCommerce shop with the snippet and `web/woocommerce.js`: is the code in the cart by itself?"""

import gzip
import json
from pathlib import Path

import pytest

from tests.support.snippet_shop import API, CLICK, CODE, PAGE, SHOP, SNIPPET, SnippetShop

OWN = (Path(__file__).parents[2] / "web" / "woocommerce.js").read_text()
LARGEST_BYTES = 2560
NONCE = "abc123def4"
SCRIPT = f'<script async src="{API}/assets/woocommerce.js"></script></html>'


class WooShop(SnippetShop):
    """A shop whose Store API has one cart, behind its nonce as WooCommerce's is."""

    def __init__(self, context, items: int = 1, root: str = "/wp-json/") -> None:
        super().__init__(context)
        self.items, self.root, self.coupons = items, root, []
        self.page = PAGE.replace("</html>", SCRIPT)
        self.least, self.fault, self.calls = 0, 0, []
        self.tab = context.new_page()
        self.tab.add_init_script(
            "window.discounted = 0; document.addEventListener('grapevine:discounted', () => discounted++);"
            "window.told = []; addEventListener('wc-blocks_store_sync_required', ({detail}) => told.push(detail.type))"
        )
        self.tab.route(f"{SHOP}/**", self._page)
        context.route(
            "**/assets/woocommerce.js", lambda route: self._give(route, OWN, "text/javascript")
        )
        context.route("**/wc/store/v1/**", self._store)
        if items:
            self.fill(items)

    def fill(self, items: int) -> None:
        """Put so many items of 10.00 into the cart; WooCommerce says so in a cookie."""
        self.items = items
        self.context.add_cookies([{"name": "woocommerce_items_in_cart", "value": "1", "url": SHOP}])

    def _store(self, route, request) -> None:
        path = request.url.removeprefix(SHOP + self.root)
        self.calls.append(f"{request.method} {path}")
        headers = {"nonce": NONCE, "content-type": "application/json"}
        status = 200
        if request.method == "POST":
            assert path == "wc/store/v1/cart/apply-coupon"
            assert request.headers["nonce"] == NONCE, (
                "WooCommerce refuses a change without its nonce"
            )
            status = self.fault or (400 if self.items < self.least else 200)
            if status == 200:
                self.coupons.append(json.loads(request.post_data)["code"].lower())
        cart = {
            "items_count": self.items,
            "coupons": [{"code": code} for code in self.coupons],
            "totals": {"total_items": str(self.items * 1000)},
        }
        route.fulfill(status=status, headers=headers, body=json.dumps(cart))

    def visited(self, address: str = f"/?gv={CODE}"):
        """The tab with a page on which both scripts have done what they do."""
        page = self.tab
        with page.expect_event("load"):
            page.goto(SHOP + address)
        page.wait_for_function("window.ready")
        page.wait_for_load_state("networkidle")
        assert page.evaluate("errors") == []
        return page

    def _page(self, route, request) -> None:
        if request.resource_type != "document":
            return route.fallback()
        data = " ".join(f'data-{name}="{value}"' for name, value in self.data.items())
        body = self.page.replace("SCRIPT", API).replace("DATA", data)
        if self.root != "/wp-json/":
            body = body.replace(
                "<title>", f'<link rel="https://api.w.org/" href="{SHOP}{self.root}"><title>'
            )
        self._give(route, body, "text/html")


def test_both_scripts_together_weigh_little():
    assert len(gzip.compress(OWN.encode(), 9)) <= 1150
    assert len(gzip.compress(SNIPPET.encode(), 9)) <= LARGEST_BYTES


def test_a_filled_cart_gets_the_code_once(context):
    shop = WooShop(context)
    page = shop.visited()
    page.wait_for_function("discounted === 1")
    assert shop.coupons == [CODE.lower()]
    told = page.evaluate("told")
    assert told == ["from_@wordpress/data"], (
        "what the small cart of WooCommerce's blocks listens to"
    )
    shop.coupons.clear()  # the buyer takes it out by hand
    shop.visited("/cart")
    assert shop.coupons == []


def test_an_empty_cart_is_not_asked_for(context):
    shop = WooShop(context, items=0)
    page = shop.visited()
    assert shop.calls == []
    shop.fill(1)
    page.evaluate("document.dispatchEvent(new Event('wc-blocks_added_to_cart'))")
    page.wait_for_function("discounted === 1")
    assert shop.coupons == [CODE.lower()]


JQUERY = """<script>window.jQuery = (thing) => ({
  on(names, act) { names.split(" ").forEach((name) => thing.addEventListener(name, act)); return this; },
  trigger(name) { thing.dispatchEvent(new Event(name)); return this; },
});</script>"""


@pytest.mark.parametrize("before", [True, False], ids=["before the body", "after the script"])
def test_a_classic_theme_tells_by_jquery_wherever_it_stands(context, before):
    shop = WooShop(context, items=0)
    own = f'<script src="{API}/assets/woocommerce.js"></script>'
    shop.page = PAGE.replace("<script>", (JQUERY + own if before else own + JQUERY) + "<script>", 1)
    page = shop.visited()
    shop.fill(1)
    page.evaluate("jQuery(document.body).trigger('added_to_cart')")
    page.wait_for_function("discounted === 1")
    assert shop.coupons == [CODE.lower()]


def test_a_coupon_that_the_buyer_chose_stays_alone(context):
    shop = WooShop(context)
    shop.coupons.append("spring")
    shop.visited()
    assert shop.coupons == ["spring"]


def test_a_cart_below_the_minimum_is_asked_again_when_it_grows(context):
    shop = WooShop(context)
    shop.least = 3
    shop.visited()
    shop.visited("/cart")
    assert shop.calls.count("POST wc/store/v1/cart/apply-coupon") == 1
    shop.fill(3)
    page = shop.visited("/cart")
    page.wait_for_function("discounted === 1")
    assert shop.coupons == [CODE.lower()]


def test_a_store_that_stumbles_is_asked_on_the_next_page(context):
    shop = WooShop(context)
    shop.fault = 503
    shop.visited()
    shop.fault = 0
    page = shop.visited("/cart")
    page.wait_for_function("discounted === 1")


@pytest.mark.parametrize("root", ["/shop/wp-json/", "/?rest_route=/"])
def test_a_shop_in_a_folder_or_without_pretty_addresses_says_where_its_api_is(context, root):
    shop = WooShop(context, root=root)
    page = shop.visited()
    page.wait_for_function("discounted === 1")


def test_without_an_offer_nothing_is_tried(context):
    shop = WooShop(context)
    shop.answers["POST /v1/clicks"] = CLICK | {"offer": None}
    shop.visited()
    assert shop.calls == []


def test_a_visitor_nobody_sent_costs_no_request(context):
    shop = WooShop(context)
    shop.visited("/")
    assert shop.calls == []
