"""What the program says: levels, dates, versions, limits. Amounts are cents."""

from tests.support.running_shop import MORNING, RunningShop


def rewards(answer: dict) -> dict[str, tuple[int, int]]:
    return {row["member"]: (row["level"], row["amount"]) for row in answer["rewards"]}


def chain_of(shop: RunningShop, *names: str) -> list:
    """Each brought the next."""
    found = [shop.member(names[0])]
    for name in names[1:]:
        found.append(shop.friend_of(found[-1], name))
    return found


LEVELS = {
    "system": "levels",
    "levels": [{"percent": "10"}, {"percent": "8"}, {"percent": "6"}],
    "customer": {"percent": "5"},
}


def test_three_advocates_and_the_buyer_are_rewarded_by_level(shop):
    shop.publish(credit=LEVELS)
    top, upper, anna, ben = chain_of(shop, "top", "upper", "anna", "ben")
    answer = shop.order("one", ben, items=12_345)
    assert rewards(answer) == {
        ben.id: (0, 617),
        anna.id: (1, 1235),
        upper.id: (2, 988),
        top.id: (3, 741),
    }

    answer = shop.order(
        "one", ben, items=12_345, refunds=[{"id": "re_1", "amount": 12_345, "at": MORNING}]
    )
    assert rewards(answer) == {}
    assert [shop.credit(person) for person in (top, upper, anna, ben)] == [0, 0, 0, 0]


def test_a_percent_of_a_percent_goes_up_until_nothing_is_left(shop):
    shop.publish(credit={"system": "recursive", "percent": "10"})
    people = chain_of(shop, "top", "fourth", "third", "second", "anna", "ben")
    answer = shop.order("one", people[-1], items=10_000)
    assert sorted(amount for _, amount in rewards(answer).values()) == [1, 10, 100, 1000]


def test_held_credit_comes_free_at_the_midnight_after_its_days(shop):
    shop.publish(hold_days=14)
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    due = "2026-03-16T00:00:00Z"

    waiting = {
        "currency": "EUR",
        "available": 0,
        "pending": 1000,
        "held": 0,
        "by_date": [{"available_on": due, "amount": 1000}],
    }
    free = {"currency": "EUR", "available": 1000, "pending": 0, "held": 0, "by_date": []}
    assert shop.balance(anna) == shop.balance(anna, "2026-03-15T23:59:59Z") == waiting
    assert shop.balance(anna, due) == free
    shop.clock(due)
    assert shop.balance(anna) == free
    assert shop.balance(anna, MORNING) == waiting


def test_what_is_taken_back_carries_the_date_of_its_reward(shop):
    shop.publish(hold_days=14)
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    shop.later(days=3)
    shop.order("one", ben, refunds=[{"id": "re_1", "amount": 5_000, "at": "2026-03-04T00:00:00Z"}])
    shop.later(days=1)
    shop.order("two", ben)

    dates = [
        {"available_on": "2026-03-16T00:00:00Z", "amount": 500},
        {"available_on": "2026-03-20T00:00:00Z", "amount": 1000},
    ]
    assert shop.balance(anna)["by_date"] == dates
    assert [entry["available_on"] for entry in shop.entries(anna)] == [
        "2026-03-16T00:00:00Z"
    ] * 2 + ["2026-03-20T00:00:00Z"]


def test_a_new_version_of_the_program_does_not_touch_past_orders(shop):
    first = shop.publish()
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("old", ben)
    second = shop.publish(credit={"system": "levels", "levels": [{"percent": "50"}]})
    shop.order("new", ben)
    assert (second, shop.credit(anna)) == (first + 1, 1000 + 5000)

    answer = shop.order("old", ben, refunds=[{"id": "re_1", "amount": 5_000, "at": MORNING}])
    assert rewards(answer) == {anna.id: (1, 500)}
    assert answer["rewards"][0]["reason"]["program_version"] == first
    assert [entry["reason"]["program_version"] for entry in shop.entries(anna)] == [
        first,
        second,
        first,
    ]


