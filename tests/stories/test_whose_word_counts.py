"""Several tell of one order, or one tells it twice and differently: whose word counts, and what becomes of the money."""

import pytest

from tests.support.processor_deliveries import stripe_session
from tests.support.running_shop import RunningShop

DISPUTE = {"id": "dp_1", "amount": 3_000, "at": "2026-03-09T00:00:00Z"}


def paid_at_stripe(shop: RunningShop, **metadata: str) -> dict:
    seconds = int(shop.now.timestamp())
    return stripe_session(
        None, shop.mark, seconds, metadata={"gv_order": shop.named("one")} | metadata
    )


def amounts(shop: RunningShop, person) -> list[int]:
    return [entry["amount"] for entry in shop.entries(person)]


@pytest.mark.parametrize("server_first", [False, True])
def test_the_processor_knows_an_address_and_my_server_knows_the_customer(shop, server_first):
    anna = shop.member("anna")
    ines = shop.friend_of(anna, "ines")
    if server_first:
        shop.order("one", ines)
    shop.hears("stripe", paid_at_stripe(shop))
    shop.later(hours=1)
    told = shop.order("one", ines)
    assert (told["order"]["customer"]["id"], shop.credit(anna)) == (ines.id, 1_000)
    shop.order("one", ines, refunds=[{"id": "r", "amount": 10_000}])
    assert shop.credit(anna) == 0


def test_i_named_the_wrong_customer_and_correct_it(shop):
    anna, bert = shop.member("anna"), shop.member("bert")
    ines, jan = shop.friend_of(anna, "ines"), shop.friend_of(bert, "jan")
    shop.order("one", jan)
    shop.order("one", ines)
    assert (amounts(shop, bert), amounts(shop, anna)) == ([1_000, -1_000], [1_000])
    assert (shop.profile(bert)["volume"], shop.profile(anna)["volume"]) == (0, 10_000)
    assert shop.entries(bert)[1]["reason"]["code"] == "buyer_changed"


def test_credit_that_was_never_captured_lowers_no_reward(shop):
    anna = shop.member("anna")
    ines = shop.friend_of(anna, "ines")
    delivery = paid_at_stripe(shop, gv_customer=ines.id, gv_credit="9000")
    shop.hears("stripe", delivery)
    told = shop.seen_order(shop.named("one"))
    assert (told["order"]["credit_used"], shop.credit(anna)) == (0, 1_000)


def test_my_order_says_nothing_of_a_dispute_that_the_bank_has_opened(shop):
    anna = shop.member("anna")
    ines = shop.friend_of(anna, "ines")
    shop.order("one", ines, disputes=[DISPUTE | {"status": "open"}])
    shop.later(days=1)
    assert shop.order("one", ines)["order"]["kept"] == 7_000
    shop.order("one", ines, disputes=[DISPUTE | {"status": "won"}])
    assert shop.credit(anna) == 1_000


def test_cancelled_for_want_of_payment_then_paid_after_all(shop):
    anna = shop.member("anna")
    ines = shop.friend_of(anna, "ines")
    shop.order("one", ines, status="cancelled")
    shop.later(days=1)
    assert shop.order("one", ines)["order"]["status"] == "completed"
    assert shop.credit(anna) == 1_000
    shop.order("one", ines, status="cancelled")
    shop.later(days=1)
    assert shop.order("one", ines)["order"]["status"] == "cancelled"
    assert shop.credit(anna) == 0


def test_a_gift_card_in_the_basket_earns_nothing(shop):
    shop.publish(base="paid_total")
    anna = shop.member("anna")
    ines = shop.friend_of(anna, "ines")
    told = shop.order("one", ines, tax_total=1_900, other_total=5_000)
    assert (told["order"]["other_total"], told["order"]["kept"]) == (5_000, 11_900)
    assert shop.credit(anna) == 1_190


def test_a_refund_that_my_shop_deleted(shop):
    anna = shop.member("anna")
    ines = shop.friend_of(anna, "ines")
    shop.order("one", ines, refunds=[{"id": "r", "amount": 4_000}])
    assert shop.credit(anna) == 600
    told = shop.order("one", ines, refunds_complete=True)
    assert ([row["status"] for row in told["order"]["refunds"]], shop.credit(anna)) == (
        ["failed"],
        1_000,
    )


def test_an_advocate_whom_nothing_rewards_yet_is_told_what_it_takes(shop):
    shop.publish(
        credit={"system": "levels", "levels": []},
        groups=[
            {"id": "start", "name": "Start", "min_volume": 15_000, "levels": [{"percent": "10"}]}
        ],
    )
    anna = shop.member("anna")
    ines = shop.friend_of(anna, "ines")
    shop.order("one", ines)
    refusal = shop.order("two", ines)["refusals"][0]["reason"]
    assert (refusal["code"], refusal["inputs"]["volume"], refusal["inputs"]["min_volume"]) == (
        "no_group",
        10_000,
        15_000,
    )
    assert shop.order("three", ines)["rewards"][0]["amount"] == 1_000


@pytest.mark.parametrize("items", [1, 4])
def test_a_reward_below_a_cent_is_refused_with_its_reason(shop, items):
    ines = shop.friend_of(shop.member("anna"), "ines")
    told = shop.order("one", ines, items=items)
    assert [row["reason"]["code"] for row in told["refusals"]] == ["rounds_to_nothing"]


@pytest.mark.parametrize(
    "instant",
    ["8999-12-31T23:59:59-14:00", "2200-12-31T23:30:00-01:00", "1970-01-01T00:30:00+01:00"],
)
@pytest.mark.parametrize("field", ["placed_at", "paid_at", "completed_at", "as_of"])
def test_an_instant_that_cannot_be_is_refused_and_nothing_is_kept(shop, instant, field):
    order_id = shop.named("one")
    facts = {"status": "completed", "currency": "EUR", "items_total": 1, field: instant}
    refused = shop.ask("PUT", f"/v1/orders/{order_id}", facts)
    assert (refused.status, refused.json["errors"][0]["field"]) == (422, field)
    body = {"type": "OrderChanged", "timestamp": shop.clock_text, "data": facts | {"id": order_id}}
    assert shop.deliver("standard", body).status == 200
    shop.drain()
    assert shop.ask("GET", f"/v1/orders/{order_id}").status == 404
