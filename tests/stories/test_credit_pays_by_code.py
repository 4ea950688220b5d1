"""My customers have credit: how do they pay with it in a shop that I did not write?

The same on every platform: a button makes a one-time code.
"""

import contextlib
import html
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from shared.connectors.platforms import PLATFORMS
from tests.support.platforms import shopify
from tests.support.platforms.connected_shop import ConnectedShop, connected_shop
from tests.support.platforms.every_store import KINDS
from tests.support.platforms.rest_server import Said
from tests.support.running_cloud import wait_until
from tests.support.running_shop import done, refused

FIRST = ("shopify", "woocommerce", "stripe")
SECOND = ("bigcommerce", "paddle", "lemonsqueezy")
"""WooCommerce and BigCommerce cannot be connected at once: both count their customers from 1."""
EACH = pytest.mark.parametrize(
    ("shop", "name"), [(shop, name) for shop in (FIRST, SECOND) for name in shop], indirect=["shop"]
)
AT_FIRST = pytest.mark.parametrize("shop", [FIRST], indirect=True)
AT_SECOND = pytest.mark.parametrize("shop", [SECOND], indirect=True)
AT_BOTH = pytest.mark.parametrize("shop", [FIRST, SECOND], indirect=True)


@contextlib.contextmanager
def shop_at(names: tuple[str, ...], folder: Path) -> Iterator[ConnectedShop]:
    """A shop that is connected to one store at each of these platforms."""
    with contextlib.ExitStack() as open_stores:
        stores = {name: open_stores.enter_context(KINDS[name].open()) for name in names}
        apis = {name: store.url for name, store in stores.items()}
        with connected_shop(folder, apis) as running:
            running.stores = stores
            at(running, "2026-03-02T12:00:00Z")
            if "shopify" in stores:
                host = urlsplit(running.cloud.local["shop_url"]).netloc
                stores["shopify"].primary_host = host
            running.made = {
                name: running.connected(name, KINDS[name].store, **KINDS[name].secret)["id"]
                for name in stores
            }
            yield running


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    with shop_at(FIRST, tmp_path_factory.mktemp("first")) as running:
        yield running


@pytest.fixture(scope="module")
def second(tmp_path_factory):
    with shop_at(SECOND, tmp_path_factory.mktemp("second")) as running:
        yield running


@pytest.fixture
def shop(request) -> ConnectedShop:
    return request.getfixturevalue("first" if request.param == FIRST else "second")


def at(shop: ConnectedShop, now: str) -> None:
    """Sets the clock, also of the stores, whose signatures have a time."""
    shop.clock(now)
    for store in shop.stores.values():
        store.now = shop.now


def customer_id(customer: dict) -> str:
    return str(customer.get("legacyResourceId") or customer["id"])


def joins(shop: ConnectedShop, name: str, first_name: str) -> tuple[dict, dict]:
    """A customer registers at the store; the customer and the member."""
    email = f"{first_name.lower()}@{name}.example"
    customer = shop.stores[name].registers(first_name, email)
    path = f"/v1/members/{customer_id(customer)}"
    if name == "lemonsqueezy":  # it tells of no new customers, so the shop's server does
        path = f"/v1/members/lemonsqueezy-{customer['id']}"
        done(shop.ask("PUT", path, {"login": email, "email": email}))
    wait_until(lambda: shop.ask("GET", path).status == 200)
    return customer, shop.get(path)


def has_credit(shop: ConnectedShop, name: str, first_name: str, amount: int) -> tuple[dict, dict]:
    customer, member = joins(shop, name, first_name)
    gift = {"amount": amount, "reason": "Welcome"}
    done(shop.ask("POST", f"/v1/members/{member['id']}/adjustments", gift, shop.staff_key))
    return customer, member


def wishes(shop: ConnectedShop, name: str, member: dict, amount: int | None = None) -> dict:
    """The member's code, once the store has it."""
    wish = {"connection": shop.made[name]} | ({"amount": amount} if amount else {})
    made = done(shop.ask("POST", f"/v1/members/{member['id']}/credit-codes", wish))
    assert made["state"] == "making"
    return wait_until(lambda: in_state(shop, made["id"], "ready"))


def spelled(name: str, member: dict) -> str:
    """A member's code as people type it at a store."""
    return PLATFORMS[name].spell(member["code"].upper())


