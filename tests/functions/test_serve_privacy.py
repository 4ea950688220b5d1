"""A member's data is exported on request. Erasing them removes every name and keeps every sum."""

import json

import pytest

from functions import serve_members, serve_membership, serve_privacy, serve_staff
from shared.api.access import MEMBER, READ, opens, scopes_of
from shared.members.profile import load_profile
from shared.members.registration import register_member
from shared.members.registration_form import parse_member_form
from shared.store import personal_data
from shared.store.attributions.links import UnknownCode
from shared.store.connection import connection
from shared.store.items import AttributionsItem, LedgerItem, ProgramsItem
from shared.store.ledger.accounts import all_entries
from shared.store.reconciliation import verify
from tests.support.http_events import NOW, SHOP, STAFF, send
from tests.support.shop import PLAIN, Shop, hash_email

EXPORT, ERASE = "GET /v1/members/{id}/export", "DELETE /v1/members/{id}"
NAMES = ("ines-login", "ines.maier@example.com", "Ines Maier", "Maier")


@pytest.fixture
def shop(tables):
    """Anna brought Ines, who followed a link, bought, and brought Paul."""
    shop = Shop(**PLAIN)
    shop.anna = shop.member("Anna", login="anna-login", email="anna@example.com", name="Anna Alt")
    shop.click("token-of-ines-browser", shop.anna.code)
    form = {
        "login": "ines-login",
        "email": "ines.maier@example.com",
        "name": "Ines Maier",
        "ref_token": "token-of-ines-browser",
    }
    shop.ines = shop.member("Ines", **form)
    shop.member("Paul", referrer_login="ines-login")
    shop.order(
        "1001",
        customer={"id": "Ines", "email": "ines.maier@example.com"},
        ref_token="token-of-ines-browser",
    )
    shop.order("1002", 5_000, customer={"id": "Paul"})
    yield shop
    assert verify()["differences"] == []


def export(member="Ines", caller=SHOP, **query):
    return send(serve_privacy.handler, EXPORT, caller=caller, path={"id": member}, query=query)


def erase(member="Ines", body=None, caller=SHOP, at=NOW):
    return send(serve_privacy.handler, ERASE, caller=caller, path={"id": member}, body=body, at=at)


def stored_text() -> str:
    """Everything in the tables, as text."""
    tables = (AttributionsItem, LedgerItem, ProgramsItem)
    scans = (
        connection().dispatch("Scan", {"TableName": table.Meta.table_name})["Items"]
        for table in tables
    )
    return json.dumps(list(scans), ensure_ascii=False)


class TestExport:
    def test_everything_kept_of_a_person_is_told(self, shop):
        items = export().body["items"]
        kinds = sorted({item["item"] for item in items})
        assert kinds == [
            "account",
            "code",
            "directory",
            "email",
            "entries",
            "friends",
            "login",
            "member",
            "order",
            "purchases",
            "referral",
            "spelling",
            "visitor",
        ]
        (member,) = [item for item in items if item["item"] == "member"]
        assert (member["login"], member["email"], member["name"]) == NAMES[:3]
        assert member["referral"]["advocate"] == "Anna"
        assert {"id", "advocate", "made_at"} <= {*member["referral"]}
        assert [item["pk"] for item in items if item["item"] == "order"] == ["ORDER#1001"]

    def test_and_nothing_of_others(self, shop):
        text = export().text
        assert "anna@example.com" not in text
        assert "anna-login" not in text
        assert "ENTRIES#Anna" not in text

    def test_what_staff_did_to_them_is_told_too(self, shop):
        send(
            serve_membership.handler,
            "POST /v1/members/{id}/block",
            caller=STAFF,
            path={"id": "Ines"},
            body={"reason": "Shared a card"},
        )
        assert [item["reason"] for item in export().body["items"] if item["item"] == "audit"] == [
            "Shared a card"
        ]

    def test_a_long_ledger_comes_in_pages(self, shop, monkeypatch):
        whole = export().body["items"]
        monkeypatch.setattr(personal_data, "MOST_SCANS", 1)
        items, cursor, pages = [], {}, 0
        while True:
            page = export(**cursor).body
            items, pages = items + page["items"], pages + 1
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert (items, pages) == (whole, 3)

    def test_an_unknown_member_is_refused(self, shop):
        assert (export("Nobody").status, export("Nobody").code) == (404, "unknown_member")

    def test_neither_a_session_nor_a_key_that_only_reads_opens_it(self):
        assert scopes_of(EXPORT) == scopes_of(ERASE) == {"shop", "staff"}
        assert not any(opens(scope, route) for scope in (READ, MEMBER) for route in (EXPORT, ERASE))


