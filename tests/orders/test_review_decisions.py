"""What the signals hold, and how a review ends."""

import pytest

from shared.api.answers import order_answer
from shared.members import blocking, referrals
from shared.members.erasure import erase_member
from shared.members.profile import credit_at, load_profile
from shared.members.referrals import UNSPENT
from shared.orders import reviews
from shared.orders.evaluate import find_order
from shared.orders.reviews import APPROVED, REFUSED
from shared.problem import Conflict, NotFound
from shared.store import engine, keys
from shared.store.attributions.links import VisitorItem
from shared.store.programs import audit_log
from shared.store.reconciliation import verify
from tests.support.shop import PLAIN, Shop
from tests.support.suspicious_orders import (
    HOLDS,
    REFUSES,
    credit_now,
    entry_lines,
    review_state,
    same_card,
    staff_action,
    waiting_reviews,
)


@pytest.fixture
def shop(tables):
    """A shop that looks before it pays."""
    return Shop(**PLAIN, review=HOLDS)


class TestHeld:
    def test_it_is_pending_without_a_date(self, shop, anna):
        told = same_card(shop)
        assert review_state(told) == "held"
        assert [row["available_on"] for row in order_answer(*told)["rewards"]] == [None]
        assert (shop.balance("Anna"), credit_now(shop)) == (1_000, (0, {None: 1_000}))
        assert entry_lines() == [("reward", 1_000, None, "referral")]
        assert waiting_reviews() == [("one", "Anna", "Ben", 1_000)]
        shop.later(days=400)
        assert credit_now(shop) == (0, {None: 1_000})

    def test_a_look_at_an_earlier_instant_knows_what_was_held_then(self, shop, anna):
        same_card(shop)
        before = shop.at
        shop.later(days=1)
        reviews.decide_review("one", APPROVED, staff_action(shop))
        assert (credit_at(load_profile("Anna").account, before), credit_now(shop)) == (
            (0, {None: 1_000}),
            (1_000, {}),
        )

    def test_told_again_it_changes_nothing(self, shop, anna):
        same_card(shop)
        before = verify()["entries"]
        same_card(shop)
        assert (verify()["entries"], waiting_reviews()) == (before, [("one", "Anna", "Ben", 1_000)])

    def test_a_refund_takes_from_what_has_no_date(self, shop, anna):
        same_card(shop)
        shop.order("one", customer={"id": "Ben"}, refunds=[{"id": "re", "amount": 2_500}])
        assert (credit_now(shop), entry_lines()[-1], waiting_reviews()) == (
            (0, {None: 750}),
            ("clawback", -250, None, "order_refunded"),
            [("one", "Anna", "Ben", 750)],
        )

    def test_a_block_forfeits_it(self, shop, anna):
        same_card(shop)
        blocking.block_member("Anna", staff_action(shop))
        assert (shop.balance("Anna"), credit_now(shop), waiting_reviews()) == (
            0,
            (0, {}),
            [("one", "Anna", "Ben", 0)],
        )
        reviews.decide_review("one", APPROVED, staff_action(shop))
        assert (shop.balance("Anna"), waiting_reviews()) == (0, [])

    def test_a_referral_that_ends_takes_it_back(self, shop, anna):
        same_card(shop)
        referrals.end_referral(load_profile("Ben").member.referral.id, UNSPENT, staff_action(shop))
        assert (shop.balance("Anna"), credit_now(shop)) == (0, (0, {}))

    def test_the_buyers_own_reward_is_not_held(self, shop, anna):
        shop.publish(
            credit=PLAIN["credit"] | {"customer": {"percent": "5"}},
            friend={"bonus": {"fixed": 100}},
            review=HOLDS,
        )
        same_card(shop)
        assert (credit_now(shop, "Ben"), credit_now(shop)) == (
            (500, {None: 100}),
            (500, {None: 1_000}),
        )
        reviews.decide_review("one", REFUSED, staff_action(shop))
        assert (credit_now(shop, "Ben"), credit_now(shop)) == ((500, {}), (500, {}))

    def test_a_fingerprint_told_late_still_holds(self, shop, anna):
        shop.order("own", customer={"id": "Anna"}, payment_fingerprint="fp_anna")
        shop.member("Ben", referrer_login="anna")
        shop.order("one", customer={"id": "Ben"})
        assert credit_now(shop) == (1_000, {})
        shop.news(id="one", payment_fingerprint="fp_anna")
        assert (credit_now(shop), waiting_reviews()) == (
            (0, {None: 1_000}),
            [("one", "Anna", "Ben", 1_000)],
        )
        assert entry_lines()[1:] == [
            ("adjustment", -1_000, shop.at, "review_held"),
            ("adjustment", 1_000, None, "review_held"),
        ]

    def test_two_orders_that_turn_out_to_be_one_are_one_review(self, shop, anna):
        shop.order("own", customer={"id": "Anna"}, payment_fingerprint="fp_anna")
        shop.member("Ben", referrer_login="anna")
        sale = {
            "status": "completed",
            "currency": "EUR",
            "items_total": 10_000,
            "payment_fingerprint": "fp_anna",
        }
        shop.news(refs=["stripe:cs"], customer={"id": "Ben"}, **sale)
        shop.later(minutes=1)
        shop.news(id="one", refs=["stripe:cs"], customer={"id": "Ben"}, **sale)
        assert (credit_now(shop), waiting_reviews()) == (
            (0, {None: 1_000}),
            [("one", "Anna", "Ben", 1_000)],
        )
        shop.later(days=15)
        assert (reviews.decide_due(shop.at), credit_now(shop), waiting_reviews()) == (
            0,
            (1_000, {}),
            [],
        )