def test_a_repeated_old_order_keeps_its_terms_even_if_its_totals_change(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("old", ben, items=10_000)
    shop.publish(credit={"system": "levels", "levels": [{"percent": "50"}]})
    shop.order("old", ben, items=20_000)
    assert shop.credit(anna) == 2000


def test_the_day_on_which_a_friend_stops_counting_is_counted_to_the_second(shop):
    shop.publish(rules={"total_days": 30})
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    in_time = shop.order(
        "in time",
        ben,
        completed_at="2026-03-31T12:00:00+02:00",
        paid_at="2026-03-31T12:00:00+02:00",
    )
    too_late = shop.order(
        "too late", ben, completed_at="2026-03-31T10:00:01Z", paid_at="2026-03-31T10:00:01Z"
    )
    assert in_time["state"] == "rewarded"
    assert [row["reason"]["code"] for row in too_late["refusals"]] == ["after_total_days"]


def test_an_order_exactly_at_the_minimum_counts_and_one_cent_less_does_not(shop):
    shop.publish(rules={"payment_minimum": 5_000})
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    below = shop.order("below", ben, items=4_999)
    at_it = shop.order("at it", ben, items=5_000)
    assert [row["reason"]["code"] for row in below["refusals"]] == ["below_payment_minimum"]
    assert rewards(at_it) == {anna.id: (1, 500)}


def test_only_so_many_payments_of_a_friend_count_and_a_refund_opens_the_place_again(shop):
    shop.publish(rules={"total_payments": 1})
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    second = shop.order("two", ben)
    assert [row["reason"]["code"] for row in second["refusals"]] == ["after_total_payments"]

    shop.order("one", ben, refunds=[{"id": "re_1", "amount": 10_000, "at": MORNING}])
    assert rewards(shop.order("two", ben)) == {}
    assert rewards(shop.order("three", ben, items=4_000)) == {anna.id: (1, 400)}


def test_room_that_a_refund_frees_is_for_later_orders(shop):
    shop.publish(rules={"max_per_advocate": {"amount": 1500}})
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    assert rewards(shop.order("two", ben)) == {anna.id: (1, 500)}
    full = shop.order("three", ben)
    assert [row["reason"]["code"] for row in full["refusals"]] == ["advocate_limit_reached"]

    shop.order("one", ben, refunds=[{"id": "re_1", "amount": 4_000, "at": MORNING}])
    assert rewards(shop.order("three", ben)) == {}
    assert rewards(shop.order("four", ben)) == {anna.id: (1, 400)}
    assert shop.credit(anna) == 1500


def test_the_order_that_reaches_a_group_earns_the_old_reward_and_the_next_the_new(shop):
    silver = {
        "id": "silver",
        "name": "Silver",
        "description": "",
        "min_volume": 15_000,
        "levels": [{"percent": "20"}],
    }
    shop.publish(groups=[silver])
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    amounts = [rewards(shop.order(name, ben))[anna.id][1] for name in ("one", "two", "three")]
    assert amounts == [1000, 1000, 2000]
    assert (shop.profile(anna)["group"]["id"], shop.profile(anna)["volume"]) == ("silver", 30_000)

    for name in ("one", "two"):
        shop.order(name, ben, refunds=[{"id": "re_1", "amount": 10_000, "at": MORNING}])
    assert (shop.profile(anna)["group"], shop.profile(anna)["volume"]) == (None, 10_000)
    assert shop.credit(anna) == 2000


def test_both_are_rewarded_and_both_give_it_back(shop):
    shop.publish(friend={"bonus": {"fixed": 300}})
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    assert rewards(shop.order("one", ben)) == {ben.id: (0, 300), anna.id: (1, 1000)}
    shop.order("one", ben, status="cancelled")
    assert (shop.credit(anna), shop.credit(ben)) == (0, 0)


def test_a_trial_answers_what_would_be_and_writes_nothing(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    before = shop.verify()
    facts = {
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
        "customer": {"id": ben.id},
    }
    trial = shop.ask("PUT", f"/v1/orders/{shop.named('one')}?dry_run=true", facts)
    assert rewards(trial.json) == {anna.id: (1, 1000)}
    assert (shop.ask("GET", f"/v1/orders/{shop.named('one')}").status, shop.credit(anna)) == (
        404,
        0,
    )
    assert shop.verify() == before


def test_an_order_asked_for_again_under_its_key_is_answered_the_same(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    facts = {
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
        "customer": {"id": ben.id},
    }
    path, key = f"/v1/orders/{shop.named('one')}", {"idempotency-key": shop.mark}
    first = shop.ask("PUT", path, facts, **key)
    shop.order("one", ben, items=20_000)
    again, other = (
        shop.ask("PUT", path, facts, **key),
        shop.ask("PUT", path, facts | {"items_total": 1}, **key),
    )
    assert (first.status, again.body) == (200, first.body)
    assert (other.status, other.json["code"]) == (409, "idempotency_conflict")
    assert shop.credit(anna) == 2000
