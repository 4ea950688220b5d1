"""A shop that looks before it pays: a card of the advocate's own, seen, and then approved, refused or left to the program."""

from tests.support.running_shop import Person, RunningShop, done, refused

HOLDS = {"hold": ["same_payment"], "deadline_days": 3, "at_deadline": "refuse"}


def suspicious_sale(shop: RunningShop) -> tuple[Person, Person]:
    """Stripe tells that what ben bought was paid with anna's card."""
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.hears("stripe", charge(shop, "own", anna), charge(shop, "bens", ben))
    return anna, ben


def charge(shop: RunningShop, name: str, buyer: Person) -> dict:
    card = {"type": "card", "card": {"fingerprint": shop.named("fp")}}
    told = {
        "object": "charge",
        "id": shop.named(f"ch_{name}"),
        "amount": 10_000,
        "captured": True,
        "paid": True,
        "currency": "eur",
    }
    tags = {"metadata": {"gv_order": shop.named(name), "gv_customer": buyer.id}}
    event = {
        "object": "event",
        "type": "charge.succeeded",
        "id": shop.named(f"evt_{name}"),
        "livemode": True,
    }
    made = int(shop.now.timestamp())
    return event | {
        "created": made,
        "data": {"object": told | tags | {"created": made, "payment_method_details": card}},
    }


def waiting(shop: RunningShop) -> list[dict]:
    own = [shop.named(name) for name in ("bens",)]
    return [
        row for row in shop.listed("/v1/reviews", shop.staff_key, limit=1) if row["order"] in own
    ]


def judge(shop: RunningShop, verdict: str, body: object = None):
    return shop.ask("POST", f"/v1/reviews/{shop.named('bens')}/{verdict}", body, shop.staff_key)


def moved(shop: RunningShop, person: Person) -> list[tuple]:
    return [
        (entry["kind"], entry["amount"], entry["available_on"], entry["balance_after"])
        for entry in shop.entries(person)
    ]


def held_review(shop: RunningShop, anna: Person, ben: Person) -> dict:
    return {
        "id": shop.named("bens"),
        "order": shop.named("bens"),
        "member": anna.id,
        "friend": ben.id,
        "amount": 1_000,
        "currency": "EUR",
        "rewards": [{"member": anna.id, "level": 1, "amount": 1_000}],
        "signals": [
            {
                "code": "same_payment",
                "grade": "hold",
                "text": "The buyer paid with a card or account that the advocate has used too",
            }
        ],
        "state": "held",
        "held_at": "2026-03-01T10:00:00Z",
        "deadline": "2026-03-04T10:00:00Z",
        "at_deadline": "refuse",
    }


def test_held_seen_and_approved(shop):
    shop.publish(review=HOLDS)
    anna, ben = suspicious_sale(shop)
    pending = {
        "available": 0,
        "pending": 1_000,
        "held": 0,
        "by_date": [{"available_on": None, "amount": 1_000}],
    }
    assert shop.balance(anna) == {"currency": "EUR"} | pending
    refused(shop.holds(anna, "wish", 1), 409)

    (review,) = waiting(shop)
    assert review == held_review(shop, anna, ben)
    seen = shop.seen_order(shop.named("bens"))
    assert (seen["signals"], seen["review"]["state"], seen["rewards"][0]["available_on"]) == (
        review["signals"],
        "held",
        None,
    )

    shop.later(hours=1)
    for _ in range(2):
        answer = done(judge(shop, "approve", {"reason": "They share an account"}))
        assert (answer["state"], answer["amount"]) == ("approved", 1_000)
    assert refused(judge(shop, "refuse", {"reason": "No"}), 409)["code"] == "review_decided"
    assert (waiting(shop), shop.balance(anna)["available"]) == ([], 1_000)
    assert moved(shop, anna) == [
        ("reward", 1_000, None, 1_000),
        ("adjustment", -1_000, None, 0),
        ("adjustment", 1_000, "2026-03-01T11:00:00Z", 1_000),
    ]
    change = next(
        row
        for row in shop.listed("/v1/audit", shop.staff_key)
        if row["subject"] == {"order": shop.named("bens")}
    )
    assert (change["what"], change["before"], change["after"]) == (
        "review",
        {"review": "held"},
        {"review": "approved"},
    )
    assert change["reason"] == "They share an account"


def test_held_and_refused(shop):
    shop.publish(review=HOLDS)
    anna, _ = suspicious_sale(shop)
    refused(judge(shop, "refuse", {}), 422, "reason")
    assert done(judge(shop, "refuse", {"reason": "One person"}))["state"] == "refused"
    assert (waiting(shop), shop.credit(anna), shop.profile(anna)["volume"]) == ([], 0, 0)
    assert moved(shop, anna) == [("reward", 1_000, None, 1_000), ("clawback", -1_000, None, 0)]
    assert (
        shop.entries(anna)[-1]["text"]
        == "No reward: the shop reviewed this purchase and refused the reward"
    )
    seen = shop.seen_order(shop.named("bens"))
    assert (seen["state"], [row["reason"]["code"] for row in seen["refusals"]]) == (
        "refused",
        ["review_refused"],
    )


def test_the_program_decides_at_the_deadline(shop):
    shop.publish(review=HOLDS)
    anna, _ = suspicious_sale(shop)
    for at, left in (("2026-03-04T09:59:59Z", 1_000), ("2026-03-05T04:00:00Z", 0)):
        shop.clock(at)
        done(shop.cloud.post("/_local/schedule/DecideReviews", {"time": at}))
        assert shop.credit(anna) == left
    assert (waiting(shop), shop.seen_order(shop.named("bens"))["review"]["state"]) == (
        [],
        "refused",
    )


def test_an_order_that_nobody_held_has_no_review(shop):
    anna, _ = suspicious_sale(shop)
    assert (shop.balance(anna)["available"], waiting(shop)) == (1_000, [])
    assert refused(judge(shop, "approve"), 404)["code"] == "unknown_review"
    assert [signal["grade"] for signal in shop.seen_order(shop.named("bens"))["signals"]] == [
        "allow"
    ]
