"""Staff actions over HTTP: block, unblock, adjustments, referrals by hand, friends."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions import serve_members, serve_membership, serve_referrals, serve_staff
from shared.store.reconciliation import verify
from tests.support.http_events import NOW, send
from tests.support.shop import PLAIN, Shop

KEY = {"scope": "staff", "key": "ak_0123456"}
BLOCK, UNBLOCK = "POST /v1/members/{id}/block", "POST /v1/members/{id}/unblock"
ADJUST, REFER, END = (
    "POST /v1/members/{id}/adjustments",
    "POST /v1/referrals",
    "DELETE /v1/referrals/{id}",
)
FRIENDS = "GET /v1/members/{id}/friends"
WHY = "Asked by phone"


@pytest.fixture
def shop(tables):
    shop = Shop(**PLAIN)
    shop.at = NOW
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    yield shop
    assert verify()["differences"] == []


def pull(route, body=None, member="Anna", caller=KEY, **parts):
    handler = serve_membership.handler if "members" in route else serve_referrals.handler
    return send(
        handler,
        route,
        caller=caller,
        path={"id": member} if "{id}" in route else None,
        body=body,
        **parts,
    )


def friends(member="Anna", caller=KEY, **query):
    return send(serve_referrals.handler, FRIENDS, caller=caller, path={"id": member}, query=query)


def audit():
    return send(serve_staff.handler, "GET /v1/audit", caller=KEY).body["items"]


class TestBlock:
    def test_a_member_is_blocked_with_a_reason_and_opened_again(self, shop):
        assert pull(BLOCK, {"reason": WHY}).body["status"] == "blocked"
        assert pull(BLOCK, {"reason": WHY}).body["status"] == "blocked"
        assert pull(UNBLOCK, at=NOW.replace(minute=1)).body["status"] == "active"
        told = [(line["what"], line["who"], line["reason"]) for line in audit()]
        assert told == [("unblock", "ak_0123456", None), ("block", "ak_0123456", WHY)]

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"reason": ""},
            {"reason": "  "},
            {"reason": None},
            {"reason": 5},
            {"reason": "x" * 257},
        ],
    )
    def test_no_block_without_a_reason(self, shop, body):
        answered = pull(BLOCK, body)
        assert (answered.status, answered.fields) == (422, ["reason"])
        assert audit() == []

    def test_an_address_in_a_reason_is_not_kept(self, shop):
        pull(BLOCK, {"reason": "ines.maier@example.com wrote <anna@example.com> so"})
        assert audit()[0]["reason"] == "[e-mail] wrote <[e-mail]> so"

    def test_nobody_unknown_is_blocked(self, shop):
        assert {pull(route, {"reason": WHY}, "Nobody").status for route in (BLOCK, UNBLOCK)} == {
            404
        }

    def test_what_was_forfeited_is_told_in_the_history(self, shop):
        shop.publish(**PLAIN, hold_days=14)
        shop.order("1", customer={"id": "Ines"})
        pull(BLOCK, {"reason": WHY}, at=shop.at)
        entries = send(
            serve_members.handler, "GET /v1/members/{id}/entries", caller=KEY, path={"id": "Anna"}
        ).body["items"]
        assert [(line["kind"], line["amount"], line["text"]) for line in entries] == [
            ("reward", 1_000, "Income from referral program from ines"),
            ("forfeit", -1_000, "Forfeited: it was still pending when this member was blocked"),
        ]


class TestAdjustment:
    def test_credit_is_given_and_taken_at_once(self, shop):
        given = pull(ADJUST, {"amount": 500, "reason": WHY})
        assert (given.status, given.body["kind"], given.body["balance_after"]) == (
            201,
            "adjustment",
            500,
        )
        assert (given.body["text"], given.body["available_on"]) == (
            "Adjusted by the shop",
            "2026-03-01T10:00:00Z",
        )
        assert pull(ADJUST, {"amount": -200, "reason": WHY}).body["balance_after"] == 300

    def test_what_is_taken_may_leave_a_debt(self, shop):
        assert pull(ADJUST, {"amount": -200, "reason": WHY}).body["balance_after"] == -200

    def test_it_is_told_with_the_balance_before_and_after(self, shop):
        pull(ADJUST, {"amount": 500, "reason": WHY})
        (line,) = audit()
        assert (line["before"], line["after"], line["reason"]) == (
            {"balance": 0},
            {"balance": 500},
            WHY,
        )

    @pytest.mark.parametrize("amount", [0, 1.5, "5", None, True, 10**12, -(10**12)])
    def test_only_a_whole_amount_within_limits(self, shop, amount):
        assert pull(ADJUST, {"amount": amount, "reason": WHY}).fields == ["amount"]

    def test_one_key_posts_once_raced_too(self, shop):
        def post(_):
            return pull(ADJUST, {"amount": 500, "reason": WHY}, headers={"idempotency-key": "k"})

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(post, range(8)))
        assert {answered.text for answered in answers} == {answers[0].text}
        assert shop.balance("Anna") == 500

    def test_a_key_guards_for_good(self, shop):
        """An answer under a key is forgotten after two days; the posting is not."""
        headers = {"idempotency-key": "k"}
        first = pull(ADJUST, {"amount": 500, "reason": WHY}, headers=headers)
        later = NOW.replace(month=6)
        assert (
            pull(ADJUST, {"amount": 500, "reason": WHY}, headers=headers, at=later).body
            == first.body
        )
        other = pull(
            ADJUST,
            {"amount": 700, "reason": WHY},
            headers={"idempotency-key": "k"},
            at=later.replace(month=9),
        )
        assert (other.status, other.code, shop.balance("Anna")) == (
            409,
            "idempotency_conflict",
            500,
        )

    def test_a_member_nobody_knows_gets_nothing(self, shop):
        assert pull(ADJUST, {"amount": 1, "reason": WHY}, "Nobody").status == 404


class TestReferral:
    def test_it_is_made_listed_and_ended(self, shop):
        shop.member("Paul")
        made = pull(REFER, {"advocate_login": "anna", "friend_login": "paul", "reason": WHY})
        assert (made.status, made.body["advocate"], made.body["friend"], made.body["state"]) == (
            201,
            "Anna",
            "Paul",
            "open",
        )
        shop.order("1", 3_000, customer={"id": "Paul"})
        row = next(row for row in friends().body["items"] if row["referral"] == made.body["id"])
        assert row == {
            "referral": made.body["id"],
            "login": "paul",
            "state": "open",
            "since": "2026-03-01T10:00:00Z",
            "ended_at": None,
            "volume": 3_000,
        }
        ended = pull(END, {"reason": WHY, "take_back": "unspent"}, made.body["id"])
        assert (ended.status, ended.body["state"], shop.balance("Anna")) == (200, "ended", 0)
        assert [row["state"] for row in friends().body["items"]] == ["open", "ended"]

    @pytest.mark.parametrize(
        ("form", "status", "told"),
        [
            ({"advocate_login": "nobody", "friend_login": "ines"}, 422, ["advocate_login"]),
            ({"advocate_login": "anna", "friend_login": "nobody"}, 422, ["friend_login"]),
            ({"advocate_login": "anna", "friend_login": "anna"}, 409, "self_referral"),
            ({"advocate_login": "ines", "friend_login": "anna"}, 409, "circle"),
            ({"advocate_login": "anna", "friend_login": "ines"}, 409, "second_advocate"),
        ],
    )
    def test_what_may_not_be_is_refused_by_name(self, shop, form, status, told):
        answered = pull(REFER, form | {"reason": WHY})
        assert (answered.status, answered.fields if status == 422 else answered.code) == (
            status,
            told,
        )

    def test_an_end_needs_a_reason_and_a_known_way(self, shop):
        assert pull(END, {"take_back": "everything"}, "x").fields == ["take_back", "reason"]
        assert pull(END, {"reason": WHY}, "x").code == "unknown_referral"


class TestFriends:
    def test_a_member_sees_their_own_and_nobody_elses(self, shop):
        session = {"scope": "member", "member": "Anna"}
        assert [row["login"] for row in friends(caller=session).body["items"]] == ["i***s"]
        assert friends("Ines", caller=session).status == 404

    def test_they_come_in_pages(self, shop):
        for number in range(4):
            shop.member(f"F{number}", referrer_login="anna")
        first = friends(limit="3").body
        second = friends(limit="3", cursor=first["next_cursor"]).body
        assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (3, 2, None)

    def test_short_logins_show_nothing(self, shop):
        shop.member("Bo", referrer_login="anna")
        session = {"scope": "member", "member": "Anna"}
        assert {row["login"] for row in friends(caller=session).body["items"]} == {"i***s", "***"}

    def test_the_shop_and_its_staff_see_logins(self, shop):
        for scope in ("shop", "staff", "read"):
            told = friends(caller={"scope": scope, "key": "k_12345678"}).body["items"]
            assert [row["login"] for row in told] == ["ines"]

    @pytest.mark.parametrize(
        ("shown_as", "name", "told"),
        [
            ("masked", "Ines Iris", "i***s"),
            ("login", "Ines Iris", "ines"),
            ("name", "Ines Iris", "Ines"),
            ("name", None, "i***s"),
            ("name", "   ", "i***s"),
        ],
    )
    def test_a_member_sees_them_as_the_program_shows_friends(self, shop, shown_as, name, told):
        shop.publish(**PLAIN, friends_shown_as=shown_as)
        shop.member("Ines", login="ines", name=name or "")
        session = {"scope": "member", "member": "Anna"}
        assert [row["login"] for row in friends(caller=session).body["items"]] == [told]
