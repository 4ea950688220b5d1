"""An action of ten days: what it rewards, what it refuses, and where its links lead."""

import pytest

from tests.support.running_shop import RunningShop

LEVELS = {"system": "levels", "levels": [{"percent": "10"}], "customer": {"percent": "5"}}
TEN_DAYS = {"from": "2026-03-10T00:00:00Z", "until": "2026-03-20T00:00:00Z"}


def act(shop: RunningShop, **terms: object) -> None:
    shop.publish(credit=LEVELS, active=TEN_DAYS, friend={"new_customers_only": False}, **terms)


def buys(shop: RunningShop, name: str, friend: object, at: str) -> dict:
    return shop.order(name, friend, placed_at=at, paid_at=at, completed_at=at)


@pytest.mark.parametrize(
    ("at", "earns"),
    [
        ("2026-03-09T23:59:59Z", False),
        ("2026-03-10T00:00:00Z", True),
        ("2026-03-19T23:59:59Z", True),
        ("2026-03-20T00:00:00Z", False),
    ],
)
def test_from_when_until_when(shop, at, earns):
    act(shop)
    anna = shop.member("anna")
    ines = shop.friend_of(anna, "ines")
    answer = buys(shop, "one", ines, at)
    assert [row["amount"] for row in answer["rewards"]] == ([500, 1000] if earns else [])
    told = {(row["level"], row["reason"]["code"]) for row in answer["refusals"]}
    assert told == (set() if earns else {(0, "program_not_active"), (1, "program_not_active")})
    assert (shop.credit(anna), shop.credit(ines)) == ((1000, 500) if earns else (0, 0))


def test_what_was_earned_can_be_spent_when_it_is_over(shop):
    act(shop)
    anna = shop.member("anna")
    buys(shop, "one", shop.friend_of(anna, "ines"), "2026-03-15T00:00:00Z")
    shop.later(days=60)
    shop.spends(anna, "spent", 1000)
    assert shop.balance(anna)["available"] == 0


def test_a_cart_and_a_click_say_so_too(shop):
    offered = {"discount": {"percent": "10"}}
    shop.publish(friend=offered, active=TEN_DAYS)
    anna = shop.member("anna")
    cart = {"code": anna.code, "currency": "EUR", "items_total": 1000}
    assert shop.ask("POST", "/v1/quotes", cart, "").json["code"] == "program_not_active"
    offer = shop.ask("POST", "/v1/clicks", {"code": anna.code}, "").json["offer"]
    assert (offer["from"], offer["until"]) == (TEN_DAYS["from"], TEN_DAYS["until"])
    shop.later(days=15)
    assert shop.ask("POST", "/v1/quotes", cart, "").json["code"] == "discount_granted"
    shop.later(days=10)
    assert shop.ask("POST", "/v1/quotes", cart, "").json["code"] == "program_not_active"
    assert shop.ask("POST", "/v1/clicks", {"code": anna.code}, "").json["offer"] is None


def test_links_lead_to_the_registration_form_of_a_shop_that_says_so(shop):
    shop.publish(landing="/register")
    anna = shop.member("anna")

    def leads(path: str) -> str:
        answer = shop.cloud.get(path, **{"sec-fetch-dest": "document"})
        return answer.headers["location"].removeprefix(shop.cloud.local["shop_url"])

    assert leads(f"/r/{anna.code}") == "/register"
    assert leads(f"/r/{anna.code}?to=/tea") == "/tea"
    assert leads("/r/NOBODY-0000") == "/register"


def test_a_bonus_may_come_once(shop):
    bonus = {"fixed": 500, "once": True}
    shop.publish(friend={"bonus": bonus, "new_customers_only": False})
    anna = shop.member("anna")
    ines = shop.friend_of(anna, "ines")
    for name in ("one", "two", "three"):
        shop.order(name, ines)
    assert (shop.credit(ines), shop.credit(anna)) == (500, 3000)
