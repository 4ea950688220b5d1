"""Orders told late, twice, under several names and by several people at once, over a true engine."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from shared.api.answers import order_answer
from shared.domain.staff_action import StaffAction
from shared.members import referrals
from shared.orders.evaluate import find_order
from shared.store.reconciliation import verify
from tests.support.shop import PLAIN

SESSION = {
    "refs": ["stripe:cs_1", "stripe:pi_1"],
    "status": "paid",
    "currency": "EUR",
    "items_total": 10_000,
}


def winner_of(told) -> str:
    return order_answer(*told)["winner"]["kind"]


class TestOneSaleUnderSeveralNames:
    def test_a_refund_of_the_payment_finds_the_order_of_the_session(self, shop, anna):
        shop.click("token", anna.code)
        shop.news(**SESSION, ref_token="token", id=None)
        shop.news(
            refs=["stripe:pi_1", "stripe:ch_1"],
            refunds=[{"id": "re_1", "amount": 2_500}],
            hint=True,
        )
        assert shop.rewards("stripe:cs_1") == {"Anna": 750}
        assert shop.rewards("stripe:ch_1") == {"Anna": 750}

    def test_a_refund_told_before_its_payment_waits_for_it(self, shop, anna):
        shop.click("token", anna.code)
        early = shop.news(
            refs=["stripe:pi_1"], refunds=[{"id": "re_1", "amount": 2_500}], hint=True
        )
        assert early.decision.state == "waiting"
        shop.news(**SESSION, ref_token="token")
        assert shop.rewards("stripe:cs_1") == {"Anna": 750}

    def test_a_bare_charge_never_earns_by_itself(self, shop, anna):
        shop.click("token", anna.code)
        shop.news(
            refs=["stripe:ch_1"],
            status="paid",
            currency="EUR",
            items_total=500,
            totals_rank=0,
            ref_token="token",
            hint=True,
        )
        assert shop.balance("Anna") == 0

    def test_the_shops_own_name_told_late_makes_one_order_of_two(self, shop, anna):
        shop.click("token", anna.code)
        shop.news(**SESSION, ref_token="token")
        shop.later(minutes=1)
        shop.news(**SESSION, ref_token="token", id="1001")
        assert shop.rewards("1001") == {"Anna": 1_000}
        assert shop.balance("Anna") == 1_000
        assert shop.volume("Anna") == 10_000
        shop.news(refs=["stripe:pi_1"], refunds=[{"id": "re_1", "amount": 10_000}], hint=True)
        assert shop.balance("Anna") == 0

    def test_an_order_that_became_another_is_no_earlier_purchase_of_its_buyer(self, shop, anna):
        """Also where the processor's clock is behind: paid, it says, before the click."""
        placed = {"placed_at": "2026-02-20T09:00:00Z"}
        shop.publish(**PLAIN, earn_on="paid", friend={"new_customers_only": True})
        shop.click("token", anna.code)
        shop.news(**SESSION, **placed, ref_token="token")
        shop.later(minutes=1)
        shop.news(**SESSION, **placed, ref_token="token", id="1001")
        assert shop.rewards("1001") == {"Anna": 1_000}

    def test_the_shop_and_the_processor_tell_of_one_order(self, shop, anna):
        shop.member("Ines", referrer_login="anna")
        shop.order("1001", customer={"id": "Ines"}, status="paid")
        shop.later(minutes=1)
        shop.news(**SESSION, id="1001")
        assert shop.balance("Anna") == 1_000


