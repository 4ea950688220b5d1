"""The snippet and the coupon in a real WordPress: what our guide tells an owner to do, done.

WordPress's own, from its published files: pages, theme, addresses of both kinds and their
redirects, scripts (jQuery, emoji), sign-in, cookies, the REST server with its root, its nonces
(`wp_create_nonce`) and errors, the HTTP client. Ours, in `wordpress/extras`: a cart, and the two
routes of WooCommerce's Store API that `web/woocommerce.js` calls; for WooCommerce itself is in no
package. They ask for a nonce, and refuse, as its source does.
"""

import base64
import json
import re
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from tests.support.guide_walk import DOCS
from tests.support.processor_deliveries import woocommerce_order
from tests.support.running_cloud import RunningCloud
from tests.support.running_shop import RunningShop
from tests.support.wordpress import FOLDERS, WordPress, running_wordpress, what_is_missing
from tests.support.wordpress_people import Friend, Owner, Site

POST_NAME = "/%postname%/"
SITES = {
    "plain": Site("", ""),
    "post name": Site("", POST_NAME),
    "plain, in a folder": Site("/shop", ""),
    "post name, in a folder": Site("/shop", POST_NAME),
    "a server that rewrites nothing": Site("/shop", f"/index.php{POST_NAME}"),
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory, chromium) -> Iterator[RunningShop]:
    """Grapevine, whose friends get 10 %; its shop is where the WordPress is."""
    if missing := what_is_missing():
        pytest.skip(missing)
    cloud = RunningCloud(tmp_path_factory.mktemp("wordpress") / "grapevine").start()
    try:
        shop = RunningShop(cloud)
        shop.publish(friend={"discount": {"percent": "10"}})
        yield shop
    finally:
        cloud.stop()


@pytest.fixture(scope="module")
def wordpress(shop) -> Iterator[WordPress]:
    """Both sites have the lines of the guide."""
    port = urlsplit(shop.cloud.local["shop_url"]).port
    with running_wordpress(shop.cloud.folder.parent, port) as running:
        for folder in FOLDERS:
            running.option(folder, "header_scripts", lines_of_the_guide(shop))
        yield running


def lines_of_the_guide(shop: RunningShop) -> str:
    text = (DOCS / "shop-on-woocommerce.md").read_text()
    lines = re.search(r"```html\n(.+?)```", text, re.DOTALL)[1]
    return re.sub(r"^ +", "", lines, flags=re.M).replace(
        "https://go.shop.example", shop.cloud.base_url
    )


@pytest.fixture
def first_site(wordpress) -> Iterator[Site]:
    """The site at the root, as its owner has set it up; a test may change where the lines stand."""
    lines = wordpress.run("", "echo get_option('header_scripts');")
    wordpress.permalinks("", POST_NAME)
    yield Site("", POST_NAME)
    wordpress.option("", "header_scripts", lines)


@pytest.fixture(params=SITES)
def site(request, wordpress) -> Site:
    site = SITES[request.param]
    wordpress.permalinks(site.folder, site.structure)
    return site


def friend_with_code(shop, wordpress, context, site: Site, name: str) -> tuple[Friend, str]:
    """A friend, and the code of an advocate, for whom the site has a coupon."""
    code = shop.member(name).code
    wordpress.option(site.folder, "coupon", code.lower())
    return Friend(context, wordpress, site), code


def path_for_a_link(address: str) -> str:
    """A page's path as people type it: without the slash at its end."""
    parts = urlsplit(address)
    return f"{parts.path.rstrip('/')}?{parts.query}" if parts.query else parts.path.rstrip("/")


def come_by_link(friend: Friend, shop: RunningShop, code: str) -> dict:
    """Follow a link to the page of teas; return what the snippet knows there. Links have a host of
    their own here, whose cookies the shop does not see.
    """
    to = path_for_a_link(friend.wordpress.page(friend.site.folder, "teas"))
    links = shop.cloud.base_url.replace("127.0.0.1", "localhost")
    friend.goes(f"{links}/r/{code}?to={quote(to)}&utm_source=mail")
    return friend.known()


