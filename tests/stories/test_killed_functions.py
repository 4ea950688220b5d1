"""The functions die again and again in the middle of five hundred orders: each is rewarded once, and nothing is lost by a restart."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from typing import NamedTuple

import pytest

from tests.support.processor_deliveries import shopify_order, stripe_session, woocommerce_order
from tests.support.running_cloud import RunningCloud, wait_until
from tests.support.running_shop import Person, RunningShop
from tests.support.seed import SEED

ORDERS, ADVOCATES, FRIENDS, KILLS, HANDS = 500, 10, 40, 8, 8
TELLERS = ("stripe", "shopify", "woocommerce", "standard", "server")
CUT = {502, 503}
"""What is answered while the functions are away; the sender sends again."""


class Sale(NamedTuple):
    id: str
    teller: str
    body: dict
    advocate: Person
    reward: int


class Killer:
    """Ends the functions with -9 before certain orders are told, while other hands are at work."""

    def __init__(self, cloud: RunningCloud, moments: set[int]) -> None:
        self.cloud, self.moments, self.turn, self.killed = cloud, moments, Lock(), 0

    def maybe(self, place: int) -> None:
        if place in self.moments:
            with self.turn:
                gone = self.cloud.kill("functions")
                wait_until(lambda: self.cloud.local["processes"]["functions"] not in (gone, None))
                self.killed += 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("killed")


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[RunningCloud]:
    cloud = RunningCloud(folder).start()
    yield cloud
    cloud.stop()


@pytest.fixture(scope="module")
def killed_shop(running: RunningCloud) -> RunningShop:
    shop = RunningShop(running)
    shop.publish()
    return shop


@pytest.fixture(scope="module")
def sales(killed_shop: RunningShop) -> list[Sale]:
    """Five hundred orders of forty friends of ten advocates, told in turn by four processors and the shop's server."""
    shop, chance = killed_shop, random.Random(SEED)
    advocates = [shop.member(f"advocate{number}") for number in range(ADVOCATES)]
    friends = [
        (shop.friend_of(advocate, f"friend{number}"), advocate)
        for number in range(FRIENDS)
        if (advocate := advocates[number % 10])
    ]
    return [
        sale(shop, number, *chance.choice(friends), chance.randrange(1, 100_000))
        for number in range(ORDERS)
    ]


def sale(shop: RunningShop, number: int, friend: Person, advocate: Person, items: int) -> Sale:
    name, teller = shop.named(f"order{number}"), TELLERS[number % len(TELLERS)]
    body = BODIES[teller](shop, name, friend, items)
    if teller == "shopify":
        name = f"shopify:{body['id']}"
    return Sale(name, teller, body, advocate, (items * 10 + 50) // 100)


def in_stripe(shop: RunningShop, name: str, friend: Person, items: int) -> dict:
    words = {"gv_order": name, "gv_customer": friend.id}
    return stripe_session(
        None, name, int(shop.now.timestamp()), metadata=words, amount_total=items, total_details={}
    )


def in_shopify(shop: RunningShop, name: str, friend: Person, items: int) -> dict:
    """By Shopify's own ids: what stands in its note attributes, a shopper may have written."""
    prices = {
        "total_line_items_price": major(items),
        "total_price": major(items),
        "total_tax": "0.00",
        "total_discounts": "0.00",
    }
    return shopify_order(None, customer={"id": friend.id}, shipping_lines=[], **prices)


def in_woocommerce(shop: RunningShop, name: str, friend: Person, items: int) -> dict:
    words = [
        {"id": 1, "key": "gv_order", "value": name},
        {"id": 2, "key": "gv_customer", "value": friend.id},
    ]
    return woocommerce_order(
        None,
        meta_data=words,
        total=major(items),
        total_tax="0.00",
        shipping_total="0.00",
        discount_total="0.00",
    )


def in_our_words(shop: RunningShop, name: str, friend: Person, items: int) -> dict:
    facts = {
        "status": "completed",
        "currency": "EUR",
        "items_total": items,
        "customer": {"id": friend.id},
    }
    return {"type": "OrderChanged", "timestamp": shop.clock_text, "data": facts | {"id": name}}


def in_a_put(shop: RunningShop, name: str, friend: Person, items: int) -> dict:
    return in_our_words(shop, name, friend, items)["data"]


def major(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


BODIES = {
    "stripe": in_stripe,
    "shopify": in_shopify,
    "woocommerce": in_woocommerce,
    "standard": in_our_words,
    "server": in_a_put,
}


def tell(shop: RunningShop, sale: Sale) -> int:
    if sale.teller == "server":
        return shop.ask(
            "PUT", f"/v1/orders/{sale.id}", sale.body, **{"idempotency-key": sale.id}
        ).status
    return shop.deliver(sale.teller, json.dumps(sale.body).encode()).status


@pytest.fixture(scope="module")
def after_the_kills(running: RunningCloud, killed_shop: RunningShop, sales: list[Sale]) -> Counter:
    """How often each status was answered while the functions were killed."""
    killer = Killer(running, set(random.Random(SEED).sample(range(ORDERS), KILLS)))

    def hand(place: int) -> int:
        killer.maybe(place)
        return tell(killed_shop, sales[place])

    with ThreadPoolExecutor(HANDS) as hands:
        answers = Counter(hands.map(hand, range(ORDERS)))
    assert killer.killed == KILLS
    return answers


@pytest.fixture(scope="module")
def told_again(killed_shop: RunningShop, sales: list[Sale], after_the_kills: Counter) -> Counter:
    """All of them are delivered a second time, now in peace."""
    with ThreadPoolExecutor(HANDS) as hands:
        answers = Counter(hands.map(lambda row: tell(killed_shop, row), sales))
    idle = killed_shop.cloud.drain()
    assert set(idle["dead_letters"].values()) == {0}
    return answers


def test_nobody_is_told_anything_but_try_again(after_the_kills):
    print(dict(after_the_kills))
    assert set(after_the_kills) - CUT == {200, 202}


def test_in_peace_everything_is_accepted(told_again):
    print(dict(told_again))
    assert set(told_again) == {200, 202}


def test_each_order_is_rewarded_exactly_once(killed_shop, sales, told_again):
    for advocate in {sale.advocate for sale in sales}:
        own = {sale.id: sale.reward for sale in sales if sale.advocate == advocate and sale.reward}
        entries = killed_shop.entries(advocate)
        assert sorted((entry["order"], entry["amount"]) for entry in entries) == sorted(own.items())
        assert killed_shop.credit(advocate) == sum(own.values())


def test_the_books_agree(killed_shop, sales, told_again):
    books = killed_shop.verify()
    assert books["differences"] == []
    assert (books["orders"], books["entries"]) == (ORDERS, sum(sale.reward > 0 for sale in sales))


def test_after_a_clean_stop_and_a_start_everything_is_still_there(
    running, killed_shop, sales, told_again
):
    advocate = sales[0].advocate
    before = killed_shop.profile(advocate), killed_shop.entries(advocate), killed_shop.verify()
    assert running.stop() == 0
    running.start()
    killed_shop.clock(killed_shop.clock_text)
    assert (
        killed_shop.profile(advocate),
        killed_shop.entries(advocate),
        killed_shop.verify(),
    ) == before
    assert {tell(killed_shop, sale) for sale in sales[:20]} == {200, 202}
    killed_shop.drain()
    assert killed_shop.verify() == before[2]