class TestWhoBroughtTheBuyer:
    def test_the_members_own_referral_is_stronger_than_a_code(self, shop, anna):
        bert = shop.member("Bert")
        shop.member("Ines", referrer_login="anna")
        told = shop.order("1", customer={"id": "Ines"}, code=bert.code)
        evidence = [(piece.kind, piece.advocate, piece.lost) for piece in told.context.evidence]
        assert evidence == [("referral", "Anna", None), ("code", "Bert", "weaker")]
        assert shop.rewards("1") == {"Anna": 1_000}

    def test_a_code_is_stronger_than_a_click_and_binds_the_guest(self, shop, anna):
        bert = shop.member("Bert")
        shop.click("token", bert.code)
        shop.order(
            "1", customer={"email": "ines@example.com"}, ref_token="token", code=anna.code.lower()
        )
        shop.order("2", customer={"email": "ines@example.com"})
        assert shop.rewards("1") == shop.rewards("2") == {"Anna": 1_000}

    def test_the_sign_that_bound_the_buyer_stays_the_winner_of_its_order(self, shop, anna):
        shop.click("token", anna.code)
        facts = {"customer": {"email": "ines@example.com"}, "ref_token": "token"}
        assert winner_of(shop.order("1", status="placed", **facts)) == "ref_token"
        assert winner_of(shop.order("1", **facts)) == "ref_token"
        assert winner_of(find_order("1", shop.at)) == "ref_token"
        assert winner_of(shop.order("2", **facts)) == "referral"

    def test_whoever_asks_again_is_shown_the_same_evidence(self, shop, anna):
        shop.member("Ines", referrer_login="anna")
        first = shop.order("1001", customer={"id": "Ines"})
        again = shop.order("1001", customer={"id": "Ines"})
        told = [order_answer(*found) for found in (first, again, find_order("1001", shop.at))]
        assert told[0]["winner"]["at"] is not None
        assert [answer["evidence"] for answer in told] == [told[0]["evidence"]] * 3

    def test_ones_own_code_is_refused_as_self_referral(self, shop, anna):
        shop.order("1", customer={"id": "Anna"}, code=anna.code)
        assert shop.refusals("1") == ["self_referral"]

    @pytest.mark.parametrize("registered_as", [None, "ines@example.com"])
    def test_who_orders_with_the_advocates_address_refers_themselves(self, shop, registered_as):
        shop.member("Bert", email="bert@example.com")
        shop.member(
            "Ines", referrer_login="bert", **({"email": registered_as} if registered_as else {})
        )
        shop.order("1", customer={"id": "Ines", "email": "Bert@example.com"})
        assert shop.refusals("1") == ["self_referral"]
        assert shop.balance("Bert") == 0

    @pytest.mark.parametrize("learned", [{}, {"email": "anna@example.com"}])
    def test_a_code_that_would_close_a_circle_binds_nobody(self, shop, anna, learned):
        ines = shop.member("Ines", referrer_login="anna")
        told = shop.order("1", customer={"id": "Anna", **learned}, code=ines.code)
        assert [piece.lost for piece in told.context.evidence] == ["circle"]
        assert shop.refusals("1") == ["no_referral"]

    def test_a_code_closes_no_circle_over_an_edge_that_ended(self, shop, anna):
        bert = shop.member("Bert", referrer_login="anna")
        ines = shop.member("Ines", referrer_login="bert")
        referrals.end_referral(
            bert.referral.id,
            referrals.NOTHING,
            StaffAction("ak_012345", "end", shop.at, "by mistake"),
        )
        shop.order("1", customer={"id": "Anna"}, code=ines.code)
        assert shop.rewards("1") == {"Ines": 1_000}

    def test_a_click_too_old_for_the_window_counts_no_more(self, shop, anna):
        shop.publish(**PLAIN, attribution={"window_days": 30})
        shop.click("old", anna.code)
        shop.later(days=31)
        told = shop.order("1", customer={"email": "late@example.com"}, ref_token="old")
        assert [piece.lost for piece in told.context.evidence] == ["expired"]

    def test_an_order_told_first_without_its_token_is_rewarded_when_the_token_comes(
        self, shop, anna
    ):
        shop.click("token", anna.code)
        shop.news(**SESSION, customer={"email": "guest@example.com"})
        assert shop.refusals("stripe:cs_1") == ["no_referral"]
        shop.later(minutes=1)
        shop.news(refs=["stripe:pi_1"], ref_token="token")
        assert shop.rewards("stripe:cs_1") == {"Anna": 1_000}

    def test_an_edge_made_later_moves_no_past_order(self, shop, anna):
        facts = {"customer": {"email": "guest@example.com"}}
        shop.order("1", **facts)
        shop.later(days=1)
        shop.member("Guest", email="guest@example.com", referrer_login="anna")
        shop.order("1", **facts)
        assert shop.rewards("1") == {}


class TestGuests:
    def test_a_guest_who_registers_keeps_the_advocate_and_past_orders(self, shop, anna):
        shop.click("token", anna.code)
        shop.order("1", customer={"email": "ines@example.com"}, ref_token="token")
        shop.later(days=1)
        ines = shop.member("Ines", email="ines@example.com")
        assert ines.public_id == "Ines"
        shop.order("2", customer={"id": "Ines"})
        shop.order(
            "1",
            customer={"email": "ines@example.com"},
            ref_token="token",
            refunds=[{"id": "r", "amount": 10_000}],
        )
        assert shop.rewards("1") == {}
        assert shop.rewards("2") == {"Anna": 1_000}

    def test_who_ordered_with_an_id_and_an_address_is_found_by_either(self, shop, anna):
        for number, customer in enumerate(
            (
                {"id": "Ines"},
                {"id": "Ines", "email": "ines@example.com"},
                {"email": "ines@example.com"},
            )
        ):
            shop.order(str(number), customer=customer, **({} if number else {"code": anna.code}))
        shop.order("3", customer={"id": "Zoe", "email": "zoe@example.com"}, code=anna.code)
        shop.order("4", customer={"email": "zoe@example.com"})
        assert [shop.rewards(str(number)) for number in range(5)] == [{"Anna": 1_000}] * 5

    def test_a_guest_goes_by_the_login_that_an_order_tells_first(self, shop, anna):
        for number, login in enumerate((None, "ines", "other")):
            customer = {"email": "ines@example.com"} | ({"login": login} if login else {})
            told = shop.order(str(number), customer=customer, code=anna.code)
        assert [row["reason"]["text"] for row in order_answer(*told)["rewards"]] == [
            "Income from referral program from ines"
        ]

    def test_a_visitor_with_neither_id_nor_address_is_known_by_the_token(self, shop, anna):
        shop.click("token", anna.code)
        shop.order("1", ref_token="token")
        assert shop.rewards("1") == {"Anna": 1_000}

    def test_a_token_nobody_gave_stands_for_nobody(self, shop, anna):
        told = shop.order("1", ref_token="invented")
        assert told.context.buyer is None
        assert shop.refusals("1") == ["no_referral"]