def test_a_friend_comes_by_a_link_and_the_cart_has_the_code(shop, wordpress, context, site):
    name = f"anna-{list(SITES.values()).index(site)}"
    friend, code = friend_with_code(shop, wordpress, context, site, name)

    known = come_by_link(friend, shop, code)
    landed = parse_qs(urlsplit(friend.page.url).query)
    assert (landed["gv"], landed["utm_source"]) == ([code], ["mail"])
    assert known["code"] == code
    assert shop.cloud.get(f"/v1/clicks/{known['ref_token']}").json["code"] == code

    look_around(friend, known)
    friend.goes(wordpress.page(site.folder, "teas"))
    friend.adds_to_cart()
    friend.page.wait_for_function("discounted === 1")
    assert friend.coupons() == [code.lower()]


def look_around(friend: Friend, known: dict) -> None:
    """The friend opens pages as people do, and is known on each by the same click."""
    friend.page.get_by_role("link", name="Order", exact=True).first.click()
    friend.page.wait_for_url(friend.wordpress.page(friend.site.folder, "order"))
    friend.is_on_a_page()
    assert friend.known() == known
    friend.page.evaluate("grapevine('attach', '#order')")
    hidden = friend.page.locator("#order [name=gv_ref]")
    assert hidden.input_value() == known["ref_token"]
    for address in ("/?s=tea", "/?nocache=17", "/?p=404404"):
        friend.goes(friend.home + address)
        assert friend.known() == known


def test_a_link_on_the_shops_own_host_leaves_its_cookie_to_wordpress(
    shop, wordpress, context, first_site
):
    friend, code = friend_with_code(shop, wordpress, context, first_site, "bert")
    friend.goes(f"{shop.cloud.base_url}/r/{code}?to=/teas")
    assert friend.page.url == wordpress.page("", "teas")
    cookies = {cookie["name"]: cookie["value"] for cookie in context.cookies(wordpress.url)}
    known = friend.known()
    assert (known["code"], known["ref_token"]) == (code, cookies["gv_ref"])


def test_who_has_filled_the_cart_before_gets_the_code_on_arriving(
    shop, wordpress, context, first_site
):
    friend, code = friend_with_code(shop, wordpress, context, first_site, "berta")
    friend.goes(wordpress.page("", "teas"))
    friend.adds_to_cart()
    friend.page.wait_for_function("document.cookie.includes('woocommerce_items_in_cart=1')")
    assert friend.coupons() == []
    come_by_link(friend, shop, code)
    friend.page.wait_for_function("discounted === 1")
    assert friend.coupons() == [code.lower()]


def test_who_signs_in_stays_the_same_friend_and_their_nonce_is_their_own(
    shop, wordpress, context, first_site
):
    friend, code = friend_with_code(shop, wordpress, context, first_site, "carl")
    known = come_by_link(friend, shop, code)
    stranger = friend.cart().headers["nonce"]
    friend.signs_in("ben")
    friend.goes(wordpress.page("", "teas"))
    assert friend.known() == known
    assert friend.tries_coupon(code) == (401, "woocommerce_rest_missing_nonce")
    assert friend.tries_coupon(code, nonce=stranger) == (403, "woocommerce_rest_invalid_nonce")
    friend.adds_to_cart()
    friend.page.wait_for_function("discounted === 1")
    assert friend.coupons() == [code.lower()]


def test_a_code_without_a_coupon_is_refused_and_not_tried_on_every_page(
    shop, wordpress, context, first_site
):
    friend, code = friend_with_code(shop, wordpress, context, first_site, "dora")
    wordpress.option("", "coupon", "")
    come_by_link(friend, shop, code)
    tried = []
    friend.page.on("response", lambda answer: "apply-coupon" in answer.url and tried.append(answer))
    friend.adds_to_cart()
    friend.page.wait_for_function("sessionStorage.getItem('grapevine coupon') !== null")
    friend.goes(wordpress.page("", "order"))
    friend.page.wait_for_load_state("networkidle")
    assert [answer.status for answer in tried] == [400]
    refused = friend.tries_coupon(code, nonce=friend.cart().headers["nonce"])
    assert refused == (400, "woocommerce_rest_cart_coupon_error")


