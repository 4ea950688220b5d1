"""Credit with an end: the nightly schedule takes what nobody spent, and nothing else."""

from tests.support.running_shop import RunningShop, done

YEAR = {"expires_after_days": 365}


def night(shop: RunningShop, at: str) -> bool:
    """The schedule fires and its run comes to its end; whether there was one."""
    shop.clock(at)
    told = done(shop.cloud.post("/_local/schedule/ExpireCredit", {"time": at}))
    shop.drain()
    return told["results"][0]["begun"]


def moved(shop: RunningShop, person) -> list[tuple]:
    return [
        (entry["kind"], entry["amount"], entry["balance_after"])
        for entry in shop.entries(person)
        if entry["amount"]
    ]


def test_what_nobody_spent_within_a_year_is_gone_and_the_history_says_why(shop):
    shop.publish(wallet=YEAR)
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    shop.later(days=30)
    shop.order("two", ben, items=5_000)
    shop.spends(anna, "own", 400)

    assert night(shop, "2027-03-01T03:00:00Z")
    assert shop.credit(anna) == 1_100
    for _ in range(3):
        night(shop, "2027-03-02T03:00:00Z")
    assert moved(shop, anna) == [
        ("reward", 1_000, 1_000),
        ("reward", 500, 1_500),
        ("capture", -400, 1_100),
        ("expiry", -600, 500),
    ]
    gone = shop.entries(anna)[-1]
    assert (gone["at"], gone["available_on"], gone["order"]) == (
        "2027-03-02T03:00:00Z",
        "2026-03-01T10:00:00Z",
        None,
    )
    assert (gone["text"], gone["reason"]["code"]) == (
        "Expired: it was not spent within 365 days",
        "expired",
    )

    night(shop, "2028-01-01T03:00:00Z")
    assert (shop.credit(anna), shop.balance(anna)["available"], moved(shop, anna)[-1]) == (
        0,
        0,
        ("expiry", -500, 0),
    )


def test_a_checkout_under_way_keeps_its_credit(shop):
    shop.publish(wallet=YEAR)
    anna = shop.member("anna")
    shop.order("one", shop.friend_of(anna, "ben"))
    shop.clock("2027-03-01T09:00:00Z")
    held = done(shop.holds(anna, "own", 700))
    night(shop, "2027-03-02T03:00:00Z")
    assert (shop.credit(anna), shop.balance(anna)["held"]) == (700, 700)
    done(shop.ask("POST", f"/v1/holds/{held['id']}/capture", {}))
    assert shop.credit(anna) == 0


def test_without_such_terms_the_schedule_has_nothing_to_do(shop):
    anna = shop.member("anna")
    shop.order("one", shop.friend_of(anna, "ben"))
    assert not night(shop, "2036-03-01T03:00:00Z")
    assert shop.credit(anna) == 1_000
