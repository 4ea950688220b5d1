"""Who brought a friend: links, codes, guests who register later, oneself, and customers who were there before."""

from tests.support.processor_deliveries import shopify_order, stripe_session, woocommerce_order


def codes(answer: dict) -> list[str]:
    return [row["reason"]["code"] for row in answer["refusals"]]


def lost(answer: dict) -> dict[str, str | None]:
    return {sign["kind"]: sign["lost"] for sign in answer["evidence"]}


def test_three_months_later_still_counts(shop):
    anna = shop.member("anna")
    token = shop.click(anna.code)
    shop.later(days=92)
    session = stripe_session(token, shop.mark, int(shop.now.timestamp()))
    shop.hears("stripe", session)
    assert shop.credit(anna) == 1000
    (entry,) = shop.entries(anna)
    assert entry["at"] == shop.clock_text == "2026-06-01T10:00:00Z"


def test_a_friend_who_signed_up_in_march_still_counts_in_june(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.later(days=92)
    shop.order("one", ben)
    shop.order("two", ben, items=5_000)
    assert shop.credit(anna) == 1500


def test_where_the_program_gives_a_click_thirty_days_an_older_one_is_lost(shop):
    shop.publish(attribution={"touch": "first", "window_days": 30})
    anna = shop.member("anna")
    early, late = shop.click(anna.code), shop.click(anna.code)
    shop.later(days=30)
    in_time = shop.order(
        "in time", ref_token=early, customer={"email": f"in-{shop.mark}@example.com"}
    )
    shop.later(seconds=1)
    too_late = shop.order(
        "too late", ref_token=late, customer={"email": f"late-{shop.mark}@example.com"}
    )
    assert (in_time["state"], codes(too_late), lost(too_late)) == (
        "rewarded",
        ["no_referral"],
        {"ref_token": "expired"},
    )
    assert shop.credit(anna) == 1000


def test_a_visitor_who_buys_without_telling_who_they_are_rewards_the_advocate(shop):
    anna = shop.member("anna")
    token = shop.click(anna.code)
    answer = shop.order("one", ref_token=token)
    assert (answer["state"], shop.credit(anna)) == ("rewarded", 1000)
    assert [sign["value"] for sign in answer["evidence"] if sign["kind"] == "ref_token"] == [token]


def test_a_guest_who_registers_later_keeps_the_advocate_and_the_history(shop):
    anna = shop.member("anna")
    email = f"ines-{shop.mark}@example.com"
    guest = {"customer_details": {"email": email.upper()}}
    shop.hears(
        "stripe",
        stripe_session(shop.click(anna.code), shop.mark, int(shop.now.timestamp()), **guest),
    )

    shop.later(days=3)
    ines = shop.member("ines", email=email)
    shop.order("two", ines)

    assert shop.profile(ines)["referred_by"] == anna.id
    assert shop.credit(anna) == 2000
    assert {entry["reason"]["inputs"]["friend"] for entry in shop.entries(anna)} == {ines.id}


def test_a_guests_second_purchase_needs_no_link(shop):
    anna = shop.member("anna")
    email = {"billing": {"email": f"guest-{shop.mark}@example.com"}}
    shop.hears(
        "woocommerce",
        woocommerce_order(shop.click(anna.code), **email),
        woocommerce_order(None, **email),
    )
    assert shop.credit(anna) == 1800


def test_somebody_who_registers_with_a_token_has_that_advocate(shop):
    anna = shop.member("anna")
    ben = shop.member("ben", ref_token=shop.click(anna.code))
    eva = shop.member("eva", code=anna.code.lower())
    assert shop.profile(ben)["referred_by"] == shop.profile(eva)["referred_by"] == anna.id


def test_the_first_advocate_stays(shop):
    anna, otto = shop.member("anna"), shop.member("otto")
    ben = shop.friend_of(anna, "ben")
    answer = shop.order("one", ben, code=otto.code, ref_token=shop.click(otto.code))
    assert (shop.credit(anna), shop.credit(otto)) == (1000, 0)
    assert lost(answer) == {"referral": None, "code": "weaker", "ref_token": "weaker"}
    assert answer["winner"]["advocate"] == anna.id


def test_a_code_that_the_buyer_types_beats_a_link(shop):
    anna, otto = shop.member("anna"), shop.member("otto")
    coupon = [{"id": 1, "code": otto.code.lower(), "discount": "10.00"}]
    shop.hears("woocommerce", woocommerce_order(shop.click(anna.code), coupon_lines=coupon))
    assert (shop.credit(anna), shop.credit(otto)) == (0, 900)


def test_an_ordinary_coupon_is_nobodys_code(shop):
    anna = shop.member("anna")
    coupon = [{"code": "SUMMER10", "amount": "10.00", "type": "percentage"}]
    order = shopify_order(shop.click(anna.code), discount_codes=coupon)
    shop.hears("shopify", order)
    assert shop.credit(anna) == 900
    assert lost(shop.seen_order(f"shopify:{order['id']}"))["code"] == "unknown_code"


def test_nobody_earns_from_their_own_purchase(shop):
    anna = shop.member("anna")
    by_code, by_link = (
        shop.order("code", anna, code=anna.code),
        shop.order("link", anna, ref_token=shop.click(anna.code)),
    )
    assert codes(by_code) == codes(by_link) == ["self_referral"]
    assert (shop.credit(anna), shop.entries(anna)) == (0, [])


def test_a_second_account_with_the_same_mailbox_is_oneself(shop):
    anna = shop.member("anna", email=f"anna.{shop.mark}@gmail.com")
    double = shop.friend_of(anna, "double", email=f"anna{shop.mark}+two@googlemail.com")
    answer = shop.order("one", double)
    assert (codes(answer), shop.credit(anna)) == (["self_referral"], 0)


def test_who_bought_before_the_click_is_an_existing_customer(shop):
    anna = shop.member("anna")
    ben = shop.member("ben")
    shop.order("before", ben)
    shop.later(days=1)
    token = shop.click(anna.code)
    shop.later(hours=1)
    answer = shop.order("after", ben, ref_token=token)
    assert (codes(answer), shop.credit(anna)) == (["existing_customer"], 0)


def test_a_program_may_welcome_existing_customers(shop):
    shop.publish(friend={"new_customers_only": False})
    anna = shop.member("anna")
    ben = shop.member("ben")
    shop.order("before", ben)
    shop.later(days=1)
    shop.order("after", ben, ref_token=shop.click(anna.code))
    assert shop.credit(anna) == 1000


def test_who_comes_by_themselves_rewards_nobody(shop):
    answer = shop.order("one", shop.member("ben"))
    assert (answer["state"], answer["rewards"]) == ("refused", [])
    assert [(row["member"], row["reason"]["code"]) for row in answer["refusals"]] == [
        (None, "no_referral")
    ]


def test_the_advocate_may_be_told_after_the_sale(shop):
    anna = shop.member("anna")
    token = shop.click(anna.code)
    order = woocommerce_order(None)
    shop.hears("woocommerce", order)
    assert shop.credit(anna) == 0
    found = [{"id": 9, "key": "gv_ref", "value": token}]
    shop.hears(
        "woocommerce", order | {"meta_data": found, "date_modified_gmt": "2026-03-04T09:00:00"}
    )
    assert shop.credit(anna) == 900


def test_a_circle_is_never_made(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", anna, code=ben.code)
    assert shop.profile(anna)["referred_by"] is None
    assert (shop.credit(anna), shop.credit(ben)) == (0, 0)
