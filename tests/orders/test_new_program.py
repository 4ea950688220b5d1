"""What another version of the program moves, and what it leaves as it was."""

from shared.store.reconciliation import verify
from tests.support.shop import PLAIN


class TestANewProgram:
    def test_it_moves_no_past_order(self, shop, anna):
        shop.member("Ines", referrer_login="anna")
        shop.order("1", customer={"id": "Ines"})
        shop.publish(credit={"system": "levels", "levels": [{"percent": "50"}]}, earn_on="paid")
        shop.order("1", customer={"id": "Ines"}, refunds=[{"id": "r", "amount": 5_000}])
        shop.order("2", customer={"id": "Ines"})
        assert shop.rewards("1") == {"Anna": 500}
        assert shop.rewards("2") == {"Anna": 5_000}

    def test_an_order_stays_in_or_out_of_a_caps_window_whenever_its_moment_is_told(
        self, shop, anna
    ):
        shop.member("Ines", referrer_login="anna")
        limit = {"amount": 1_500, "until": "2026-04-01T00:00:00Z"}
        shop.publish(
            **PLAIN, earn_on="completed", rules={"max_per_advocate": limit, "total_days": 60}
        )
        facts = {"customer": {"id": "Ines"}, "paid_at": "2026-03-20T00:00:00Z"}
        shop.order("1", 20_000, **facts, completed_at="2026-04-02T00:00:00Z")
        shop.later(minutes=1)
        shop.order("1", 20_000, **facts, completed_at="2026-03-30T00:00:00Z")
        shop.order("2", 20_000, **facts, completed_at="2026-03-30T00:00:00Z")
        assert (shop.rewards("1"), shop.rewards("2")) == ({"Anna": 2_000}, {"Anna": 1_500})
        assert verify()["differences"] == []

    def test_the_days_since_sign_up_follow_the_moment_that_is_told_late(self, shop, anna):
        shop.member("Ines", referrer_login="anna")
        shop.publish(**PLAIN, earn_on="completed", rules={"total_days": 30})
        facts = {"customer": {"id": "Ines"}, "paid_at": "2026-03-20T00:00:00Z"}
        shop.order("1", **facts, completed_at="2026-04-02T00:00:00Z")
        assert shop.refusals("1") == ["after_total_days"]
        shop.later(minutes=1)
        shop.order("1", **facts, completed_at="2026-03-30T00:00:00Z")
        assert shop.rewards("1") == {"Anna": 1_000}

    def test_a_limit_that_comes_later_counts_what_was_earned_before(self, shop, anna):
        shop.member("Ines", referrer_login="anna")
        shop.order("1", customer={"id": "Ines"})
        shop.publish(**PLAIN, earn_on="paid", rules={"max_per_advocate": {"amount": 1_200}})
        shop.order("2", customer={"id": "Ines"})
        assert shop.rewards("2") == {"Anna": 200}

    def test_another_currency_begins_another_account(self, shop, anna):
        shop.member("Ines", referrer_login="anna")
        shop.order("1", customer={"id": "Ines"})
        shop.publish(**PLAIN, earn_on="paid", currency="USD")
        shop.order("2", customer={"id": "Ines"}, currency="USD")
        shop.order("1", customer={"id": "Ines"}, refunds=[{"id": "r", "amount": 10_000}])
        assert shop.balance("Anna") == 1_000
        assert shop.rewards("1") == {}
