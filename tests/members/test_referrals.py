"""Referrals by hand: staff makes one and ends one, and takes the advocate's rewards back or not."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from shared.domain.document import InvalidDocument
from shared.domain.ledger.owner import Owner
from shared.domain.staff_action import StaffAction
from shared.jobs.expiry import expire_account
from shared.members import referrals
from shared.members.profile import credit_at, load_profile
from shared.members.referral_clawback import finish_clawback
from shared.members.referrals import NOTHING, UNSPENT, LoginPair
from shared.problem import Conflict, NotFound
from shared.store import engine
from shared.store.ledger.accounts import all_entries
from shared.store.programs.audit_log import list_audit_lines
from shared.store.reconciliation import verify
from shared.wallet.holds import Checkout, capture_hold, hold_credit
from tests.support.shop import PLAIN, Shop


@pytest.fixture
def shop(tables):
    shop = Shop(**PLAIN)
    for name in ("Anna", "Bert", "Ines"):
        shop.member(name)
    yield shop
    assert verify()["differences"] == []


def refer(shop, advocate="anna", friend="ines"):
    return referrals.make_referral(
        LoginPair(advocate, friend),
        StaffAction("ak_012345", "referral_made", shop.at, "Told by phone"),
    )


def end(shop, edge, take_back=NOTHING):
    return referrals.end_referral(
        edge.id, take_back, StaffAction("ak_012345", "referral_ended", shop.at, "Told in error")
    )


def order(shop, name, items=10_000, buyer="Ines", **facts):
    return shop.order(name, items, customer={"id": buyer}, **facts)


def refusal(make) -> str:
    with pytest.raises(Conflict) as caught:
        make()
    return caught.value.code


class TestMaking:
    def test_the_next_order_rewards_the_advocate(self, shop):
        order(shop, "before")
        refer(shop)
        order(shop, "after")
        assert (shop.rewards("before"), shop.rewards("after")) == ({}, {"Anna": 1_000})

    def test_a_customer_of_long_ago_may_be_referred_by_staff(self, shop):
        order(shop, "old")
        shop.later(days=100)
        refer(shop)
        order(shop, "new", placed_at=shop.now())
        assert shop.rewards("new") == {"Anna": 1_000}

    @pytest.mark.parametrize(
        ("pair", "fields"),
        [(("x", "ines"), ["advocate_login"]), (("x", "y"), ["advocate_login", "friend_login"])],
    )
    def test_a_login_nobody_has_is_named(self, shop, pair, fields):
        with pytest.raises(InvalidDocument) as caught:
            refer(shop, *pair)
        assert [fault.field for fault in caught.value.faults] == fields

    def test_nobody_brings_themselves(self, shop):
        assert refusal(lambda: refer(shop, "anna", "anna")) == "self_referral"
        shop.member("Twin1", email="twin@example.com")
        shop.member("Twin2", email="Twin@example.com")
        assert refusal(lambda: refer(shop, "twin1", "twin2")) == "self_referral"

    def test_a_friend_has_one_advocate(self, shop):
        edge = refer(shop)
        assert refusal(lambda: refer(shop, "bert")) == "second_advocate"
        end(shop, edge)
        refer(shop, "bert")
        order(shop, "1")
        assert shop.rewards("1") == {"Bert": 1_000}

    def test_a_circle_is_refused_however_long(self, shop):
        refer(shop, "anna", "bert")
        refer(shop, "bert", "ines")
        assert refusal(lambda: refer(shop, "ines", "anna")) == "circle"
        assert refusal(lambda: refer(shop, "bert", "anna")) == "circle"

    def test_a_code_cannot_close_a_circle_over_an_edge_made_above(self, shop):
        """The upline that Ines has stored is older than Bert's referral."""
        refer(shop, "bert", "ines")
        refer(shop, "anna", "bert")
        evaluation = order(shop, "1", buyer="Anna", code=load_profile("Ines").member.code)
        assert [piece.lost for piece in evaluation.context.evidence] == ["circle"]

    def test_two_edges_at_once_never_close_a_circle(self, shop):
        def attempt(pair):
            try:
                return refer(shop, *pair)
            except Conflict as conflict:
                assert conflict.code in ("circle", "second_advocate")

        with ThreadPoolExecutor(3) as pool:
            made = list(pool.map(attempt, [("anna", "bert"), ("bert", "ines"), ("ines", "anna")]))
        assert len([edge for edge in made if edge]) == 2

    def test_it_is_logged_with_its_reason_and_ids_alone(self, shop):
        edge = refer(shop)
        (line,) = list_audit_lines(9)[0]
        assert (line["what"], line["reason"]) == ("referral_made", "Told by phone")
        assert line["subject"] == {"referral": edge.id, "advocate": "Anna", "friend": "Ines"}


