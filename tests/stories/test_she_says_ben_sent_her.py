"""A customer swears that Ben sent her, and Ben got nothing: can I still reward Ben?"""

from tests.support.running_shop import Person, RunningShop, done, refused

WHY = {"reason": "Ticket 88: she forgot the code"}


def name(shop: RunningShop, order: str, advocate: Person, dry_run: bool = False, **more: object):
    path = f"/v1/orders/{shop.named(order)}/advocate" + ("?dry_run=true" if dry_run else "")
    return shop.ask("PUT", path, {"advocate_login": advocate.login} | WHY | more, shop.staff_key)


def bought_weeks_ago(shop: RunningShop, order: str) -> Person:
    """A customer who ordered without a code three weeks ago."""
    emma = shop.member("emma")
    answer = shop.order(order, emma, completed_at=shop.clock_text)
    assert answer["refusals"][0]["reason"]["code"] == "no_referral"
    shop.later(days=21)
    return emma


def test_i_look_first_then_ben_gets_what_the_code_would_have_paid(shop: RunningShop) -> None:
    shop.publish(hold_days=14)
    ben = shop.member("ben")
    emma = bought_weeks_ago(shop, "old")

    looked = done(name(shop, "old", ben, dry_run=True))
    assert [(row["member"], row["level"], row["amount"]) for row in looked["rewards"]] == [
        (ben.id, 1, 1_000)
    ]
    assert (looked["advocate"], looked["volume"], looked["later_orders"]) == (ben.id, 10_000, True)
    assert (shop.credit(ben), shop.profile(emma)["referred_by"]) == (0, None)

    named = done(name(shop, "old", ben))
    assert (named["winner"]["kind"], named["winner"]["advocate"]) == ("staff", ben.id)
    assert (shop.balance(ben)["available"], shop.profile(ben)["volume"]) == (1_000, 10_000)
    assert shop.entries(ben)[0]["text"] == f"Income from referral program from {emma.login}"
    assert shop.verify()["differences"] == []


def test_her_next_orders_are_bens_too_unless_i_say_only_this_one(shop: RunningShop) -> None:
    shop.publish()
    ben, carl = shop.member("ben"), shop.member("carl")
    emma = bought_weeks_ago(shop, "old")
    done(name(shop, "old", ben))
    shop.order("next", emma)
    assert shop.credit(ben) == 2_000

    fred = shop.member("fred")
    shop.order("alone", fred)
    done(name(shop, "alone", carl, later_orders=False))
    assert shop.order("after", fred)["refusals"][0]["reason"]["code"] == "no_referral"
    assert (shop.credit(carl), shop.profile(carl)["volume"]) == (1_000, 0)
    assert shop.verify()["differences"] == []


def test_a_refund_takes_its_share_from_ben_as_ever(shop: RunningShop) -> None:
    shop.publish()
    ben = shop.member("ben")
    emma = bought_weeks_ago(shop, "old")
    done(name(shop, "old", ben))
    refund = {"id": shop.named("re"), "amount": 2_500, "at": shop.clock_text}
    shop.order("old", emma, refunds=[refund])
    assert shop.credit(ben) == 750
    assert shop.verify()["differences"] == []


def test_asked_twice_it_pays_once_and_says_who_did_it_and_why(shop: RunningShop) -> None:
    shop.publish()
    ben = shop.member("ben")
    bought_weeks_ago(shop, "old")
    done(name(shop, "old", ben))
    done(name(shop, "old", ben))
    assert shop.credit(ben) == 1_000
    (line,) = [
        line
        for line in shop.listed("/v1/audit", shop.staff_key)
        if line["subject"] == {"order": shop.named("old")}
    ]
    assert (line["what"], line["after"], line["reason"]) == (
        "advocate_named",
        {"advocate": ben.id},
        WHY["reason"],
    )


def test_what_cannot_be_is_said_and_nothing_is_written(shop: RunningShop) -> None:
    shop.publish()
    ben, carl = shop.member("ben"), shop.member("carl")
    emma = bought_weeks_ago(shop, "old")

    assert refused(name(shop, "old", emma), 409)["code"] == "self_referral"
    shop.order("carls", shop.member("fred", code=carl.code))
    assert refused(name(shop, "carls", ben), 409)["code"] == "order_has_advocate"
    assert refused(name(shop, "carls", carl), 409)["code"] == "advocate_already"
    assert refused(name(shop, "unheard", ben), 404)["code"] == "unknown_order"
    nobody = Person("x", "nobody-at-all", "X")
    refused(name(shop, "old", nobody), 422, "advocate_login")
    assert (shop.credit(ben), shop.credit(carl)) == (0, 1_000)
    assert shop.profile(emma)["referred_by"] is None