@pytest.fixture
def hosting_that_keeps(wordpress) -> Iterator[None]:
    """A hosting that lets browsers keep every answer for ten minutes."""
    wordpress.option("", "hosting_keeps", "600")
    yield
    wordpress.option("", "hosting_keeps", "")


def test_a_kept_answer_never_stands_for_the_cart(
    shop, wordpress, context, first_site, hosting_that_keeps
):
    friend, code = friend_with_code(shop, wordpress, context, first_site, "hans")
    wordpress.option("", "coupon", "")
    come_by_link(friend, shop, code)
    friend.adds_to_cart()
    friend.page.wait_for_function("sessionStorage.getItem('grapevine coupon') !== null")
    wordpress.option("", "coupon", code.lower())
    friend.adds_to_cart()
    friend.page.wait_for_function("discounted === 1")


def test_jquery_may_come_after_the_lines(shop, wordpress, context, first_site):
    """WordPress puts jQuery at the end of the page, where only scripts of the footer ask for it."""
    wordpress.option("", "header_scripts", lines_of_the_guide(shop).replace("async ", ""))
    friend, code = friend_with_code(shop, wordpress, context, first_site, "emil")
    come_by_link(friend, shop, code)
    friend.adds_to_cart()
    friend.page.wait_for_function("discounted === 1")


@pytest.fixture
def header_of_the_theme(wordpress) -> Iterator[None]:
    """Afterwards the header of the first site is the theme's again."""
    yield
    part = "get_block_template('twentytwentyfour//header', 'wp_template_part')"
    wordpress.run("", f"wp_delete_post({part}->wp_id, true);")


def test_a_theme_without_a_field_takes_the_lines_in_a_block(
    shop, wordpress, context, first_site, header_of_the_theme
):
    wordpress.option("", "header_scripts", "")
    lines = "".join(lines_of_the_guide(shop).splitlines())
    owner = Owner(context, wordpress, first_site)
    owner.signs_in("owner")
    owner.begins_header_with(f"<!-- wp:html -->{lines}<!-- /wp:html -->")
    context.clear_cookies()

    friend, code = friend_with_code(shop, wordpress, context, first_site, "frida")
    come_by_link(friend, shop, code)
    friend.adds_to_cart()
    friend.page.wait_for_function("discounted === 1")


def test_what_wordpress_sends_is_understood(shop, wordpress):
    """A ping and an order by WordPress's HTTP client, signed in PHP as WooCommerce signs."""
    advocate = shop.member("gerd")
    order = woocommerce_order(None, coupon_lines=[{"id": 1, "code": advocate.code.lower()}])
    address = f"{shop.cloud.base_url}/webhooks/woocommerce"
    told = base64.b64encode(json.dumps([address, shop.secrets["woocommerce"], order]).encode())
    assert wordpress.run("", SENDS.replace("TOLD", told.decode())) == "200 202"
    shop.drain()
    (reward,) = shop.seen_order(f"woocommerce:{order['id']}")["rewards"]
    assert reward["member"] == advocate.id


SENDS = """
[$address, $secret, $order] = json_decode(base64_decode("TOLD"));
$ping = wp_remote_post($address, ["body" => ["webhook_id" => 1]]);
$body = wp_json_encode($order);
$proof = base64_encode(hash_hmac("sha256", $body, wp_specialchars_decode($secret, ENT_QUOTES), true));
$told = wp_remote_post($address, ["body" => $body, "headers" => [
    "Content-Type" => "application/json",
    "X-WC-Webhook-Topic" => "order.updated",
    "X-WC-Webhook-Signature" => $proof,
]]);
echo wp_remote_retrieve_response_code($ping) . " " . wp_remote_retrieve_response_code($told);
"""
