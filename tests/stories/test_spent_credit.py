"""The credit was spent already: what then of a refund, and of two checkouts at once?"""

from tests.support.running_cloud import Answer
from tests.support.running_shop import Person, RunningShop, at_once, done


def refunded(shop: RunningShop, name: str, buyer: Person) -> None:
    shop.order(name, buyer, refunds=[{"id": "re_1", "amount": 10_000, "at": shop.clock_text}])


def test_a_refund_after_the_money_was_spent_leaves_a_debt_that_the_next_rewards_pay_first(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    shop.spends(anna, "annas own", 800)
    assert shop.balance(anna)["available"] == 200

    refunded(shop, "one", ben)
    assert (shop.credit(anna), shop.balance(anna)["available"]) == (-800, -800)
    told = shop.holds(anna, "another", 1)
    assert (told.status, told.json["code"]) == (409, "insufficient_credit")

    shop.order("two", ben, items=6_000)
    assert shop.balance(anna)["available"] == -200
    shop.order("three", ben)
    assert shop.balance(anna)["available"] == 800
    assert [
        (entry["kind"], entry["balance_after"]) for entry in shop.entries(anna) if entry["amount"]
    ] == [
        ("reward", 1_000),
        ("capture", 200),
        ("clawback", -800),
        ("reward", -200),
        ("reward", 800),
    ]


def test_a_refund_while_the_credit_is_held_does_not_lose_the_hold(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    held = done(shop.holds(anna, "annas own", 1_000))
    refunded(shop, "one", ben)
    assert (shop.balance(anna)["available"], shop.balance(anna)["held"]) == (-1_000, 1_000)
    done(shop.ask("POST", f"/v1/holds/{held['id']}/void", {}))
    assert (shop.balance(anna)["available"], shop.balance(anna)["held"], shop.credit(anna)) == (
        0,
        0,
        0,
    )


def test_two_checkouts_at_once_never_spend_more_than_there_is(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    answers = at_once(
        [lambda number=number: shop.holds(anna, f"own{number}", 300) for number in range(8)]
    )
    assert sorted(answer.status for answer in answers) == [201] * 3 + [409] * 5
    assert (shop.balance(anna)["available"], shop.balance(anna)["held"]) == (100, 900)
    assert {answer.json["available"] for answer in answers if answer.status == 409} <= {
        100,
        400,
        700,
    }


def test_credit_that_is_still_pending_cannot_be_spent(shop):
    shop.publish(hold_days=14)
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    assert shop.holds(anna, "early", 1).status == 409
    shop.clock("2026-03-16T00:00:00Z")
    assert shop.holds(anna, "due", 1_000).status == 201


def test_i_give_a_part_of_the_credit_back_with_a_part_of_the_money(shop):
    anna = shop.member("anna")
    shop.order("one", shop.friend_of(anna, "ben"))
    shop.spends(anna, "annas own", 1_000)
    paid = {"buyer": anna, "items": 5_000, "credit_used": 1_000}
    shop.order("annas own", **paid)
    part = {"id": "re_1", "amount": 1_000, "credit": 300, "at": shop.clock_text}
    for refunds, credit in (
        ([part], 300),
        ([part], 300),
        ([part, part | {"id": "re_2", "credit": 900}], 1_000),
        ([part, part | {"id": "re_2", "status": "failed"}], 300),
    ):
        shop.later(hours=1)
        shop.order("annas own", **paid, refunds=refunds)
        assert (shop.credit(anna), shop.balance(anna)["available"]) == (credit, credit)
    moved = [(entry["kind"], entry["amount"]) for entry in shop.entries(anna) if entry["amount"]]
    assert moved[1:] == [("capture", -1_000), ("return", 300), ("return", 700), ("return", -700)]
    assert shop.entries(anna)[-1]["text"] == "Spent again: the order it paid for counts again"


def test_the_cancellation_of_an_order_frees_the_credit_that_waits_for_it(shop):
    anna = shop.member("anna")
    shop.order("one", shop.friend_of(anna, "ben"))
    held = done(shop.holds(anna, "annas own", 600))
    shop.order("annas own", anna, status="placed", credit_used=600)
    shop.order("annas own", anna, status="cancelled", credit_used=600)
    assert (shop.balance(anna)["available"], shop.balance(anna)["held"]) == (1_000, 0)
    told = shop.ask("POST", f"/v1/holds/{held['id']}/capture", {})
    assert (told.status, told.json["code"]) == (409, "hold_voided")
    assert shop.holds(anna, "annas own", 1).json["code"] == "order_undone"


def test_credit_pays_at_most_a_fifth_of_an_order_that_i_tell_later(shop):
    shop.publish(wallet={"max_percent_of_order": "20"})
    anna = shop.member("anna")
    shop.order("one", shop.friend_of(anna, "ben"))
    told = refused_with(shop.holds(anna, "annas own", 1), 422, "order_unknown")
    assert [error["field"] for error in told["errors"]] == ["items_total"]
    told = refused_with(
        shop.holds(anna, "annas own", 601, items_total=3_000), 409, "above_order_share"
    )
    assert told["most"] == 600
    done(shop.holds(anna, "annas own", 400, items_total=3_000))
    told = refused_with(
        shop.holds(anna, "annas own", 201, items_total=3_000), 409, "above_order_share"
    )
    assert told["most"] == 200
    shop.order("annas own", anna, items=4_000, status="placed")
    done(shop.holds(anna, "annas own", 400))


def refused_with(answer: Answer, status: int, code: str) -> dict:
    assert (answer.status, answer.json["code"]) == (status, code)
    return answer.json