class TestApproved:
    def test_it_gets_its_date_once(self, shop, anna):
        same_card(shop)
        shop.later(days=1)
        for _ in range(2):
            reviews.decide_review("one", APPROVED, staff_action(shop))
        assert (credit_now(shop), waiting_reviews(), review_state(find_order("one", shop.at))) == (
            (1_000, {}),
            [],
            "approved",
        )
        assert entry_lines()[1:] == [
            ("adjustment", -1_000, None, "review_approved"),
            ("adjustment", 1_000, shop.at, "review_approved"),
        ]
        (change,), _ = audit_log.list_audit_lines(1)
        assert (change["what"], change["subject"], change["after"]) == (
            "review",
            {"order": "one"},
            {"review": "approved"},
        )
        assert change["reason"] == "They are sisters"

    def test_a_refund_after_it_carries_the_date(self, shop, anna):
        same_card(shop)
        reviews.decide_review("one", APPROVED, staff_action(shop))
        approved = shop.at
        shop.later(days=1)
        shop.order("one", customer={"id": "Ben"}, status="cancelled")
        assert (entry_lines()[-1], credit_now(shop)) == (
            ("clawback", -1_000, approved, "order_cancelled"),
            (0, {}),
        )

    def test_what_still_matures_keeps_the_date_that_it_would_have_had(self, shop, anna):
        shop.publish(**PLAIN, hold_days=14, review=HOLDS)
        same_card(shop, completed_at=shop.now())
        reviews.decide_review("one", APPROVED, staff_action(shop))
        assert [(str(date), amount) for date, amount in credit_now(shop)[1].items()] == [
            ("2026-03-16 00:00:00+00:00", 1_000)
        ]

    def test_it_cannot_be_refused_any_more(self, shop, anna):
        same_card(shop)
        reviews.decide_review("one", APPROVED, staff_action(shop))
        with pytest.raises(Conflict) as refused:
            reviews.decide_review("one", REFUSED, staff_action(shop))
        assert (refused.value.code, refused.value.more) == (
            "review_decided",
            {"verdict": "approved"},
        )


