"""Ids, names and amounts as shops really have them."""

from urllib.parse import quote

import pytest

from tests.support.processor_deliveries import woocommerce_order
from tests.support.running_shop import RunningShop, done

ODD_IDS = [
    "gid://shopify/Customer/7100000000001",
    "a b+c",
    "#1?x=y&z",
    "50%25",
    "Zoë",
    "小林",
    "..",
    "a/../b",
    "'; --",
    "9007199254740993",
]


def register(shop: RunningShop, own: str, **form: str) -> dict:
    return done(shop.ask("PUT", f"/v1/members/{quote(own, safe='')}", {"login": own} | form))


@pytest.mark.parametrize("odd", ODD_IDS)
def test_any_printable_id_is_an_id(shop, odd):
    own, friend = shop.named(odd), shop.named(f"{odd} friend")
    register(shop, own)
    assert register(shop, friend, referrer_login=own)["referred_by"] == own
    facts = {
        "status": "completed",
        "currency": "EUR",
        "items_total": 10_000,
        "customer": {"id": friend},
    }

    answer = done(shop.ask("PUT", f"/v1/orders/{quote(own, safe='')}", facts))

    assert answer["rewards"][0]["member"] == own
    (entry,) = shop.get(f"/v1/members/{quote(own, safe='')}/entries")["items"]
    assert (entry["order"], entry["text"]) == (own, f"Income from referral program from {friend}")
    assert shop.seen_order(own)["order"]["id"] == own


def test_the_long_id_is_as_exact_as_the_processor_sends_it(shop):
    anna = shop.member("anna")
    order = woocommerce_order(shop.click(anna.code), id=9_007_199_254_740_993)
    shop.hears("woocommerce", order)
    assert shop.entries(anna)[0]["order"] == "woocommerce:9007199254740993"


@pytest.mark.parametrize(
    ("items", "reward"),
    [(0, 0), (1, 0), (4, 0), (5, 1), (14, 1), (15, 2), (999_999_999_999, 100_000_000_000)],
)
def test_half_a_cent_rounds_up_once(shop, items, reward):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben, items=items)
    assert shop.credit(anna) == reward


def test_yen_have_no_cents_and_dinars_have_thousandths(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    assert (
        shop.order("yen", ben, items=10_000, currency="JPY", fx_rate="0.0061")["order"]["kept"]
        == 6_100
    )
    assert (
        shop.order("dinar", ben, items=10_000, currency="KWD", fx_rate="3.01")["order"]["kept"]
        == 3_010
    )


def test_credit_that_paid_a_part_of_an_order_earns_nothing_again(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    assert shop.order("one", ben, items=10_000, credit_used=2_500)["order"]["kept"] == 7_500
    assert shop.credit(anna) == 750


def test_a_shop_in_another_time_zone_tells_the_same_instant(shop):
    shop.publish(hold_days=1, time_zone="Pacific/Auckland")
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    shop.order(
        "one", ben, paid_at="2026-03-01T00:30:00+13:00", completed_at="2026-03-01T00:30:00+13:00"
    )
    (entry,) = shop.entries(anna)
    assert entry["available_on"] == "2026-03-02T00:00:00Z"


def test_a_member_may_change_login_and_mailbox_and_keeps_everything(shop):
    anna = shop.member("anna", email=f"{shop.mark}@example.com")
    ben = shop.friend_of(anna, "ben")
    shop.order("one", ben)
    renamed = done(
        shop.ask(
            "PUT",
            f"/v1/members/{anna.id}",
            {"login": f"{anna.login}-new", "email": f"new-{shop.mark}@example.com"},
        )
    )
    assert (renamed["code"], renamed["balance"], renamed["login"]) == (
        anna.code,
        1000,
        f"{anna.login}-new",
    )
    assert shop.member("another", login=anna.login).id != anna.id
    late = shop.member("late", referrer_login=f"{anna.login}-new")
    assert shop.profile(late)["referred_by"] == anna.id


def test_a_history_in_pages_is_the_whole_history_once(shop):
    anna = shop.member("anna")
    ben = shop.friend_of(anna, "ben")
    for number in range(7):
        shop.order(f"order{number}", ben)
    pages = shop.listed(f"/v1/members/{anna.id}/entries", limit=3)
    assert pages == shop.entries(anna)
    assert [entry["balance_after"] for entry in pages] == [1000 * count for count in range(1, 8)]
