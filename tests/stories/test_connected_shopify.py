"""I sell on Shopify and do not code: what happens after I paste my app's id and secret?"""

import re
from urllib.parse import urlsplit

import pytest

from tests.support.platforms.connected_shop import ConnectedShop, connected_shop
from tests.support.platforms.shopify import (
    CLIENT_ID,
    CLIENT_SECRET,
    STORE,
    Fault,
    ShopifyStore,
    shopify_store,
)
from tests.support.running_cloud import wait_until
from tests.support.running_shop import refused
from tests.support.running_staff import RunningStaff

SECRET = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET}


@pytest.fixture(scope="module")
def store():
    with shopify_store() as double:
        double.has(("Anna", "anna@example.com"), ("Ben", "ben@example.com"))
        yield double


@pytest.fixture(scope="module")
def shop(tmp_path_factory, store):
    folder = tmp_path_factory.mktemp("shopify")
    with connected_shop(folder, {"shopify": store.url}) as running:
        store.primary_host = urlsplit(running.cloud.local["shop_url"]).netloc
        running.own = running.connected("shopify", STORE, **SECRET)
        yield running


def member(shop: ConnectedShop, customer: dict) -> dict:
    """The member that a customer became; their id is the one that orders name."""
    path = f"/v1/members/{customer['legacyResourceId']}"
    wait_until(lambda: shop.ask("GET", path).status == 200)
    return shop.get(path)


def in_cart(store: ShopifyStore, code: str) -> bool:
    return code in store.codes()


def test_my_customers_are_advocates_and_their_codes_work_in_my_shop(shop, store):
    assert shop.own["state"] == "connected" and all(shop.own["steps"].values()), shop.own
    assert (shop.own["customers"], shop.own["members"]) == (2, 2)
    anna, ben = (member(shop, customer) for customer in store.customers[:2])
    wait_until(lambda: in_cart(store, anna["code"]) and in_cart(store, ben["code"]))
    assert store.takes_off(anna["code"].lower(), 10_000) == 1_000


def test_whoever_registers_there_is_an_advocate_and_their_friends_purchase_is_rewarded(shop, store):
    carla = member(shop, store.registers("Carla", "carla@example.com"))
    wait_until(lambda: in_cart(store, carla["code"]))
    dan = store.registers("Dan", "dan@example.com")
    member(shop, dan)
    order = store.buys(dan, carla["code"], 10_000)
    shop.drain()
    seen = shop.seen_order(f"shopify:{order['id']}")
    assert [(reward["member"], reward["amount"]) for reward in seen["rewards"]] == [
        (carla["id"], 900)
    ]
    assert shop.verify()["differences"] == []


def test_what_is_left_of_my_set_up_needs_no_script(shop):
    """My links lead over the store's own discount address."""
    page = RunningStaff(shop).get("/console/setup").body.decode()
    for title in ("Allow your shop's pages", "Put the snippet into your shop"):
        head = page.partition(f">{title}</h2>")[2].partition("</header>")[0]
        assert "Done" in head or "Not needed" in head, head
    assert "Not needed" in page
    assert "links put the code into the checkout by themselves" in page


def test_a_link_puts_the_discount_into_the_cart_by_itself(shop, store):
    emil = member(shop, store.registers("Emil", "emil@example.com"))

    def led_to() -> str:
        link = f"/r/{emil['code']}?to=/teas"
        answer = shop.cloud.get(link, **{"sec-fetch-dest": "document"})
        return answer.headers["location"]

    wait_until(lambda: "/discount/" in led_to())
    path = rf"/discount/{emil['code']}\?redirect=%2Fteas"
    assert re.fullmatch(re.escape(shop.cloud.local["shop_url"]) + path, led_to())


def test_the_code_of_a_blocked_advocate_stops_working(shop, store):
    fay = member(shop, store.registers("Fay", "fay@example.com"))
    wait_until(lambda: in_cart(store, fay["code"]))
    path = f"/v1/members/{fay['id']}"
    shop.ask("POST", f"{path}/block", {"reason": "fraud"}, shop.staff_key)
    wait_until(lambda: not in_cart(store, fay["code"]))
    shop.ask("POST", f"{path}/unblock", {"reason": "mistaken"}, shop.staff_key)
    wait_until(lambda: in_cart(store, fay["code"]))
    assert shop.ask("DELETE", path).status == 204
    wait_until(lambda: not in_cart(store, fay["code"]))


def test_a_new_discount_of_the_program_holds_for_every_code(shop, store):
    code = member(shop, store.customers[0])["code"]
    shop.publish(friend={"discount": {"fixed": 500, "minimum_order": 2000}})
    wait_until(lambda: store.takes_off(code, 10_000) == 500)
    assert store.takes_off(code, 1_999) == 0
    shop.publish(friend={"discount": None})
    wait_until(lambda: not store.codes())
    shop.publish(friend={"discount": {"percent": "10"}})
    wait_until(lambda: in_cart(store, code) and store.takes_off(code, 10_000) == 1_000)


def test_a_store_that_stumbles_gets_its_codes_a_little_later(shop, store):
    soon = {"retry-after": "0"}
    store.faults += [Fault(429, soon), Fault(500, soon), Fault(503, soon, done_anyway=True)]
    gus = member(shop, store.registers("Gus", "gus@example.com"))
    wait_until(lambda: in_cart(store, gus["code"]))
    assert not store.faults


def test_what_i_paste_wrong_is_said_and_nothing_is_kept(shop, store):
    shop.drain()
    before = shop.get("/v1/connections", shop.staff_key)["items"]
    refused(shop.connects("shopify", "shop.example.com", **SECRET), 422, "store")
    refused(shop.connects("shopify", STORE), 422, "client_secret")
    refused(shop.connects("magento", STORE, **SECRET), 422, "provider")
    wrong = refused(shop.connects("shopify", STORE, client_id="x", client_secret="y"), 422)
    assert wrong["code"] == "platform_refused"
    store.scopes, kept = ["read_orders"], store.scopes
    lacking = refused(shop.connects("shopify", STORE, **SECRET), 422)
    store.scopes = kept
    assert lacking["missing_scopes"] == ["read_customers", "write_discounts"]
    assert shop.get("/v1/connections", shop.staff_key)["items"] == before


def test_when_i_leave_nothing_of_it_stays_in_my_store(shop, store):
    again = shop.connected("shopify", STORE, **SECRET)
    assert again["id"] == shop.own["id"] and again["members"] >= 2
    shop.disconnects(again["id"])
    assert (store.discounts, store.webhooks) == ({}, {})
    assert shop.verify()["differences"] == []