class TestErasure:
    def test_no_name_is_left_anywhere(self, shop):
        assert (erase(body={"reason": "Asked for it"}).status, erase().status) == (204, 204)
        text = stored_text().replace(hash_email(NAMES[1]), "the keyed hash on the order")
        assert [name for name in (*NAMES, shop.ines.code) if name in text] == []
        assert "VISITOR#token-of-ines-browser" not in text

    def test_every_sum_and_entry_stays(self, shop):
        before = [list(all_entries(name, "EUR")) for name in ("Anna", "Ines")]
        erase()
        assert [list(all_entries(name, "EUR")) for name in ("Anna", "Ines")] == before
        assert (shop.balance("Anna"), shop.balance("Ines"), shop.volume("Anna")) == (
            1_000,
            500,
            10_000,
        )

    def test_sentences_name_the_id_from_then_on(self, shop):
        erase()
        entries = send(
            serve_members.handler, "GET /v1/members/{id}/entries", caller=STAFF, path={"id": "Anna"}
        ).body["items"]
        assert [line["text"] for line in entries] == ["Income from referral program from Ines"]

    def test_the_member_is_shown_as_erased(self, shop):
        erase()
        shown = send(
            serve_members.handler, "GET /v1/members/{id}", caller=SHOP, path={"id": "Ines"}
        ).body
        assert (
            shown["status"],
            shown["login"],
            shown["code"],
            shown["link"],
            shown["balance"],
        ) == ("erased", None, None, None, 500)

    def test_a_refund_of_a_past_order_still_counts(self, shop):
        erase()
        shop.order("1001", customer={"id": "Ines"}, refunds=[{"id": "r", "amount": 10_000}])
        assert shop.balance("Anna") == 0

    def test_the_code_leads_nowhere_and_nobody_is_brought_any_more(self, shop):
        erase()
        with pytest.raises(UnknownCode):
            shop.click("another-browsers-token", shop.ines.code)
        shop.order("1003", customer={"id": "Paul"})
        assert (shop.rewards("1003"), shop.refusals("1003")) == ({}, ["blocked"])

    def test_nothing_opens_it_again(self, shop):
        erase()
        put = send(
            serve_members.handler,
            "PUT /v1/members/{id}",
            caller=SHOP,
            path={"id": "Ines"},
            body={"login": "back"},
        )
        unblock = send(
            serve_membership.handler,
            "POST /v1/members/{id}/unblock",
            caller=STAFF,
            path={"id": "Ines"},
        )
        session = send(
            serve_members.handler, "POST /v1/members/{id}/session", caller=SHOP, path={"id": "Ines"}
        )
        given = {"amount": 5, "reason": "Type"}
        adjust = send(
            serve_membership.handler,
            "POST /v1/members/{id}/adjustments",
            caller=STAFF,
            path={"id": "Ines"},
            body=given,
        )
        assert {answer.code for answer in (put, unblock, session, adjust)} == {"member_erased"}
        shop.order(
            "1004",
            customer={"id": "Ines", "login": "ines-login", "email": "ines.maier@example.com"},
        )
        assert load_profile("Ines").member.login is None

    def test_login_and_address_are_free_for_a_new_member(self, shop):
        erase()
        again = register_member(
            "New",
            parse_member_form(
                {"login": "ines-login", "email": "ines.maier@example.com"}, hash_email
            ),
            NOW,
        )
        assert (again.id, again.referral) == ("New", None)

    def test_a_guest_is_forgotten_too_and_does_not_come_back_under_the_address(self, shop):
        shop.order("1005", customer={"email": "guest@example.com"}, code=shop.anna.code)
        guest = f"guest:{hash_email('guest@example.com')}"
        assert erase(guest).status == 204
        shop.member("Late", email="guest@example.com")
        assert load_profile("Late").member.id == "Late"

    def test_it_is_logged_once_by_id_alone(self, shop):
        erase(body={"reason": "Asked for it"})
        erase(body={"reason": "Asked again"})
        (line,) = send(serve_staff.handler, "GET /v1/audit", caller=STAFF).body["items"]
        assert (line["what"], line["subject"], line["reason"]) == (
            "erasure",
            {"member": "Ines"},
            "Asked for it",
        )

    def test_nobody_unknown_is_forgotten(self, shop):
        assert (erase("Nobody").status, erase("Nobody").code) == (404, "unknown_member")

    def test_a_block_that_was_under_way_forfeits_all_the_same(self, shop):
        from shared.domain.staff_action import StaffAction
        from shared.members import blocking

        shop.publish(**PLAIN, hold_days=14)
        shop.order("1006", customer={"id": "Paul"})
        action = StaffAction("ak_012345", "block", shop.at, "x")
        blocking._block("Ines", action)
        erase()
        blocking.finish_block("Ines", shop.at)
        assert shop.balance("Ines") == 500
