"""I sell on BigCommerce, or software by Paddle or Lemon Squeezy: what happens after I paste my key?"""

from collections.abc import Callable

import pytest

from shared.connectors.platforms import PLATFORMS
from tests.support.platforms import bigcommerce, lemonsqueezy, paddle, woocommerce
from tests.support.platforms.connected_shop import ConnectedShop, connected_shop
from tests.support.platforms.rest_server import SILENT, Said
from tests.support.running_cloud import wait_until
from tests.support.running_shop import refused

FORMS = {
    "bigcommerce": {"store": "https://store-abc123.mybigcommerce.com", "key": bigcommerce.TOKEN},
    "paddle": {"store": "", "key": paddle.KEY},
    "lemonsqueezy": {"store": lemonsqueezy.STORE, "key": lemonsqueezy.KEY},
}


def form(name: str) -> dict[str, str]:
    told = FORMS[name]
    return {"provider": name, "store": told["store"], "access_token": told["key"]}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Connected to all three: a code is in three places at once."""
    with (
        bigcommerce.bigcommerce_store() as big,
        paddle.paddle_account() as account,
        lemonsqueezy.lemonsqueezy_store() as lemon,
        woocommerce.woocommerce_store() as woo,
    ):
        stores = {"bigcommerce": big, "paddle": account, "lemonsqueezy": lemon}
        for name, store in stores.items():
            store.has((f"Anna {name}", f"anna@{name}.example"), ("Dan", f"dan@{name}.example"))
        lemon.has(*((f"L{n}", f"l{n}@lemonsqueezy.example") for n in range(60)))
        apis = {name: store.url for name, store in stores.items()} | {"woocommerce": woo.url}
        with connected_shop(tmp_path_factory.mktemp("more"), apis) as running:
            running.clock("2026-03-01T10:00:00Z")
            running.stores = stores
            running.made = {name: running.connected(**form(name)) for name in FORMS}
            yield running


EACH = pytest.mark.parametrize("name", FORMS)


def customers(store) -> list[dict]:
    rows = store.customers if hasattr(store, "customers") else store.rows["customers"]
    return list(rows.values())


def member(shop: ConnectedShop, customer: dict) -> dict:
    """The member that a customer became. Those of Lemon Squeezy have an id by themselves."""
    lemon = "lemon" in customer["email"]
    path = f"/v1/members/{'lemonsqueezy-' if lemon else ''}{customer['id']}"
    wait_until(lambda: shop.ask("GET", path).status == 200)
    return shop.get(path)


def spelled(name: str, code: str) -> str:
    return PLATFORMS[name].spell(code)


def held(shop: ConnectedShop, name: str, code: str) -> Callable[[], bool]:
    return lambda: spelled(name, code) in shop.stores[name].codes()


@EACH
def test_every_customer_is_an_advocate_whose_code_works_there(shop, name):
    made = shop.made[name]
    assert made["state"] == "connected" and all(made["steps"].values()), made
    assert made["customers"] == made["members"] == (62 if name == "lemonsqueezy" else 2)
    anna = member(shop, customers(shop.stores[name])[0])
    wait_until(held(shop, name, anna["code"]))


@EACH
def test_a_friends_purchase_by_the_code_is_rewarded_once(shop, name):
    """The platform spells the code in its way and tells of the order twice."""
    store = shop.stores[name]
    first, second = customers(store)[:2]
    anna = member(shop, first)
    member(shop, second)
    code = spelled(name, anna["code"])
    wait_until(held(shop, name, anna["code"]))
    assert ("-" in code) is (name == "bigcommerce")
    order = store.buys(second, code, 10_000)
    shop.drain()
    seen = shop.seen_order(f"{name}:{order['id']}")
    assert [(reward["member"], reward["amount"]) for reward in seen["rewards"]] == [
        (anna["id"], 900)
    ]
    assert shop.verify()["differences"] == []


@pytest.mark.parametrize("name", ["bigcommerce", "paddle"])
def test_whoever_registers_there_gets_a_code_that_is_dropped_when_they_are_blocked(shop, name):
    store = shop.stores[name]
    fay = member(shop, store.registers("Fay", f"fay@{name}.example"))
    wait_until(held(shop, name, fay["code"]))
    path = f"/v1/members/{fay['id']}"
    shop.ask("POST", f"{path}/block", {"reason": "fraud"}, shop.staff_key)
    for everywhere in FORMS:
        wait_until(lambda it=everywhere: not held(shop, it, fay["code"])())
    shop.ask("POST", f"{path}/unblock", {"reason": "mistaken"}, shop.staff_key)
    wait_until(held(shop, name, fay["code"]))


@EACH
def test_a_store_that_stumbles_is_told_a_little_later(shop, name):
    soon = {"retry-after": "0"}
    shop.stores[name].faults += [Said(503, {}, soon), SILENT, Said(429, {}, soon)]
    gus = shop.member(f"gus-{name}")
    wait_until(held(shop, name, shop.profile(gus)["code"]))
    wait_until(lambda: not shop.stores[name].faults)


def test_another_discount_of_the_program_holds_for_every_code(shop):
    found = {name: member(shop, customers(store)[0])["code"] for name, store in shop.stores.items()}
    shop.publish(friend={"discount": {"fixed": 500}})
    for name, code in found.items():
        store, text = shop.stores[name], spelled(name, code)
        wait_until(lambda store=store, text=text: store.takes_off(text, 10_000) == 500)
    shop.publish(friend={"discount": {"percent": "10"}})
    for name, code in found.items():
        store, text = shop.stores[name], spelled(name, code)
        wait_until(lambda store=store, text=text: store.takes_off(text, 10_000) == 1_000)


def test_what_is_pasted_wrong_is_said(shop):
    big, account, _ = shop.stores.values()
    assert refused(
        shop.connects(**form("bigcommerce") | {"store": "tea.example.com"}), 422, "store"
    )
    big.closed = {"customers"}
    lacking = refused(shop.connects(**form("bigcommerce")), 422)
    assert lacking["missing_scopes"] == ["Customers: read-only"]
    big.closed = set()
    account.closed = {"discount.write", "notification_setting.write"}
    lacking = refused(shop.connects(**form("paddle")), 422)
    assert lacking["missing_scopes"] == ["discount.write", "notification_setting.write"]
    account.closed = set()
    other = form("lemonsqueezy") | {"store": "nobody.lemonsqueezy.com"}
    assert "opens no store" in refused(shop.connects(**other), 422)["detail"]


def test_stores_that_count_their_customers_alike_are_not_connected_at_once(shop):
    """Customer 5 of the one is another person than customer 5 of the other."""
    keys = {"consumer_key": woocommerce.KEY, "consumer_secret": woocommerce.SECRET}
    clash = refused(shop.connects("woocommerce", woocommerce.STORE, **keys), 409)
    assert (clash["code"], bigcommerce.STORE in clash["detail"]) == ("one_store_alone", True)


def test_lint_names_what_each_platform_cannot_promise(shop):
    program = shop.get("/v1/programs/default", shop.staff_key)
    asked = {name: program[name] for name in ("id", "name", "currency", "credit")}
    discount = {"percent": "7.5", "max": 500, "minimum_order": 2000}
    asked["friend"] = {"discount": discount}
    answer = shop.ask("POST", "/v1/programs/lint", asked, shop.staff_key).json
    words = sorted(found["code"] for found in answer["findings"] if "platform" in found["code"])
    assert words == [
        "platform_each_code_once",
        "platform_no_first_order",
        "platform_no_first_order",
        "platform_no_maximum",
        "platform_no_maximum",
        "platform_no_minimum",
        "platform_no_minimum",
        "platform_whole_percent",
    ]


def test_when_i_leave_the_shops_own_coupons_stay(shop):
    for name, store in shop.stores.items():
        store.has_coupon("SPRING26")
        shop.disconnects(shop.made[name]["id"])
        assert store.codes() == {"SPRING26"}, name
    assert shop.verify()["differences"] == []