class TestEnding:
    def test_past_orders_stay_and_the_next_earns_nothing(self, shop):
        edge = refer(shop)
        order(shop, "1")
        ended = end(shop, edge)
        order(shop, "2")
        assert (ended.state, shop.rewards("1"), shop.refusals("2")) == (
            "ended",
            {"Anna": 1_000},
            ["no_referral"],
        )
        assert load_profile("Ines").member.referral is None

    def test_the_friends_volume_leaves_the_advocate_and_stays_away(self, shop):
        edge = refer(shop)
        refer(shop, "anna", "bert")
        order(shop, "1")
        order(shop, "2", 3_000, buyer="Bert")
        end(shop, edge)
        assert shop.volume("Anna") == 3_000
        order(shop, "1", refunds=[{"id": "r", "amount": 4_000}])
        assert (shop.volume("Anna"), shop.rewards("1")) == (3_000, {"Anna": 600})

    def test_ending_again_changes_nothing(self, shop):
        edge = refer(shop)
        order(shop, "1")
        end(shop, edge)
        shop.later(days=1)
        assert end(shop, edge, UNSPENT).ended_at < shop.at
        assert (shop.balance("Anna"), len(list_audit_lines(9)[0])) == (1_000, 2)

    def test_an_edge_that_never_was_is_unknown(self, shop):
        with pytest.raises(NotFound):
            referrals.end_referral("nothing", NOTHING, StaffAction("ak", "referral_ended", shop.at))

    def test_the_chain_below_finds_its_way_anew(self, shop):
        shop.publish(credit={"system": "levels", "levels": [{"percent": "10"}, {"percent": "5"}]})
        refer(shop, "bert", "ines")
        edge = refer(shop, "anna", "bert")
        order(shop, "1")
        end(shop, edge)
        order(shop, "2")
        assert (shop.rewards("1"), shop.rewards("2")) == (
            {"Bert": 1_000, "Anna": 500},
            {"Bert": 1_000},
        )