def in_state(shop: ConnectedShop, code: str, state: str) -> dict | None:
    seen = shop.get(f"/v1/credit-codes/{code}")
    return seen if seen["state"] == state else None


def balance(shop: ConnectedShop, member: dict) -> tuple[int, int]:
    """What a member may spend, and what is held."""
    seen = shop.get(f"/v1/members/{member['id']}/balance")
    return seen["available"], seen["held"]


@EACH
def test_from_the_first_customer_to_a_refund_without_a_line_of_code(shop, name):
    store = shop.stores[name]
    anna, advocate = joins(shop, name, "Anna")
    code = spelled(name, advocate)
    wait_until(lambda: code in store.codes())
    dan, _ = joins(shop, name, "Dan")
    store.buys(dan, code, 20_000)
    shop.drain()
    assert balance(shop, advocate) == (1_800, 0)

    code = wishes(shop, name, advocate, 1_200)
    assert balance(shop, advocate) == (600, 1_200)
    order = store.buys(anna, code["id"], 5_000)
    shop.drain()
    wait_until(lambda: code["id"].upper() not in store.codes())
    assert balance(shop, advocate) == (600, 0)
    spent = shop.get(f"/v1/credit-codes/{code['id']}")
    assert (spent["state"], spent["order"]) == ("spent", f"{name}:{order['id']}")
    seen = shop.seen_order(f"{name}:{order['id']}")
    assert (seen["order"]["credit_used"], seen["order"]["kept"]) == (1_200, 3_800)

    store.refunds(order)
    shop.drain()
    wait_until(lambda: balance(shop, advocate) == (1_800, 0))
    assert shop.verify()["differences"] == []


@pytest.mark.parametrize(
    ("shop", "name"), [(FIRST, "shopify"), (FIRST, "woocommerce")], indirect=["shop"]
)
@pytest.mark.parametrize("credit_first", [True, False])
def test_credit_pays_in_a_cart_that_a_friends_code_brought(shop, name, credit_first):
    """Who comes by a friend's code may have credit, too. The others take one code for a payment."""
    store = shop.stores[name]
    _, advocate = joins(shop, name, f"Vera{credit_first}")
    wait_until(lambda: advocate["code"].upper() in store.codes())
    friend, member = has_credit(shop, name, f"Will{credit_first}", 1_200)
    code = wishes(shop, name, member)
    typed = [advocate["code"], code["id"]]
    first, second = reversed(typed) if credit_first else typed
    order = store.buys(friend, first, 10_000, second)
    shop.drain()
    wait_until(lambda: balance(shop, member) == (0, 0))
    seen = shop.seen_order(f"{name}:{order['id']}")["order"]
    assert (seen["credit_used"], seen["kept"]) == (1_200, 7_800)
    assert seen["code"].upper() == advocate["code"]
    assert balance(shop, advocate) == (780, 0), "10 % of what was paid in money"
    assert shop.verify()["differences"] == []


@EACH
def test_what_was_not_used_of_a_code_is_free_again(shop, name):
    store = shop.stores[name]
    emil, member = has_credit(shop, name, "Emil", 3_000)
    code = wishes(shop, name, member)
    assert code["amount"] == 3_000
    store.buys(emil, code["id"], 2_000)
    shop.drain()
    wait_until(lambda: balance(shop, member) == (1_000, 0))
    assert shop.verify()["differences"] == []


@EACH
def test_a_code_that_i_do_not_want_is_gone_before_my_credit_is_free(shop, name):
    store = shop.stores[name]
    _, member = has_credit(shop, name, "Fay", 1_000)
    code = wishes(shop, name, member)
    refused(shop.ask("POST", f"/v1/members/{member['id']}/credit-codes", {}), 409)
    given = done(shop.ask("POST", f"/v1/credit-codes/{code['id']}/void", {}))
    assert given["state"] == "returning"
    wait_until(lambda: in_state(shop, code["id"], "returned"))
    assert code["id"].upper() not in store.codes()
    assert balance(shop, member) == (1_000, 0)
    assert wishes(shop, name, member)["amount"] == 1_000


