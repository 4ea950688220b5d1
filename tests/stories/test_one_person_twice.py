"""One person has two accounts: staff merges them, and the shop, the friends and the books go on."""

from tests.support.running_shop import Person, RunningShop, done, refused

WHY = {"reason": "Ticket 91: she registered twice"}


def merge(shop: RunningShop, kept: Person, closed: Person) -> dict:
    return done(
        shop.ask(
            "POST", f"/v1/members/{kept.id}/merge", {"closed": closed.id} | WHY, shop.staff_key
        )
    )


def test_anna_registered_twice_what_becomes_of_her_friends_and_her_credit(shop):
    shop.publish(hold_days=14)
    anna, twin = shop.member("anna"), shop.member("twin")
    ben = shop.friend_of(twin, "ben")
    shop.order("before", ben, completed_at=shop.clock_text)
    assert shop.balance(twin)["pending"] == 1_000

    answered = merge(shop, anna, twin)
    shop.drain()
    assert (answered["id"], answered["status"]) == (anna.id, "active")
    assert (shop.balance(anna)["pending"], shop.balance(twin)) == (1_000, shop.balance(anna))

    shop.order("after", ben, items=5_000, completed_at=shop.clock_text)
    carl = shop.friend_of(twin, "carl")
    shop.order("by the old link", carl, completed_at=shop.clock_text)
    assert (shop.credit(anna), shop.profile(ben)["referred_by"]) == (2_500, anna.id)
    friends = {row["login"] for row in shop.listed(f"/v1/members/{anna.id}/friends")}
    assert len(friends) == 2


def test_a_refund_of_an_order_from_before_is_taken_from_the_one_who_goes_on(shop):
    anna, twin = shop.member("anna"), shop.member("twin")
    ben = shop.friend_of(twin, "ben")
    shop.order("before", ben)
    merge(shop, anna, twin)
    shop.spends(anna, "cart", 800)
    shop.order("before", ben, refunds=[{"id": "re_1", "amount": 10_000, "at": shop.clock_text}])
    shop.drain()
    assert shop.credit(anna) == -800
    moved = [entry for entry in shop.entries(anna) if entry["reason"]["code"] == "merged_from"]
    assert [(line["amount"], line["reason"]["inputs"]["other"]) for line in moved] == [
        (1_000, twin.id),
        (-1_000, twin.id),
    ]


def test_credit_in_a_checkout_moves_when_its_hold_has_ended(shop):
    anna, twin = shop.member("anna"), shop.member("twin")
    ben = shop.friend_of(twin, "ben")
    shop.order("before", ben)
    done(shop.holds(twin, "cart", 400))
    merge(shop, anna, twin)
    shop.drain()
    assert shop.credit(anna) == 600
    shop.later(days=8)
    done(shop.cloud.post("/_local/schedule/ExpireCredit", {"time": shop.clock_text}))
    shop.drain()
    assert shop.credit(anna) == 1_000


def test_whoever_recommended_themselves_is_not_merged_before_that_is_settled(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    path = f"/v1/members/{anna.id}/merge"
    answer = shop.ask("POST", path, {"closed": ben.id} | WHY, shop.staff_key)
    refusal = refused(answer, 409)
    assert refusal["code"] == "recommended_each_other"
    assert "End the referral" in refusal["detail"]
    assert refused(shop.ask("POST", path, {"closed": ben.id}, shop.staff_key), 422)


def test_a_new_customer_is_new_only_once(shop):
    shop.publish(friend={"new_customers_only": True})
    anna, ben, twin = shop.member("anna"), shop.member("ben"), shop.member("twin")
    shop.order("as twin", twin)
    merge(shop, ben, twin)
    shop.later(days=1)
    answered = shop.order("as ben", ben, code=anna.code)
    assert [row["reason"]["code"] for row in answered["refusals"]] == ["existing_customer"]
