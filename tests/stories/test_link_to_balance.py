"""Somebody follows a link and buys: what does my advocate get, and what happens when the money goes back?"""

import pytest

from tests.support.processor_deliveries import (
    shopify_order,
    shopify_refund,
    stripe_refund,
    stripe_session,
    with_refunds,
    woocommerce_order,
)
from tests.support.running_shop import RunningShop

REWARD_TEXT = "Income from referral program from {}"


def stripe_story(shop: RunningShop, token: str) -> tuple[list[dict], list[dict]]:
    """The sale and a refund of a quarter of the money, as deliveries."""
    seconds = int(shop.now.timestamp())
    return [stripe_session(token, shop.mark, seconds)], [
        stripe_refund(shop.mark, 3122, seconds + 600)
    ]


def woocommerce_story(shop: RunningShop, token: str) -> tuple[list[dict], list[dict]]:
    order = woocommerce_order(token)
    return [order], [with_refunds(order, "28.00") | {"date_modified_gmt": "2026-03-09T10:00:00"}]


def shopify_story(shop: RunningShop, token: str) -> tuple[list[dict], list[dict]]:
    order = shopify_order(token)
    return [order], [shopify_refund(order, "22.50", "4.28")]


STORIES = {
    "stripe": (stripe_story, 1000, 750),
    "woocommerce": (woocommerce_story, 900, 675),
    "shopify": (shopify_story, 900, 675),
}


@pytest.mark.parametrize("processor", STORIES)
def test_a_friend_who_follows_a_link_and_buys_rewards_the_advocate_and_a_refund_takes_its_part_back(
    shop, processor
):
    story, reward, left = STORIES[processor]
    anna = shop.member("anna", name="Anna Arendt")
    sale, refund = story(shop, shop.click(anna.code))

    shop.hears(processor, *sale)
    assert shop.credit(anna) == reward

    shop.later(days=8)
    shop.hears(processor, *refund)
    assert shop.credit(anna) == left
    assert [
        (entry["kind"], entry["amount"], entry["balance_after"]) for entry in shop.entries(anna)
    ] == [("reward", reward, reward), ("clawback", left - reward, left)]
    assert shop.balance(anna) == {
        "currency": "EUR",
        "available": left,
        "pending": 0,
        "held": 0,
        "by_date": [],
    }


@pytest.mark.parametrize("processor", STORIES)
def test_the_same_deliveries_again_and_backwards_change_nothing(shop, processor):
    story, _, left = STORIES[processor]
    anna = shop.member("anna")
    sale, refund = story(shop, shop.click(anna.code))
    shop.hears(processor, *sale, *refund)
    told = shop.entries(anna)

    shop.hears(processor, *refund, *sale, *sale, *refund)

    assert shop.credit(anna) == left
    assert shop.entries(anna) == told


@pytest.mark.parametrize("processor", STORIES)
def test_a_refund_told_before_its_payment_waits_for_it(shop, processor):
    story, _, left = STORIES[processor]
    anna = shop.member("anna")
    sale, refund = story(shop, shop.click(anna.code))

    shop.hears(processor, *refund, *sale)

    assert shop.credit(anna) == left
    assert sum(entry["amount"] for entry in shop.entries(anna)) == left


def test_the_history_says_for_what_and_from_whom(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    answer = shop.order("one", ben, items=12_345)

    (entry,) = shop.entries(anna)
    assert entry["text"] == REWARD_TEXT.format(ben.login)
    assert (entry["order"], entry["at"], entry["available_on"]) == (
        shop.named("one"),
        shop.clock_text,
        shop.clock_text,
    )
    assert entry["reason"]["steps"] == [
        {"step": "reward", "percent": "10", "of": 12_345, "amount": 1235}
    ]
    assert answer["order"]["kept"] == 12_345
    assert [(row["member"], row["level"], row["amount"]) for row in answer["rewards"]] == [
        (anna.id, 1, 1235)
    ]


def test_the_shops_server_and_the_processor_tell_of_one_sale_and_it_is_one_order(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    words = {"gv_order": shop.named("one"), "gv_customer": ben.id}
    session = stripe_session(None, shop.mark, int(shop.now.timestamp()), metadata=words)

    shop.order("one", ben, items=10_000, tax_total=1900, shipping_total=590)
    shop.hears("stripe", session)
    shop.order("one", ben, items=10_000, tax_total=1900, shipping_total=590)

    assert [entry["amount"] for entry in shop.entries(anna)] == [1000]
    assert shop.seen_order(f"stripe:cs_{shop.mark}") == shop.seen_order(shop.named("one"))


def test_a_sale_told_by_stripe_first_is_still_the_shops_own_order(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    seconds = int(shop.now.timestamp())
    shop.hears(
        "stripe",
        stripe_session(
            None,
            shop.mark,
            seconds,
            metadata={"gv_order": shop.named("one"), "gv_customer": ben.id},
        ),
    )

    shop.order("one", ben, items=10_000, tax_total=1900, shipping_total=590)
    shop.hears("stripe", stripe_refund(shop.mark, 12_490, seconds + 60))

    assert [entry["amount"] for entry in shop.entries(anna)] == [1000, -1000]


def test_every_event_of_stripe_for_one_payment_pays_once(shop):
    anna = shop.member("anna")
    seconds = int(shop.now.timestamp())
    session = stripe_session(shop.click(anna.code), shop.mark, seconds)
    charge = {
        "id": f"ch_{shop.mark}",
        "object": "charge",
        "amount": 12_490,
        "currency": "eur",
        "captured": True,
        "paid": True,
    }
    bare = {
        "object": "event",
        "created": seconds,
        "data": {"object": charge | {"payment_intent": f"pi_{shop.mark}"}},
    }
    intent = {
        "id": f"pi_{shop.mark}",
        "object": "payment_intent",
        "amount_received": 12_490,
        "currency": "eur",
    }
    hints = [
        bare | {"type": "charge.succeeded"},
        bare | {"type": "payment_intent.succeeded", "data": {"object": intent}},
    ]

    shop.hears("stripe", *hints)
    assert shop.credit(anna) == 0
    shop.hears("stripe", session, *hints)

    assert [entry["amount"] for entry in shop.entries(anna)] == [1000]
