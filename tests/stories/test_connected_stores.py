"""I sell on WooCommerce, or by Stripe's Payment Links: what happens after I paste my key?"""

from collections.abc import Callable

import pytest

from tests.support.platforms.connected_shop import ConnectedShop, connected_shop
from tests.support.platforms.rest_server import Said
from tests.support.platforms.stripe import KEY as STRIPE_KEY
from tests.support.platforms.stripe import stripe_account
from tests.support.platforms.woocommerce import KEY, SECRET, STORE, woocommerce_store
from tests.support.running_cloud import wait_until
from tests.support.running_shop import refused

WOO = {"provider": "woocommerce", "store": STORE, "consumer_key": KEY, "consumer_secret": SECRET}
STRIPE = {"provider": "stripe", "store": "", "access_token": STRIPE_KEY}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Connected to both: a code is in two places at once."""
    with woocommerce_store() as woo, stripe_account() as stripe:
        woo.has(("Anna", "anna@example.com"), ("Ben", "ben@example.com"))
        woo.has_coupon("SALE")
        stripe.has(*((f"S{n}", f"s{n}@example.com") for n in range(60)))
        apis = {"woocommerce": woo.url, "stripe": stripe.url}
        with connected_shop(tmp_path_factory.mktemp("stores"), apis) as running:
            running.clock("2026-03-01T10:00:00Z")
            running.stores = {"woocommerce": woo, "stripe": stripe}
            running.made = [running.connected(**form) for form in (WOO, STRIPE)]
            yield running


def member(shop: ConnectedShop, customer: dict) -> dict:
    path = f"/v1/members/{customer['id']}"
    wait_until(lambda: shop.ask("GET", path).status == 200)
    return shop.get(path)


EACH = pytest.mark.parametrize("name", ["woocommerce", "stripe"])


def told(store, code: str) -> Callable[[], bool]:
    return lambda: code.upper() in store.codes()


def test_everybody_who_buys_there_is_an_advocate(shop):
    woo, stripe = shop.made
    assert all(made["state"] == "connected" for made in shop.made), shop.made
    assert (woo["customers"], woo["members"]) == (2, 2)
    assert (stripe["customers"], stripe["members"]) == (60, 60)
    for store in shop.stores.values():
        wait_until(lambda store=store: len(store.codes()) >= 62)


@EACH
def test_a_code_is_discounted_in_the_cart_and_the_order_names_it(shop, name):
    store = shop.stores[name]
    carla = member(shop, store.registers("Carla", f"carla@{name}.example"))
    wait_until(told(store, carla["code"]))
    assert store.takes_off(carla["code"], 10_000) == 1_000
    dan = store.registers("Dan", f"dan@{name}.example")
    member(shop, dan)
    order = store.buys(dan, carla["code"], 10_000)
    shop.drain()
    seen = shop.seen_order(f"{name}:{order['id']}")
    assert [(reward["member"], reward["amount"]) for reward in seen["rewards"]] == [
        (carla["id"], 900)
    ]
    assert shop.verify()["differences"] == []


@EACH
def test_a_blocked_advocates_code_is_dropped(shop, name):
    store = shop.stores[name]
    fay = member(shop, store.registers("Fay", f"fay@{name}.example"))
    wait_until(told(store, fay["code"]))
    path = f"/v1/members/{fay['id']}"
    shop.ask("POST", f"{path}/block", {"reason": "fraud"}, shop.staff_key)
    wait_until(lambda: not told(store, fay["code"])())
    shop.ask("POST", f"{path}/unblock", {"reason": "mistaken"}, shop.staff_key)
    wait_until(told(store, fay["code"]))


@EACH
def test_a_store_that_stumbles_is_told_a_little_later(shop, name):
    store = shop.stores[name]
    soon = {"retry-after": "0"}
    store.faults += [Said(503, {}, soon), -502, Said(429, {}, soon)]
    gus = member(shop, store.registers("Gus", f"gus@{name}.example"))
    wait_until(told(store, gus["code"]))


def test_another_discount_of_the_program_holds_for_every_code(shop):
    woo, stripe = shop.stores.values()
    code = member(shop, woo.customers[0])["code"]
    shop.publish(friend={"discount": {"fixed": 500, "minimum_order": 2000}})
    for store in (woo, stripe):
        wait_until(lambda store=store: store.takes_off(code, 10_000) == 500)
        wait_until(lambda store=store: store.takes_off(code, 1_999) == 0)
    shop.publish(friend={"discount": {"percent": "10"}})
    for store in (woo, stripe):
        wait_until(lambda store=store: store.takes_off(code, 10_000) == 1_000)


def test_what_is_pasted_wrong_is_said(shop):
    woo, stripe = shop.stores.values()
    wrong = refused(shop.connects(**WOO | {"consumer_secret": "cs_wrong"}), 422)
    assert "REST API" in wrong["detail"]
    woo.may_write = False
    assert refused(shop.connects(**WOO), 422)["missing_scopes"] == ["Read/Write"]
    woo.may_write = True
    stripe.closed = {"customers"}
    assert refused(shop.connects(**STRIPE), 422)["missing_scopes"] == ["Customers"]
    stripe.closed = set()
    assert refused(shop.connects(**WOO | {"store": "other.example.com"}), 409)


def test_lint_names_what_a_platform_cannot_promise(shop):
    program = shop.get("/v1/programs/default", shop.staff_key)
    asked = {name: program[name] for name in ("id", "name", "currency", "credit")}
    asked["friend"] = {"discount": {"percent": "10", "max": 500}}
    answer = shop.ask("POST", "/v1/programs/lint", asked, shop.staff_key).json
    words = [finding["code"] for finding in answer["findings"]]
    assert words.count("platform_no_maximum") == 2
    assert "platform_no_first_order" in words and "platform_each_code_once" not in words


def test_when_i_leave_staffs_own_coupons_stay(shop):
    woo, stripe = shop.stores.values()
    for made in shop.made:
        shop.disconnects(made["id"])
    assert (woo.codes(), woo.hooks) == ({"SALE"}, {})
    assert (stripe.codes(), stripe.coupons, stripe.webhook_endpoints) == ({}, {}, {})
    assert shop.verify()["differences"] == []