@EACH
def test_a_code_pays_one_order_however_often_it_is_told(shop, name):
    """The second order comes from a store that let the code be used twice."""
    store = shop.stores[name]
    gus, member = has_credit(shop, name, "Gus", 2_000)
    code = wishes(shop, name, member, 1_000)
    once = store.buys(gus, code["id"], 5_000)
    shop.drain()
    tell_again(store, name, once, once["id"])
    tell_again(store, name, once, other_id(name, 990_001))
    shop.drain()
    wait_until(lambda: balance(shop, member) == (1_000, 0))
    second = shop.seen_order(f"{name}:{other_id(name, 990_001)}")
    assert (second["order"]["credit_used"], second["order"]["kept"]) == (0, 4_000)
    assert shop.verify()["differences"] == []


def other_id(name: str, number: int) -> object:
    return {"stripe": f"cs_{number}", "paddle": f"txn_{number}"}.get(name, number)


def tell_again(store, name: str, order: dict, order_id: object) -> None:
    """The order once more, or a copy of it under another id."""
    if name == "shopify":
        graphql_id = f"gid://shopify/Order/{order_id}"
        store.tell("ORDERS_PAID", order | {"id": order_id, "admin_graphql_api_id": graphql_id})
    elif name == "woocommerce":
        store.tell("order.updated", order | {"id": order_id})
    elif name == "stripe":
        payment = {"payment_intent": f"pi_of_{order_id}"} if order_id != order["id"] else {}
        store.tell("checkout.session.completed", order | {"id": order_id} | payment)
    else:
        store.copies(order, order_id)


@EACH
def test_a_code_that_nobody_used_is_dropped_when_it_ends(shop, name):
    store = shop.stores[name]
    _, member = has_credit(shop, name, "Hal", 1_000)
    code = wishes(shop, name, member)
    assert code["id"].upper() in store.codes()
    at(shop, shop.later(days=6.1))
    shop.cloud.http("POST", "/_local/schedule/ExpireCredit", {"time": shop.clock_text})
    wait_until(lambda: code["id"].upper() not in store.codes())
    assert shop.get(f"/v1/credit-codes/{code['id']}")["state"] == "ended"
    assert balance(shop, member) == (0, 1_000)
    at(shop, shop.later(days=1))
    assert balance(shop, member) == (1_000, 0)
    assert shop.verify()["differences"] == []


@EACH
def test_an_order_that_is_told_after_the_hold_has_ended_takes_what_is_there(shop, name):
    store = shop.stores[name]
    ida, member = has_credit(shop, name, "Ida", 1_000)
    code = wishes(shop, name, member)
    at(shop, shop.later(days=8))
    store.buys(ida, code["id"], 5_000)
    shop.drain()
    wait_until(lambda: balance(shop, member) == (0, 0))
    assert shop.verify()["differences"] == []


@EACH
def test_the_code_of_a_blocked_member_is_dropped(shop, name):
    store = shop.stores[name]
    _, member = has_credit(shop, name, "Jon", 1_000)
    code = wishes(shop, name, member)
    path = f"/v1/members/{member['id']}"
    done(shop.ask("POST", f"{path}/block", {"reason": "fraud"}, shop.staff_key))
    wait_until(lambda: in_state(shop, code["id"], "returned"))
    assert code["id"].upper() not in store.codes()
    refusal = refused(
        shop.ask("POST", f"{path}/credit-codes", {"connection": shop.made[name]}), 409
    )
    assert refusal["code"] == "member_blocked"


@EACH
def test_a_store_that_stumbles_makes_the_code_a_little_later(shop, name):
    store = shop.stores[name]
    _, member = has_credit(shop, name, "Kim", 1_000)
    soon = {"retry-after": "0"}
    fault = shopify.Fault(503, soon) if name == "shopify" else Said(503, {}, soon)
    store.faults += [fault, fault]
    code = wishes(shop, name, member)
    assert list(store.codes()).count(code["id"].upper()) == 1


@AT_FIRST
def test_the_button_on_the_advocates_page_makes_the_code(shop):
    customer, member = has_credit(shop, "shopify", "Rita", 1_200)
    page = Page(shop, member)
    assert "Use €12.00 at" in page.seen()
    page.presses("credit", connection=shop.made["shopify"])
    page.presses("credit", connection=shop.made["shopify"])
    wait_until(lambda: "Enter this code at checkout" in page.seen())
    code = re.search(r"GC-[A-Z0-9-]{14}", page.seen())[0]
    assert shop.stores["shopify"].takes_off(code, 5_000, customer_id(customer)) == 1_200
    assert f"/discount/{code}?redirect=/cart" in page.seen()
    page.presses("credit/give-back")
    wait_until(lambda: "Use €12.00 at" in page.seen())