class TestWhatIsKept:
    def test_it_is_told_before_the_order_earns(self, shop, anna):
        def told(name: str, **facts) -> int | None:
            return order_answer(*shop.order(name, **{"status": "placed"} | facts))["order"]["kept"]

        assert told("1", discount_total=1_000, tax_total=1_710) == 9_000
        assert told("2", refunds=[{"id": "re_1", "amount": 2_500}]) == 7_500
        assert told("3", status="cancelled") == 0
        assert (told("4", currency="USD", fx_rate="0.5"), told("5", currency="USD")) == (
            5_000,
            None,
        )


class TestWhatIsNotWritten:
    def test_a_dry_run_answers_and_leaves_no_trace(self, shop, anna):
        shop.click("token", anna.code)
        told = shop.order(
            "1", keep=False, customer={"email": "ines@example.com"}, ref_token="token"
        )
        assert [(due.member, due.amount) for due in told.decision.outcome.dues] == [("Anna", 1_000)]
        assert shop.balance("Anna") == 0
        assert verify()["orders"] == 0

    def test_a_test_order_is_parked_and_makes_no_guest(self, shop, anna):
        shop.click("token", anna.code)
        told = shop.order("1", customer={"email": "ines@example.com"}, ref_token="token", test=True)
        assert told.decision.parked == "test_order"
        assert shop.balance("Anna") == 0

    def test_an_order_found_out_late_to_be_a_test_gives_everything_back(self, shop, anna):
        shop.member("Ines", referrer_login="anna")
        shop.order("1", customer={"id": "Ines"})
        shop.order("1", customer={"id": "Ines"}, test=True)
        assert (shop.balance("Anna"), shop.volume("Anna"), shop.rewards("1")) == (0, 0, {})


class TestTheNewestTelling:
    def test_a_second_put_at_the_same_instant_is_newer(self, shop, anna):
        shop.member("Ines", referrer_login="anna")
        shop.order("1", 10_000, customer={"id": "Ines"})
        shop.order("1", 8_000, customer={"id": "Ines"})
        assert shop.balance("Anna") == 800

    def test_an_order_may_be_sent_back_as_it_was_answered(self, shop, anna):
        shop.member("Ines", referrer_login="anna")
        told = shop.order("1", customer={"id": "Ines"}, refunds=[{"id": "r", "amount": 1_000}])
        answered = order_answer(*told)["order"]
        back = shop.order(
            "1", **answered | {"refunds": [*answered["refunds"], {"id": "s", "amount": 4_000}]}
        )
        assert order_answer(*back)["order"]["kept"] == 5_000
        assert shop.rewards("1") == {"Anna": 500}

    def test_an_older_telling_does_not_replace_a_newer_one(self, shop, anna):
        shop.member("Ines", referrer_login="anna")
        shop.news(id="1", customer={"id": "Ines"}, status="paid", currency="EUR", items_total=8_000)
        shop.news(
            shop.at - timedelta(days=1),
            id="1",
            customer={"id": "Ines"},
            status="paid",
            currency="EUR",
            items_total=10_000,
        )
        assert shop.balance("Anna") == 800


class TestAtOnce:
    def test_twenty_orders_at_once_never_pass_a_cap(self, shop, anna):
        shop.publish(**PLAIN, earn_on="paid", rules={"max_per_advocate": {"amount": 500}})
        for number in range(20):
            shop.member(f"F{number}", referrer_login="anna")
        with ThreadPoolExecutor(8) as pool:
            list(
                pool.map(
                    lambda number: shop.order(f"O{number}", 1_000, customer={"id": f"F{number}"}),
                    range(20),
                )
            )
        assert shop.balance("Anna") == 500

    def test_one_order_told_ten_times_at_once_pays_once(self, shop, anna):
        shop.member("Ines", referrer_login="anna")
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda _: shop.order("1", customer={"id": "Ines"}), range(10)))
        assert shop.balance("Anna") == 1_000

    def test_two_first_orders_at_once_are_one_payment(self, shop, anna):
        shop.publish(**PLAIN, earn_on="paid", rules={"total_payments": 1})
        shop.member("Ines", referrer_login="anna")
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda name: shop.order(name, customer={"id": "Ines"}), ("1", "2")))
        assert shop.balance("Anna") == 1_000
