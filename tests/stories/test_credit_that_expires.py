"""Credit with an end: the nightly schedule takes what nobody spent, and nothing else."""

import re

from tests.support.running_cloud import Answer
from tests.support.running_shop import Person, RunningShop, done

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
        "Expired: not spent within 365 days",
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


def test_credit_of_terms_without_an_end_never_expires(shop):
    anna = shop.member("anna")
    shop.order("one", shop.friend_of(anna, "ben"))
    shop.publish(wallet={"expires_after_days": 1})
    night(shop, "2036-03-01T03:00:00Z")
    assert shop.credit(anna) == 1_000


def test_i_shorten_the_life_of_credit_and_what_my_customers_have_keeps_its_own(shop):
    shop.publish(wallet=YEAR)
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    shop.publish(wallet={"expires_after_days": 30}, time_zone="America/New_York")
    shop.order("two", ben, items=5_000)
    done(adjusted(shop, anna, 70))
    night(shop, "2026-04-01T03:00:00Z")
    assert shop.credit(anna) == 1_570, "the day ends at 4 o'clock in UTC"
    night(shop, "2026-04-02T03:00:00Z")
    assert shop.credit(anna) == 1_000
    night(shop, "2027-03-02T03:00:00Z")
    assert shop.credit(anna) == 0


def test_a_return_after_the_credit_expired_takes_nothing_once_more(shop):
    shop.publish(wallet=YEAR)
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    shop.spends(anna, "own", 400)
    night(shop, "2027-03-02T03:00:00Z")
    for amount, balance, stands in ((5_000, 0, [500]), (10_000, -400, []), (1_000, 0, [900])):
        shop.later(days=1)
        refund = {"id": "re_1", "amount": amount, "at": shop.clock_text}
        told = shop.order("one", ben, refunds=[refund])
        assert [reward["amount"] for reward in told["rewards"]] == stands
        assert (shop.credit(anna), shop.balance(anna)["available"]) == (balance, balance)


def test_my_customers_are_told_before_their_credit_expires_once_for_each_day(shop):
    shop.publish(wallet={"expires_after_days": 30, "expiry_notice_days": 7})
    address = f"{shop.named('anna')}@example.com"
    anna = shop.member("anna", email=address, name="Anna Vine", language="de")
    silent = shop.member("silent")
    for advocate, friend in ((anna, "ben"), (silent, "cleo")):
        shop.order(friend, shop.friend_of(advocate, friend))
    shop.later(days=1)
    shop.order("next", shop.member("ben"), items=5_000)
    shop.spends(anna, "own", 300)
    for date in ("23", "24", "25", "26", "26"):
        night(shop, f"2026-03-{date}T03:00:00Z")
    night(shop, "2026-04-01T03:00:00Z")
    told = [mail for mail in shop.mails(address) if kind_of(mail) == "expiry"]
    assert [mail["subject"] for mail in told] == [
        "7,00\xa0€ deines Guthabens verfallen bald",
        "5,00\xa0€ deines Guthabens verfallen bald",
    ]
    assert "31. März 2026" in told[0]["text"] and "7,00\xa0€" in told[0]["html"]
    assert "1. April 2026" in told[1]["text"]
    assert told[0]["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (shop.credit(anna), shop.credit(silent)) == (500, 0)


def test_without_days_of_notice_and_after_unsubscribing_nobody_is_told(shop):
    shop.publish(wallet={"expires_after_days": 30, "expiry_notice_days": None})
    address = f"{shop.named('anna')}@example.com"
    anna = shop.member("anna", email=address)
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    night(shop, "2026-03-30T03:00:00Z")
    assert "expiry" not in map(kind_of, shop.mails(address))
    (link,) = {
        re.search(r"/mail/unsubscribe\?\S+", mail["text"])[0] for mail in shop.mails(address)[:1]
    }
    shop.publish(wallet={"expires_after_days": 30})
    assert shop.cloud.post(link).status < 400
    night(shop, "2026-03-31T03:00:00Z")
    assert "expiry" not in map(kind_of, shop.mails(address))


def adjusted(shop: RunningShop, person: Person, amount: int) -> Answer:
    path = f"/v1/members/{person.id}/adjustments"
    return shop.ask("POST", path, {"amount": amount, "reason": "Sorry"}, shop.staff_key)


def kind_of(mail: dict) -> str:
    return mail["headers"]["X-Grapevine-Kind"]