@AT_FIRST
def test_the_button_in_the_widget_makes_the_code(shop):
    """The widget on a page of the shop sends its form with the session that the shop gave it."""
    _, member = has_credit(shop, "shopify", "Sam", 900)
    session = done(shop.ask("POST", f"/v1/members/{member['id']}/session", {}))["token"]
    widget = shop.ask("GET", "/rewards/widget?language=en", key=session).body.decode()
    assert "Use €9.00 at" in widget
    page = Page(shop, member)
    page.presses("credit", connection=shop.made["shopify"], token=session)
    wait_until(lambda: "Enter this code at checkout" in page.seen())
    elsewhere = page.sends("credit", {"sec-fetch-site": "cross-site"})
    assert elsewhere.status == 403


class Page:
    """The advocate's page in a browser without script."""

    def __init__(self, shop: ConnectedShop, member: dict) -> None:
        self.cloud = shop.cloud
        session = done(shop.ask("POST", f"/v1/members/{member['id']}/session", {}))["token"]
        opened = self.cloud.http(
            "GET", f"/rewards?token={session}", None, {"sec-fetch-dest": "document"}
        )
        self.cookie = opened.cookies[0].partition(";")[0]

    def seen(self) -> str:
        answer = self.cloud.http("GET", "/rewards?language=en", None, {"cookie": self.cookie})
        assert answer.status == 200
        return html.unescape(answer.body.decode())

    def presses(self, form: str, **fields: str) -> None:
        assert self.sends(form, {"sec-fetch-site": "same-origin"}, **fields).status == 303

    def sends(self, form: str, headers: dict, **fields: str):
        headers |= {"cookie": self.cookie, "content-type": "application/x-www-form-urlencoded"}
        body = urlencode(fields).encode()
        return self.cloud.http("POST", f"/rewards/{form}", body, headers)


@AT_FIRST
def test_a_code_is_bound_to_its_customer_where_the_store_knows_them(shop):
    customer, member = has_credit(shop, "shopify", "Lea", 1_000)
    other, _ = joins(shop, "shopify", "Max")
    store, code = shop.stores["shopify"], wishes(shop, "shopify", member)
    assert store.takes_off(code["id"], 5_000, customer_id(other)) == 0
    assert store.takes_off(code["id"], 5_000, customer_id(customer)) == 1_000
    _, member = has_credit(shop, "woocommerce", "Lea", 1_000)
    code, coupons = wishes(shop, "woocommerce", member), shop.stores["woocommerce"].coupons.values()
    bound = [row for row in coupons if row["code"] == code["id"].lower()]
    assert bound[0]["email_restrictions"] == ["lea@woocommerce.example"]


@AT_BOTH
def test_credit_that_may_pay_a_part_of_an_order_asks_for_a_large_enough_cart(shop):
    shop.publish(wallet={"max_percent_of_order": "50"}, friend={"discount": {"percent": "10"}})
    for name, store in shop.stores.items():
        if name in ("paddle", "lemonsqueezy"):
            continue
        customer, member = has_credit(shop, name, "Nil", 1_000)
        code = wishes(shop, name, member)
        assert code["minimum"] == 2_000
        given = [customer_id(customer)] if name == "shopify" else []
        assert store.takes_off(code["id"], 1_999, *given) == 0
        assert store.takes_off(code["id"], 2_000, *given) == 1_000
    shop.publish(friend={"discount": {"percent": "10"}})


