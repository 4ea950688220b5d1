"""What happens when an order does not stay as it was: refunds, disputes, cancellations, orders that cannot count yet."""

import pytest

from tests.support.processor_deliveries import (
    shopify_order,
    stripe_dispute,
    stripe_refund,
    stripe_session,
    with_refunds,
    woocommerce_order,
)
from tests.support.running_shop import RunningShop


def refund(name: str, amount: int, **facts: object) -> dict:
    return {"id": name, "amount": amount, "at": "2026-03-09T00:00:00Z"} | facts


def amounts(shop: RunningShop, person) -> list[int]:
    return [entry["amount"] for entry in shop.entries(person)]


@pytest.mark.parametrize("items", [10_000, 9_999, 1_005, 7])
@pytest.mark.parametrize("named", [False, True], ids=["plain", "by items"])
def test_a_refund_in_three_uneven_parts_returns_to_exactly_nothing(shop, items, named):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    parts = [items // 3, items // 5, items - items // 3 - items // 5]
    refunds = [
        refund(f"re_{place}", part, items_amount=part if named else None)
        for place, part in enumerate(parts)
    ]

    shop.order("one", ben, items=items)
    balances = []
    for count in (1, 2, 3):
        shop.order("one", ben, items=items, refunds=refunds[:count])
        balances.append(shop.credit(anna))

    assert balances == sorted(balances, reverse=True) and balances[-1] == 0
    assert sum(amounts(shop, anna)) == 0


def test_a_refund_that_is_left_out_later_stays_known(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben, refunds=[refund("re_1", 2_500)])
    shop.order("one", ben)
    shop.order("one", ben, refunds=[refund("re_2", 1_000)])
    assert shop.credit(anna) == 650


def test_cumulative_and_single_refunds_are_not_taken_twice(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben, refunds=[refund("re_1", 2_500)], refunded_total=2_500)
    assert shop.credit(anna) == 750
    shop.order("one", ben, refunded_total=4_000)
    assert shop.credit(anna) == 600


def test_a_refund_that_fails_gives_the_reward_again(shop):
    anna = shop.member("anna")
    seconds = int(shop.now.timestamp())
    pending = stripe_refund(shop.mark, 12_490, seconds + 60, status="pending")
    done = stripe_refund(shop.mark, 12_490, seconds + 120, status="succeeded")
    failed = stripe_refund(shop.mark, 12_490, seconds + 180, status="failed") | {
        "type": "refund.failed"
    }

    shop.hears("stripe", stripe_session(shop.click(anna.code), shop.mark, seconds), pending)
    assert shop.credit(anna) == 1000
    shop.hears("stripe", done)
    assert shop.credit(anna) == 0
    shop.hears("stripe", failed, done)
    assert amounts(shop, anna) == [1000, -1000, 1000]


def test_a_disputed_payment_takes_the_reward_back_and_a_won_dispute_brings_it_again(shop):
    anna = shop.member("anna")
    seconds = int(shop.now.timestamp())
    shop.hears("stripe", stripe_session(shop.click(anna.code), shop.mark, seconds))

    shop.hears("stripe", stripe_dispute(shop.mark, "needs_response", seconds + 60))
    assert shop.credit(anna) == 0
    shop.hears("stripe", stripe_dispute(shop.mark, "won", seconds + 120))
    shop.hears("stripe", stripe_dispute(shop.mark, "needs_response", seconds + 60))

    assert [(entry["kind"], entry["amount"]) for entry in shop.entries(anna)] == [
        ("reward", 1000),
        ("clawback", -1000),
        ("reward", 1000),
    ]


def test_a_question_of_the_bank_changes_nothing(shop):
    anna = shop.member("anna")
    seconds = int(shop.now.timestamp())
    shop.hears("stripe", stripe_session(shop.click(anna.code), shop.mark, seconds))
    answer = shop.deliver(
        "stripe", stripe_dispute(shop.mark, "warning_needs_response", seconds + 60)
    )
    assert (answer.status, answer.json["reason"]) == (200, "inquiry")
    assert shop.credit(anna) == 1000


def test_completed_processing_completed_pays_once(shop):
    anna = shop.member("anna")
    order = woocommerce_order(shop.click(anna.code))
    back = order | {
        "status": "processing",
        "date_completed_gmt": None,
        "date_modified_gmt": "2026-03-04T09:00:00",
    }
    again = order | {
        "date_modified_gmt": "2026-03-05T09:00:00",
        "date_completed_gmt": "2026-03-05T09:00:00",
    }
    shop.hears("woocommerce", order, back, again)
    assert amounts(shop, anna) == [900]


def test_a_cancelled_order_stays_cancelled(shop):
    anna = shop.member("anna")
    order = woocommerce_order(shop.click(anna.code))
    shop.hears(
        "woocommerce",
        order,
        order | {"status": "cancelled", "date_modified_gmt": "2026-03-04T09:00:00"},
    )
    assert shop.credit(anna) == 0
    shop.hears("woocommerce", order | {"date_modified_gmt": "2026-03-06T09:00:00"})
    assert amounts(shop, anna) == [900, -900]
    assert shop.seen_order(f"woocommerce:{order['id']}")["order"]["status"] == "cancelled"


def test_an_order_called_refunded_is_so_wholly(shop):
    anna = shop.member("anna")
    order = woocommerce_order(shop.click(anna.code))
    shop.hears(
        "woocommerce",
        order,
        with_refunds(order, "10.00")
        | {"status": "refunded", "date_modified_gmt": "2026-03-06T09:00:00"},
    )
    assert shop.credit(anna) == 0


def test_an_order_that_is_paid_and_not_yet_completed_waits(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    assert shop.order("one", ben, status="placed")["state"] == "waiting"
    assert shop.order("one", ben, status="paid")["state"] == "waiting"
    assert shop.credit(anna) == 0
    assert shop.order("one", ben, status="completed")["state"] == "rewarded"
    assert shop.credit(anna) == 1000


def parked_orders(shop: RunningShop) -> dict[str, str]:
    return {row["order"]: row["reason"] for row in shop.parked() if row["order"]}


def test_a_test_order_is_parked(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    own = shop.order("one", ben, test=True)
    foreign = shopify_order(shop.click(anna.code), test=True)
    shop.hears("shopify", foreign)

    assert (own["state"], own["rewards"]) == ("parked", [])
    assert shop.credit(anna) == 0
    listed = parked_orders(shop)
    assert listed[shop.named("one")] == listed[f"shopify:{foreign['id']}"] == "test_order"


def test_an_order_in_a_foreign_currency_waits_for_its_rate(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    foreign = {"items": 10_000, "currency": "JPY"}

    assert shop.order("yen", ben, **foreign)["state"] == "parked"
    assert parked_orders(shop)[shop.named("yen")] == "no_exchange_rate"
    assert shop.credit(anna) == 0

    told = shop.order("yen", ben, fx_rate="0.0061", **foreign)
    assert (told["order"]["kept"], told["state"], shop.credit(anna)) == (6_100, "rewarded", 610)
    assert shop.named("yen") not in parked_orders(shop)


def test_a_rewarded_order_that_cannot_be_evaluated_any_more_stands_as_it_did(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)

    answer = shop.order("one", ben, refunds=[refund("re_1", 5_000)], currency="JPY")

    assert (answer["state"], parked_orders(shop)[shop.named("one")]) == (
        "parked",
        "no_exchange_rate",
    )
    assert [row["reason"]["text"] for row in answer["rewards"]] == [
        f"Income from referral program from {ben.login}"
    ]
    assert shop.seen_order(shop.named("one")) == answer
    assert shop.credit(anna) == 1000


def test_an_order_found_out_late_to_be_a_test_gives_back_what_it_earned(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)

    answer = shop.order("one", ben, test=True)

    assert (answer["state"], parked_orders(shop)[shop.named("one")]) == ("parked", "test_order")
    assert answer["rewards"] == []
    assert shop.credit(anna) == 0


def test_telling_an_older_version_late_does_not_bring_it_back(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben, items=8_000, as_of="2026-03-01T09:00:00Z")
    shop.order("one", ben, items=10_000, as_of="2026-03-01T08:00:00Z")
    assert shop.credit(anna) == 800
