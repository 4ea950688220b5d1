"""The credit was spent already: what then of a refund, and of two checkouts at once?"""

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
