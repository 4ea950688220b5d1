"""The page of a member in tabs: own orders with their reasons, friends with what is missing, the tree
with its sums, notes; and somebody who is enrolled by hand.
"""

import json
from datetime import timedelta

import pytest

from functions import serve_console_members, serve_console_privacy
from shared.console.member_orders import list_member_orders
from shared.console.member_tree import MOST_OPENED, load_tree
from shared.members.notes import MOST_NOTES
from shared.members.profile import load_profile
from shared.portal.friends import load_friends
from shared.store.programs import audit_log
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.counted_reads import counted_reads
from tests.support.followed_ledger import follow_ledger
from tests.support.shop import NOON, Shop

ONE, LIST = "/console/members/{id}", "/console/members"
TERMS = {"credit": {"system": "levels", "levels": [{"percent": "10"}, {"percent": "5"}]}}


@pytest.fixture
def shop(tables, monkeypatch):
    """Anna recommended Ben, Ben recommended Cleo."""
    open_console(monkeypatch)
    shop = Shop(**TERMS)
    anna = shop.member("Anna")
    ben = shop.member("Ben", code=anna.code)
    shop.member("Cleo", code=ben.code)
    return shop


@pytest.fixture
def manager(shop):
    return Visitor("manager", at=NOON + timedelta(hours=1))


def look(visitor, member, **query):
    follow_ledger()
    answered = visitor.get(
        serve_console_members.handler, f"GET {ONE}", path={"id": member}, query=query or None
    )
    assert answered.status == 200, answered.text
    return text_of(answered.text)


def send(visitor, member, **form):
    return visitor.post(serve_console_members.handler, f"POST {ONE}", form, path={"id": member})


class TestOrders:
    def test_an_order_says_what_it_earned_whom(self, shop, manager):
        shop.order("1", 10_000, customer={"id": "Cleo"})
        text = look(manager, "Cleo", tab="orders")
        assert "Order 1 Rewarded €100.00 €10.00 for ben , level 1" in text
        assert "€5.00 for anna , level 2" in text
        assert "Order 1" not in look(manager, "Ben", tab="orders")

    def test_an_order_that_waits_says_for_what(self, shop, manager):
        shop.order("1", 10_000, customer={"id": "Ben"}, status="paid")
        text = look(manager, "Ben", tab="orders")
        assert "Why not yet: rewards are posted once the order is completed." in text

    def test_a_refusal_names_whom_it_refuses_and_why(self, shop, manager):
        shop.publish(**TERMS, rules={"payment_minimum": 50_000})
        shop.order("1", 10_000, customer={"id": "Ben"})
        shop.order("2", 10_000, customer={"id": "Anna"})
        text = look(manager, "Ben", tab="orders")
        assert "anna : No reward:" in text and "below the minimum" in text
        assert "No reward:" in look(manager, "Anna", tab="orders")

    def test_an_order_that_got_another_buyer_leaves_the_list(self, shop, manager):
        shop.order("1", 10_000, customer={"id": "Ben"})
        shop.later(minutes=1)
        shop.order("1", 10_000, customer={"id": "Cleo"})
        assert "Order 1" not in look(manager, "Ben", tab="orders")
        assert "Order 1" in look(manager, "Cleo", tab="orders")

    def test_a_page_costs_three_requests(self, shop):
        for number in range(30):
            shop.order(f"o{number}", 10_000, customer={"id": "Cleo"})
        follow_ledger()
        member = load_profile("Cleo").member
        with counted_reads() as reads:
            first = list_member_orders(member.id, "en", 20, "")
        assert reads.requests <= 3
        rest = list_member_orders(member.id, "en", 20, first.last)
        assert len(first.rows) == 20 and len(rest.rows) == 10 and rest.last is None
        assert first.total and first.total.number == 30


class TestFriends:
    def test_staff_reads_why_a_friend_earned_nothing_yet(self, shop, manager):
        assert "Why not yet? This friend hasn't ordered yet." in look(manager, "Ben", tab="friends")
        shop.publish(**TERMS, rules={"payment_minimum": 50_000})
        shop.order("1", 10_000, customer={"id": "Cleo"})
        text = look(manager, "Ben", tab="friends")
        assert "Why not yet? No reward:" in text and "below the minimum" in text

    def test_a_friend_who_bought_shows_for_how_much(self, shop, manager):
        shop.order("1", 10_000, customer={"id": "Cleo"})
        assert "cleo Has bought" in (text := look(manager, "Ben", tab="friends"))
        assert "€100.00 in purchases" in text

    def test_a_page_costs_three_requests(self, shop):
        for number in range(30):
            shop.member(f"F{number}", referrer_login="anna")
        anna = load_profile("Anna").member
        with counted_reads() as reads:
            friends, last = load_friends(anna.id, "EUR", 25, "")
        assert (reads.requests, len(friends)) == (2, 25) and last