class TestRefused:
    def test_it_is_taken_back_for_good(self, shop, anna):
        same_card(shop)
        assert shop.volume("Anna") == 10_000
        for _ in range(2):
            reviews.decide_review("one", REFUSED, staff_action(shop))
        assert (
            credit_now(shop),
            shop.volume("Anna"),
            waiting_reviews(),
            review_state(find_order("one", shop.at)),
        ) == ((0, {}), 0, [], "refused")
        assert entry_lines()[1:] == [("clawback", -1_000, None, "review_refused")]
        assert shop.refusals("one") == ["review_refused"]

    def test_whatever_is_told_of_the_order_later(self, shop, anna):
        same_card(shop, refunds=[{"id": "re", "amount": 5_000}])
        reviews.decide_review("one", REFUSED, staff_action(shop))
        shop.later(minutes=1)
        same_card(shop, refunds=[{"id": "re", "amount": 5_000, "status": "failed"}])
        assert (shop.balance("Anna"), entry_lines()[-1][0]) == (0, "clawback")

    def test_at_once_where_the_program_says_so(self, tables, anna):
        shop = Shop(**PLAIN, review=REFUSES)
        told = same_card(shop)
        assert (
            shop.refusals("one"),
            shop.balance("Anna"),
            shop.volume("Anna"),
            review_state(told),
        ) == (["same_payment"], 0, 0, None)

    def test_at_once_by_a_fingerprint_told_late(self, tables, anna):
        shop = Shop(**PLAIN, review=REFUSES)
        shop.order("own", customer={"id": "Anna"}, payment_fingerprint="fp_anna")
        shop.member("Ben", referrer_login="anna")
        shop.order("one", customer={"id": "Ben"})
        shop.news(id="one", payment_fingerprint="fp_anna")
        assert (shop.refusals("one"), shop.balance("Anna"), entry_lines()[-1][3]) == (
            ["same_payment"],
            0,
            "same_payment",
        )


class TestTheDeadline:
    @pytest.mark.parametrize(
        ("says", "left", "verdict"), [("approve", 1_000, "approved"), ("refuse", 0, "refused")]
    )
    def test_does_what_the_program_says(self, tables, anna, says, left, verdict):
        shop = Shop(**PLAIN, review=HOLDS | {"deadline_days": 3, "at_deadline": says})
        same_card(shop)
        shop.later(days=3, seconds=-1)
        assert (reviews.decide_due(shop.at), waiting_reviews()) == (
            0,
            [("one", "Anna", "Ben", 1_000)],
        )
        shop.later(seconds=1)
        for _ in range(2):
            assert reviews.decide_due(shop.at) == 0
        assert (credit_now(shop), waiting_reviews()) == ((left, {}), [])
        (change,), _ = audit_log.list_audit_lines(1)
        assert (change["who"], change["after"], change["reason"]) == (
            "deadline",
            {"review": verdict},
            "Nobody decided within 3 days",
        )

    def test_later_terms_do_not_move_it(self, shop, anna):
        same_card(shop)
        shop.publish(**PLAIN, review=HOLDS | {"deadline_days": 1, "at_deadline": "refuse"})
        shop.later(days=2)
        reviews.decide_due(shop.at)
        assert waiting_reviews() == [("one", "Anna", "Ben", 1_000)]


def test_who_is_forgotten_leaves_no_browser_behind(shop, anna):
    shop.click("z" * 22, anna.code)
    assert shop.member("Zoe", ref_token="z" * 22).browsers == ("z" * 22,)
    erase_member("Zoe", staff_action(shop))
    assert load_profile("Zoe").member.browsers == ()
    visitor = keys.visitor("z" * 22)
    assert engine.find(VisitorItem, visitor) is None


def test_an_order_that_nobody_holds_has_no_review(shop, anna):
    shop.order("plain", customer={"id": "Anna"})
    for name in ("plain", "nobody's"):
        with pytest.raises(NotFound):
            reviews.decide_review(name, APPROVED, staff_action(shop))


def test_pages_begin_with_what_is_due_first(shop, anna):
    same_card(shop, "z")
    shop.later(days=1)
    same_card(shop, "a")
    first, last = reviews.list_waiting(1, "")
    second, end = reviews.list_waiting(1, last)
    assert [page.orders[0].id for page in (first, second)] == ["z", "a"]
    assert end is None
