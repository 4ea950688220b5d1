"""Staff at work on the running system: blocks, referrals by hand, corrections, and people who want to be forgotten."""

from tests.support.running_shop import Person, RunningShop, done, refused

WHY = {"reason": "Ticket 88"}


def staff(
    shop: RunningShop, method: str, path: str, body: object = None, **headers: str
) -> dict | None:
    answer = shop.ask(method, path, body, shop.staff_key, **headers)
    return None if answer.status == 204 else done(answer)


def follows(shop: RunningShop, person: Person) -> bool:
    """Whether the person's link sets a cookie."""
    return bool(shop.cloud.get(f"/r/{person.code}", **{"sec-fetch-dest": "document"}).cookies)


def test_a_blocked_advocate_loses_what_is_pending_and_keeps_what_is_available(shop):
    shop.publish(hold_days=14)
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("old", ben, completed_at=shop.clock_text)
    shop.later(days=20)
    shop.order("new", ben, items=5_000, completed_at=shop.clock_text)

    assert staff(shop, "POST", f"/v1/members/{anna.id}/block", WHY)["status"] == "blocked"
    shop.drain()
    assert (shop.credit(anna), follows(shop, anna)) == (1_000, False)
    assert refused(shop.holds(anna, "cart", 100), 409)["code"] == "member_blocked"
    assert (
        shop.order("during", ben, completed_at=shop.clock_text)["refusals"][0]["reason"]["code"]
        == "blocked"
    )

    staff(shop, "POST", f"/v1/members/{anna.id}/unblock", {})
    assert (shop.credit(anna), shop.balance(anna)["available"], follows(shop, anna)) == (
        1_000,
        1_000,
        True,
    )
    assert [(line["kind"], line["amount"]) for line in shop.entries(anna)] == [
        ("reward", 1_000),
        ("reward", 500),
        ("forfeit", -500),
    ]
    assert shop.verify()["differences"] == []


def test_a_referral_by_hand_counts_until_it_is_ended_and_is_taken_back(shop):
    shop.publish()
    anna, ben = shop.member("anna"), shop.member("ben")
    edge = staff(
        shop,
        "POST",
        "/v1/referrals",
        {"advocate_login": anna.login, "friend_login": ben.login} | WHY,
    )
    shop.order("one", ben)
    assert (shop.credit(anna), shop.profile(ben)["referred_by"]) == (1_000, anna.id)
    assert [row["referral"] for row in shop.listed(f"/v1/members/{anna.id}/friends")] == [
        edge["id"]
    ]

    assert (
        staff(shop, "DELETE", f"/v1/referrals/{edge['id']}", {"take_back": "unspent"} | WHY)[
            "state"
        ]
        == "ended"
    )
    assert (shop.credit(anna), shop.profile(anna)["volume"], shop.profile(ben)["referred_by"]) == (
        0,
        0,
        None,
    )
    assert shop.order("two", ben)["refusals"][0]["reason"]["code"] == "no_referral"
    assert shop.verify()["differences"] == []


def test_the_audit_names_the_key_and_the_reason(shop):
    anna = shop.member("anna")
    staff(
        shop,
        "POST",
        f"/v1/members/{anna.id}/adjustments",
        {"amount": 300} | WHY,
        **{"idempotency-key": shop.named("k")},
    )
    staff(
        shop,
        "POST",
        f"/v1/members/{anna.id}/adjustments",
        {"amount": 300} | WHY,
        **{"idempotency-key": shop.named("k")},
    )
    (line,) = [
        line
        for line in shop.listed("/v1/audit", shop.staff_key)
        if line["subject"] == {"member": anna.id}
    ]
    assert (line["what"], line["after"], line["reason"]) == (
        "adjustment",
        {"balance": 300},
        "Ticket 88",
    )
    assert len(line["who"]) < len(shop.staff_key) / 2 and shop.staff_key.startswith(line["who"])


def test_a_person_who_is_forgotten_leaves_every_sum(shop):
    shop.publish()
    anna = shop.member("anna", name="Anna Alt", email=f"{shop.named('anna')}@example.com")
    ben = shop.friend_of(anna, "ben", name="Ben Alt", email=f"{shop.named('ben')}@example.com")
    shop.order("one", ben)
    told = shop.listed(f"/v1/members/{ben.id}/export")
    assert f"{shop.named('ben')}@example.com" in {item.get("email") for item in told}

    assert shop.ask("DELETE", f"/v1/members/{ben.id}").status == 204
    assert shop.ask("DELETE", f"/v1/members/{ben.id}").status == 204
    assert (shop.profile(ben)["status"], shop.profile(ben)["login"], follows(shop, ben)) == (
        "erased",
        None,
        False,
    )
    assert [line["text"] for line in shop.entries(anna)] == [
        f"Income from referral program from {ben.id}"
    ]
    assert "Ben Alt" not in str(shop.listed(f"/v1/members/{ben.id}/export"))
    assert (shop.credit(anna), shop.verify()["differences"]) == (1_000, [])