class TestTree:
    def test_each_level_has_its_sum(self, shop, manager):
        shop.order("1", 10_000, customer={"id": "Ben"})
        shop.order("2", 4_000, customer={"id": "Cleo"})
        text = look(manager, "Anna", tab="tree")
        assert "Level 1 1 €100.00 Level 2 1 €40.00" in text and "part of the tree" not in text
        assert "1 friend : ben" in text

    def test_a_wide_tree_is_cut_and_says_so(self, shop):
        for number in range(MOST_OPENED + 10):
            shop.member(f"F{number}", referrer_login="anna")
        shop.member("Deep", referrer_login="f33")
        with counted_reads() as reads:
            tree = load_tree(load_profile("Anna").member, "EUR")
        assert not tree.whole and tree.levels[0].members == MOST_OPENED + 11
        assert reads.requests <= MOST_OPENED + 10

    def test_a_branch_opens_by_itself_without_a_script(self, shop, manager):
        answered = manager.get(
            serve_console_members.handler, f"GET {ONE}", path={"id": "Anna"}, query={"tab": "tree"}
        )
        assert "<details open><summary>1 friend<" in answered.text


def test_a_tab_that_is_not_there(manager):
    answered = manager.get(
        serve_console_members.handler, f"GET {ONE}", path={"id": "Anna"}, query={"tab": "x"}
    )
    assert answered.status == 422


class TestNotes:
    def test_a_note_is_kept_with_its_author_and_can_be_removed(self, shop):
        support = Visitor("support", at=NOON + timedelta(hours=1))
        assert send(support, "Anna", note="Called about her link").status == 303
        assert send(support, "Anna", note="Second").status == 303
        text = look(support, "Anna")
        assert "Called about her link" in text
        assert send(support, "Anna", remove="0").status == 303
        assert [note.text for note in load_profile("Anna").member.notes] == ["Second"]
        assert send(support, "Anna", remove="7").status == 404

    def test_an_empty_long_or_superfluous_note_is_refused(self, shop, manager):
        assert send(manager, "Anna", note="").status == 422
        refused = send(manager, "Anna", note="x" * 501)
        assert refused.status == 422 and "x" * 501 in refused.text
        for number in range(MOST_NOTES):
            assert send(manager, "Anna", note=f"Note {number}").status == 303
        assert send(manager, "Anna", note="One more").status == 409

    def test_the_audit_log_never_says_what_a_note_says(self, shop, manager):
        send(manager, "Anna", note="A secret of Anna's")
        lines = audit_log.list_audit_lines(10)[0]
        assert "note_added" in {line["what"] for line in lines}
        assert "secret" not in json.dumps(lines, default=str)

    def test_a_note_goes_out_with_the_members_data_and_is_erased_with_them(self, shop):
        owner = Visitor("owner", at=NOON + timedelta(hours=1))
        send(owner, "Anna", note="Called about her link")
        path = {"id": "Anna"}
        exported = owner.get(serve_console_privacy.handler, f"GET {ONE}/export", path=path)
        assert "Called about her link" in exported.text
        form = {"reason": "Asked", "typed": "Anna"}
        owner.post(serve_console_privacy.handler, f"POST {ONE}/erase", form, path=path)
        assert load_profile("Anna").member.notes == ()
        assert send(owner, "Anna", note="Again").status == 409

    def test_who_only_looks_writes_none(self, shop):
        viewer = Visitor("viewer", at=NOON + timedelta(hours=1))
        assert send(viewer, "Anna", note="x").status == 403
        assert "Add a note" not in look(viewer, "Anna")


class TestEnrolment:
    def enrol(self, visitor, **form):
        return visitor.post(serve_console_members.handler, f"POST {LIST}", form)

    def test_somebody_is_added_with_their_advocate(self, shop, manager):
        form = {"login": "dora", "name": "Dora", "referrer_login": "Anna "}
        answered = self.enrol(manager, **form)
        assert (answered.status, answered.headers["location"]) == (
            303,
            "/console/members/dora?said=enrolled",
        )
        dora = load_profile("dora").member
        assert dora.referral and dora.referral.advocate == load_profile("Anna").member.id
        assert "member_enrolled" in {line["what"] for line in audit_log.list_audit_lines(10)[0]}

    def test_an_unknown_advocate_leaves_nothing_and_keeps_what_was_typed(self, shop, manager):
        refused = self.enrol(manager, login="dora", referrer_login="nobody")
        assert refused.status == 422 and 'value="dora"' in refused.text
        assert "dora" not in look(manager, "Anna", tab="friends")

    def test_a_member_who_is_there_already_is_not_changed(self, shop, manager):
        assert self.enrol(manager, id="Anna", login="other", name="Other").status == 409
        assert load_profile("Anna").member.login == "anna"

    @pytest.mark.parametrize("role", ["support", "viewer"])
    def test_who_may_not_steer_adds_nobody(self, shop, role):
        visitor = Visitor(role, at=NOON + timedelta(hours=1))
        assert self.enrol(visitor, login="dora").status == 403