class TestTakingBack:
    def spend(self, shop, amount):
        capture_hold(hold_credit(Checkout("Anna", "cart", amount), shop.at).id, None, shop.at)

    def test_what_is_unspent_is_taken_back_with_the_date_it_came_with(self, shop):
        edge = refer(shop)
        order(shop, "1")
        end(shop, edge, UNSPENT)
        reward, clawback = all_entries("Anna", "EUR")
        assert (clawback.kind, clawback.amount, clawback.reason["code"], clawback.order) == (
            "clawback",
            -1_000,
            "referral_ended",
            "1",
        )
        assert clawback.available_on == reward.available_on

    def test_never_more_than_is_left(self, shop):
        edge = refer(shop)
        order(shop, "1")
        self.spend(shop, 700)
        end(shop, edge, UNSPENT)
        assert (shop.balance("Anna"), shop.rewards("1")) == (0, {"Anna": 700})

    def test_pending_credit_is_taken_first_so_that_the_available_stays_above_zero(self, shop):
        shop.publish(**PLAIN, hold_days=10)
        edge = refer(shop)
        order(shop, "1")
        shop.later(days=20)
        self.spend(shop, 700)
        order(shop, "2", 4_000)
        end(shop, edge, UNSPENT)
        assert credit_at(load_profile("Anna").account, shop.at) == (0, {})
        assert (shop.rewards("1"), shop.rewards("2")) == ({"Anna": 700}, {})

    def test_nor_what_is_set_aside_for_a_checkout(self, shop):
        edge = refer(shop)
        order(shop, "1")
        hold = hold_credit(Checkout("Anna", "cart", 400), shop.at)
        end(shop, edge, UNSPENT)
        assert shop.balance("Anna") == 400
        capture_hold(hold.id, None, shop.at)
        assert shop.balance("Anna") == 0

    def test_nor_more_than_this_friend_brought(self, shop):
        edge = refer(shop)
        refer(shop, "anna", "bert")
        order(shop, "1")
        order(shop, "2", 5_000, buyer="Bert")
        end(shop, edge, UNSPENT)
        assert (shop.balance("Anna"), shop.rewards("2")) == (500, {"Anna": 500})

    def test_a_debt_takes_back_nothing(self, shop):
        edge = refer(shop)
        order(shop, "1")
        self.spend(shop, 1_000)
        order(shop, "1", refunds=[{"id": "r", "amount": 5_000}])
        end(shop, edge, UNSPENT)
        assert shop.balance("Anna") == -500

    def test_pending_credit_is_taken_too(self, shop):
        shop.publish(**PLAIN, hold_days=14)
        edge = refer(shop)
        order(shop, "1")
        end(shop, edge, UNSPENT)
        assert shop.balance("Anna") == 0

    def test_it_is_due_no_more_whatever_arrives_later(self, shop):
        edge = refer(shop)
        order(shop, "1")
        order(shop, "2")
        end(shop, edge, UNSPENT)
        for facts in (
            {"disputed": True},
            {"disputed": False},
            {"refunds": [{"id": "r", "amount": 3_000}]},
        ):
            shop.later(minutes=1)
            order(shop, "1", **facts)
        assert shop.balance("Anna") == 0

    def test_it_frees_the_room_it_used(self, shop):
        shop.publish(**PLAIN, rules={"max_per_advocate": {"amount": 1_200}})
        edge = refer(shop)
        order(shop, "1")
        end(shop, edge, UNSPENT)
        refer(shop, "anna", "bert")
        order(shop, "2", buyer="Bert")
        assert shop.rewards("2") == {"Anna": 1_000}

    def test_more_orders_than_a_transaction_holds_are_taken_back_all_the_same(
        self, shop, monkeypatch
    ):
        monkeypatch.setattr("shared.members.referral_clawback.MOST_ORDERS", 2)
        edge = refer(shop)
        for number in range(5):
            order(shop, f"O{number}")
        assert end(shop, edge, UNSPENT).take_back == {"EUR": 1_000}
        assert shop.balance("Anna") == 1_000
        assert finish_clawback(edge.id, shop.at) is True
        assert shop.balance("Anna") == 0

    def test_it_goes_on_page_by_page(self, shop, monkeypatch):
        monkeypatch.setattr("shared.members.referral_clawback.MOST_ORDERS", 1)
        edge = refer(shop)
        for number in range(6):
            order(shop, f"O{number}")
        end(shop, edge, UNSPENT)
        assert finish_clawback(edge.id, shop.at, 3) is False
        assert shop.balance("Anna") == 1_000
        assert finish_clawback(edge.id, shop.at, 3) is True
        assert shop.balance("Anna") == 0

    def test_it_leaves_the_room_of_each_window_right(self, shop):
        edge = refer(shop)
        order(shop, "1")
        limit = {"amount": 2_000}
        shop.publish(**PLAIN, rules={"max_per_advocate": limit})
        order(shop, "2")
        since = {**limit, "from": "2026-03-01T12:00:00Z"}
        shop.publish(**PLAIN, rules={"max_per_advocate": since})
        order(shop, "3")
        end(shop, edge, UNSPENT)
        refer(shop, "anna", "bert")
        order(shop, "4", buyer="Bert", items=20_000)
        assert shop.rewards("4") == {"Anna": 2_000}

    def test_what_expired_unspent_is_not_taken_once_more(self, shop):
        shop.publish(**PLAIN, wallet={"expires_after_days": 30})
        edge = refer(shop)
        order(shop, "1")
        shop.later(days=40)
        expire_account(Owner("Anna", "EUR"), load_profile("Anna").program, shop.at)
        order(shop, "2")
        shop.publish(**PLAIN)
        refer(shop, "anna", "bert")
        order(shop, "3", buyer="Bert")
        end(shop, edge, UNSPENT)
        assert shop.balance("Anna") == 1_000
        shop.later(days=1)
        order(shop, "2", refunds=[{"id": "r", "amount": 10_000}])
        assert shop.balance("Anna") == 1_000

    @pytest.mark.parametrize("writes", [1, 2])
    def test_one_that_is_cut_off_is_finished_by_the_event(self, shop, monkeypatch, writes):
        monkeypatch.setattr("shared.members.referral_clawback.MOST_ORDERS", 2)
        monkeypatch.setattr("shared.members.referrals.AT_ONCE", 9)
        edge = refer(shop)
        for number in range(6):
            order(shop, f"O{number}")
        die_after(writes, lambda: end(shop, edge, UNSPENT))
        assert shop.balance("Anna") == 6_000 - 2_000 * writes
        finish_clawback(edge.id, shop.at)
        finish_clawback(edge.id, shop.at)
        assert shop.balance("Anna") == 0

    def test_what_was_spent_before_it_goes_on_stays_spent(self, shop, monkeypatch):
        monkeypatch.setattr("shared.members.referral_clawback.MOST_ORDERS", 1)
        edge = refer(shop)
        order(shop, "1")
        order(shop, "2")
        die_after(1, lambda: end(shop, edge, UNSPENT))
        self.spend(shop, 600)
        finish_clawback(edge.id, shop.at)
        assert shop.balance("Anna") == 0

    def test_orders_at_the_very_moment_of_the_end_keep_the_books_right(self, shop):
        edge = refer(shop)
        with ThreadPoolExecutor(6) as pool:
            orders = [pool.submit(order, shop, f"O{number}") for number in range(5)]
            ended = pool.submit(end, shop, edge, UNSPENT)
            for done in (*orders, ended):
                done.result()
        assert (shop.balance("Anna"), shop.volume("Anna")) == (0, 0)


class Died(Exception):
    """The function was killed."""


def die_after(writes: int, call) -> None:
    """Makes a call that is killed after so many transactions."""
    events, left = engine.connection().client.meta.events, [writes]

    def hook(**_):
        left[0] -= 1
        if left[0] < 0:
            raise Died

    events.register("before-send.dynamodb.TransactWriteItems", hook)
    try:
        with pytest.raises(Died):
            call()
    finally:
        events.unregister("before-send.dynamodb.TransactWriteItems", hook)
