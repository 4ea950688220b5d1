"""What a shop sees in an order before it pays for it."""

import pytest

from shared.api.answers import order_answer
from tests.support.shop import PLAIN, Shop
from tests.support.suspicious_orders import (
    HOLDS,
    credit_now,
    review_state,
    same_card,
    signal_codes,
    waiting_reviews,
)


@pytest.fixture
def shop(tables):
    """A shop that looks before it pays."""
    return Shop(**PLAIN, review=HOLDS)


class TestWhatIsSeen:
    def test_the_advocates_card_pays_for_the_friend(self, shop, anna):
        assert signal_codes(same_card(shop)) == ["same_payment"]

    def test_another_card_is_nothing_to_see(self, shop, anna):
        shop.order("own", customer={"id": "Anna"}, payment_fingerprint="fp_anna")
        shop.member("Ben", referrer_login="anna")
        told = shop.order("one", customer={"id": "Ben"}, payment_fingerprint="fp_ben")
        assert (signal_codes(told), review_state(told), credit_now(shop)) == ([], None, (1_000, {}))

    def test_the_friend_comes_with_a_browser_that_the_advocate_bought_with(self, shop, anna):
        shop.click("a" * 22, anna.code)
        shop.order("own", customer={"id": "Anna"}, ref_token="a" * 22)
        shop.later(minutes=1)
        assert signal_codes(shop.order("one", customer={"id": "Ben"}, ref_token="a" * 22)) == [
            "own_browser"
        ]

    def test_the_friend_signs_up_in_a_browser_that_the_advocate_signed_up_in(self, shop, anna):
        shop.click("z" * 22, anna.code)
        shop.member("Zoe", ref_token="z" * 22)
        shop.member("Ben", ref_token="z" * 22, referrer_login="zoe")
        shop.later(minutes=1)
        assert signal_codes(shop.order("one", customer={"id": "Ben"})) == ["own_browser"]

    def test_a_token_that_followed_no_link_is_no_browser(self, shop, anna):
        for name, form in (("Anna", {}), ("Ben", {"referrer_login": "anna"})):
            assert shop.member(name, ref_token="made-up", **form).browsers == ()

    @pytest.mark.parametrize(
        ("seconds", "found"), [(0, ["instant_click"]), (4.999, ["instant_click"]), (5, [])]
    )
    def test_a_link_followed_less_than_5_seconds_before_the_order(self, shop, anna, seconds, found):
        shop.click("c" * 22, anna.code)
        shop.later(seconds=seconds)
        assert (
            signal_codes(
                shop.order("one", customer={"id": "Ben"}, ref_token="c" * 22, placed_at=shop.now())
            )
            == found
        )

    def test_many_friends_within_an_hour(self, shop, anna):
        for minutes, name in ((0, "Ben"), (30, "Carl"), (29, "Dora"), (60, "Emil")):
            shop.later(minutes=minutes)
            shop.member(name, referrer_login="anna")
        found = {
            name: signal_codes(shop.order(f"of {name}", customer={"id": name}))
            for name in ("Ben", "Carl", "Dora", "Emil")
        }
        assert found == {
            "Ben": ["many_sign_ups"],
            "Carl": ["many_sign_ups"],
            "Dora": ["many_sign_ups"],
            "Emil": [],
        }

    def test_guests_who_are_bound_by_their_orders_sign_up_too(self, shop, anna):
        told = [
            shop.order(name, customer={"id": name}, code=anna.code)
            for name in ("Ben", "Carl", "Dora")
        ]
        assert [signal_codes(one) for one in told] == [[], [], ["many_sign_ups"]]

    def test_who_is_the_same_person_is_refused_whatever_the_program_says(self, shop, anna):
        told = shop.order("own", customer={"id": "Anna"}, code=anna.code)
        assert (signal_codes(told), shop.refusals("own"), review_state(told)) == (
            ["same_member"],
            ["self_referral"],
            None,
        )
        shop.member("Bea", email="bea@example.com")
        shop.member("Ben", email="Bea@example.com", referrer_login="bea")
        told = shop.order("one", customer={"id": "Ben"})
        assert (signal_codes(told), shop.refusals("one"), review_state(told)) == (
            ["same_email"],
            ["self_referral"],
            None,
        )


class TestAShopThatAskedForNothing:
    @pytest.fixture
    def shop(self, tables):
        return Shop()

    def test_signals_are_shown_and_nothing_is_held(self, shop, anna):
        told = same_card(shop)
        shown = order_answer(*told)
        assert (credit_now(shop), shown["review"], waiting_reviews()) == ((1_000, {}), None, [])
        text = "The buyer paid with a card or account that the advocate has used too"
        assert shown["signals"] == [{"code": "same_payment", "grade": "allow", "text": text}]

    def test_many_friends_within_an_hour_are_not_even_counted(self, shop, anna):
        for name in ("Ben", "Carl", "Dora"):
            shop.member(name, referrer_login="anna")
            assert signal_codes(shop.order(f"of {name}", customer={"id": name})) == []
