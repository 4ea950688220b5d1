"""Many at once: limits hold to the cent, one order pays once, whoever comes first."""

import pytest

from tests.support.running_shop import RunningShop, at_once


@pytest.mark.parametrize("round_number", range(3))
def test_twenty_orders_at_once_never_pass_the_limit_of_their_advocate(shop, round_number):
    shop.publish(rules={"max_per_advocate": {"amount": 500}})
    anna = shop.member("anna")
    friends = [shop.friend_of(anna, f"friend{number}") for number in range(20)]

    answers = at_once(
        [lambda friend=friend: shop.order(friend.login, friend, items=1_010) for friend in friends]
    )

    paid = sorted(row["amount"] for answer in answers for row in answer["rewards"])
    assert paid == [96, 101, 101, 101, 101]
    assert shop.credit(anna) == sum(entry["amount"] for entry in shop.entries(anna)) == 500
    refusals = {row["reason"]["code"] for answer in answers for row in answer["refusals"]}
    assert refusals == {"advocate_limit_reached"}


def test_twenty_webhooks_at_once_never_pass_the_limit_of_their_advocate(shop):
    shop.publish(rules={"max_per_advocate": {"amount": 500}})
    anna = shop.member("anna")
    friends = [shop.friend_of(anna, f"friend{number}") for number in range(20)]

    at_once(
        [
            lambda friend=friend: shop.hears("standard", told(shop, friend.login, friend.id))
            for friend in friends
        ]
    )

    assert shop.credit(anna) == sum(entry["amount"] for entry in shop.entries(anna)) == 500


def told(shop: RunningShop, order: str, buyer: str) -> dict:
    facts = {
        "status": "completed",
        "currency": "EUR",
        "items_total": 1_010,
        "customer": {"id": buyer},
    }
    return {"type": "OrderChanged", "timestamp": shop.clock_text, "data": facts | {"id": order}}


def test_one_order_told_by_ten_at_once_pays_once(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    answers = at_once([lambda: shop.order("one", ben)] * 10)
    assert [entry["amount"] for entry in shop.entries(anna)] == [1000]
    assert all(answer["rewards"] == answers[0]["rewards"] for answer in answers)


def test_one_order_told_by_the_server_and_by_webhooks_at_once_pays_once(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    by_webhook = [lambda: shop.hears("standard", told(shop, shop.named("one"), ben.id))] * 5
    at_once([*by_webhook, *[lambda: shop.order("one", ben, items=1_010)] * 5])
    assert [entry["amount"] for entry in shop.entries(anna)] == [101]


@pytest.mark.parametrize("round_number", range(3))
def test_of_two_orders_at_once_only_one_takes_the_only_place(shop, round_number):
    shop.publish(rules={"total_payments": 1})
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    answers = at_once([lambda name=name: shop.order(name, ben) for name in ("one", "two")])
    assert sorted(answer["state"] for answer in answers) == ["refused", "rewarded"]
    assert [entry["amount"] for entry in shop.entries(anna)] == [1000]


def test_a_new_customer_who_buys_ten_times_at_once_has_one_advocate(shop):
    anna, otto = shop.member("anna"), shop.member("otto")
    tokens = [shop.click(anna.code), shop.click(otto.code)]
    email = f"ines-{shop.mark}@example.com"
    guest = {"customer": {"email": email}}

    at_once(
        [
            lambda number=number: shop.order(f"one{number}", **guest, ref_token=tokens[number % 2])
            for number in range(10)
        ]
    )

    ines = shop.member("ines", email=email)
    assert shop.profile(ines)["referred_by"] in (anna.id, otto.id)
    assert sorted((shop.credit(anna), shop.credit(otto))) == [0, 10_000]


def test_a_login_is_given_once(shop):
    own = shop.named("same")
    answers = at_once(
        [
            lambda number=number: shop.ask("PUT", f"/v1/members/{own}-{number}", {"login": own})
            for number in range(5)
        ]
    )
    assert sorted(answer.status for answer in answers) == [200, 409, 409, 409, 409]


def test_refunds_and_payments_that_cross_end_in_the_same_place(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    parts = [{"id": f"re_{number}", "amount": 1_000, "at": shop.clock_text} for number in range(10)]
    at_once([lambda part=part: shop.order("one", ben, refunds=[part]) for part in parts])
    assert shop.credit(anna) == sum(entry["amount"] for entry in shop.entries(anna)) == 0
    assert shop.seen_order(shop.named("one"))["order"]["kept"] == 0


def test_a_program_is_published_by_one_of_two(shop):
    seen = shop.get("/v1/programs/default", shop.staff_key)["version"]
    program = {
        "id": "default",
        "name": "Race",
        "currency": "EUR",
        "credit": {"system": "levels", "levels": []},
    }
    path, match = "/v1/programs/default/versions", {"if-match": f'"{seen}"'}
    answers = at_once([lambda: shop.ask("POST", path, program, shop.staff_key, **match)] * 4)
    assert sorted(answer.status for answer in answers) == [201, 412, 412, 412]