@AT_SECOND
def test_where_no_store_asks_for_a_large_enough_cart_credit_pays_no_part_of_an_order(shop):
    """Paddle and Lemon Squeezy would let the code pay a whole order."""
    _, member = has_credit(shop, "paddle", "Nils", 1_000)
    assert "Use €10.00 at api.paddle.com" in Page(shop, member).seen()
    shop.publish(wallet={"max_percent_of_order": "50"}, friend={"discount": {"percent": "10"}})
    seen = Page(shop, member).seen()
    assert "Use €10.00" in seen and "paddle" not in seen and "lemonsqueezy" not in seen
    for name in ("paddle", "lemonsqueezy"):
        path, wish = f"/v1/members/{member['id']}/credit-codes", {"connection": shop.made[name]}
        assert refused(shop.ask("POST", path, wish), 409)["code"] == "no_store_for_credit"
    program = shop.get("/v1/programs/default", shop.staff_key)
    asked = {name: program[name] for name in ("id", "name", "currency", "credit", "wallet")}
    found = shop.ask("POST", "/v1/programs/lint", asked, shop.staff_key).json["findings"]
    warned = [row["text"] for row in found if row["code"] == "platform_no_credit_share"]
    assert [text.split()[0] for text in warned] == ["lemonsqueezy", "paddle"]
    assert balance(shop, member) == (1_000, 0)
    shop.publish(friend={"discount": {"percent": "10"}})


@AT_SECOND
def test_a_code_is_shown_as_its_store_takes_it(shop):
    """Paddle and Lemon Squeezy allow no hyphen in a code."""
    for name in SECOND:
        _, member = has_credit(shop, name, "Oda", 700)
        code = wishes(shop, name, member)["id"]
        assert ("-" in code) is (name == "bigcommerce")
        assert f'value="{code}"' in Page(shop, member).seen()
        typed_otherwise = shop.get(f"/v1/credit-codes/{code.lower()}")
        assert typed_otherwise["id"] == code


@EACH
def test_of_two_orders_that_are_told_at_once_one_takes_the_credit(shop, name, monkeypatch):
    store, told = shop.stores[name], []
    uwe, member = has_credit(shop, name, "Uwe", 2_000)
    code, other = wishes(shop, name, member, 1_000), other_id(name, 990_002)
    with monkeypatch.context() as held_back:
        held_back.setattr(store, "tell", lambda *news: told.append(news))
        order = store.buys(uwe, code["id"], 5_000)
        tell_again(store, name, order, other)
    with ThreadPoolExecutor(len(told)) as pool:
        list(pool.map(lambda news: store.tell(*news), told))
    shop.drain()
    wait_until(lambda: balance(shop, member) == (1_000, 0))
    seen = [shop.seen_order(f"{name}:{number}")["order"] for number in (order["id"], other)]
    assert sorted(sale["credit_used"] for sale in seen) == [0, 1_000]
    assert shop.verify()["differences"] == []


@AT_FIRST
def test_an_order_that_is_not_paid_yet_only_claims_the_code(shop):
    store = shop.stores["woocommerce"]
    ole, member = has_credit(shop, "woocommerce", "Ole", 1_000)
    code = wishes(shop, "woocommerce", member)
    order = store.buys(ole, code["id"], 5_000, status="on-hold")
    shop.drain()
    assert in_state(shop, code["id"], "ready") and balance(shop, member) == (0, 1_000)
    refusal = refused(shop.ask("POST", f"/v1/credit-codes/{code['id']}/void", {}), 409)
    assert refusal["code"] == "code_in_use"
    store.tell("order.updated", order | {"status": "cancelled"})
    shop.drain()
    done(shop.ask("POST", f"/v1/credit-codes/{code['id']}/void", {}))
    wait_until(lambda: balance(shop, member) == (1_000, 0))


@AT_FIRST
def test_what_a_store_refuses_costs_no_credit(shop):
    _, member = has_credit(shop, "stripe", "Pia", 1_000)
    shop.stores["stripe"].closed = {"coupons"}
    wish = {"connection": shop.made["stripe"]}
    made = done(shop.ask("POST", f"/v1/members/{member['id']}/credit-codes", wish))
    wait_until(lambda: in_state(shop, made["id"], "refused"))
    shop.stores["stripe"].closed = set()
    assert balance(shop, member) == (1_000, 0)


@AT_FIRST
def test_a_store_that_is_disconnected_keeps_no_code(shop):
    _, member = has_credit(shop, "stripe", "Quin", 1_000)
    code = wishes(shop, "stripe", member)
    shop.disconnects(shop.made["stripe"])
    assert code["id"] not in shop.stores["stripe"].codes()
    assert balance(shop, member) == (1_000, 0)
    refusal = refused(shop.ask("POST", f"/v1/members/{member['id']}/credit-codes", {}), 409)
    assert refusal["code"] == "several_stores"
    assert shop.verify()["differences"] == []
