"""What a member reads of a month that has ended, and what staff asks of the settlement by hand."""

from datetime import timedelta

import pytest

from functions import serve_settlements, serve_statements
from shared.domain.staff_action import StaffAction
from shared.members.erasure import erase_member
from tests.support.credited_month import FIRST, NIGHT, get_statement, give_credit, nonzero_figures
from tests.support.http_events import SHOP, STAFF, send
from tests.support.shop import PLAIN


def test_a_statement_shows_its_lines_and_names_nobody(shop, month):
    shop.publish(
        **PLAIN,
        hold_days=30,
        groups=[
            {"id": "gold", "name": "Gold", "min_volume": 10_000, "levels": [{"percent": "20"}]}
        ],
    )
    shop.order("sale", customer={"id": "Ines"}, completed_at=shop.now())
    month.end(NIGHT)
    told = get_statement("Anna", "2026-01", {"scope": "member", "member": "Anna"})
    (line,) = told.body["lines"]
    assert (line["text"], line["reason"]["inputs"]["friend"]) == (
        "Income from referral program from i***s",
        "i***s",
    )
    assert "Ines" not in told.text and '"ines"' not in told.text
    assert told.body["maturing"] == [{"available_on": "2026-02-10T00:00:00Z", "amount": 1_000}]
    assert (told.body["group"]["id"], told.body["previous_group"], told.body["lines_left_out"]) == (
        "gold",
        None,
        0,
    )


def test_forgetting_a_friend_leaves_sums_and_hash(shop, month):
    """The books are verified after each of these tests, hashes too."""
    shop.order("sale", customer={"id": "Ines"})
    month.end(NIGHT)
    before = get_statement("Anna", "2026-01").body
    erase_member("Ines", StaffAction("sk_12345678", "erasure", NIGHT))
    after = get_statement("Anna", "2026-01").body
    assert [line["text"] for line in after["lines"]] == ["Income from referral program from Ines"]
    own = get_statement("Anna", "2026-01", {"scope": "member", "member": "Anna"}).body
    assert [line["text"] for line in own["lines"]] == ["Income from referral program from ***"]
    assert {name for name in before if before[name] != after[name]} == {"lines"}


def test_a_group_that_was_reached_is_told_beside_the_one_before(shop, month):
    groups = [
        {"id": "silver", "name": "Silver", "min_volume": 10_000, "levels": [{"percent": "20"}]}
    ]
    shop.publish(
        **PLAIN,
        groups=[
            *groups,
            {"id": "gold", "name": "Gold", "min_volume": 20_000, "levels": [{"percent": "30"}]},
        ],
    )
    shop.order("first", customer={"id": "Ines"})
    month.end(NIGHT)
    shop.at = NIGHT
    shop.order("second", customer={"id": "Ines"})
    month.end(NIGHT + timedelta(days=28))
    told = get_statement("Anna", "2026-02").body
    assert (told["previous_group"]["name"], told["group"]["name"]) == ("Silver", "Gold")


def test_what_was_taken_back_says_why(shop, month):
    shop.order("sale", customer={"id": "Ines"})
    shop.order("sale", customer={"id": "Ines"}, status="cancelled")
    month.end(NIGHT)
    assert [line["text"] for line in get_statement("Anna", "2026-01").body["lines"]][
        1
    ] == "Taken back: a purchase by ines was cancelled"
    assert nonzero_figures("Anna", "2026-01") == {"earned": 1_000, "clawed_back": 1_000}


def test_a_member_sees_their_own_statements_alone(shop, month):
    give_credit(shop, "Anna", 100)
    month.end(NIGHT)
    assert get_statement("Anna", "2026-01", {"scope": "member", "member": "Anna"}).status == 200
    assert (
        get_statement("Anna", "2026-01", {"scope": "member", "member": "Bert"}).code
        == "unknown_member"
    )


def test_statements_are_listed_newest_first(shop, month):
    give_credit(shop, "Anna", 100)
    shop.at = FIRST + timedelta(days=31)
    give_credit(shop, "Anna", 100)
    month.end(NIGHT + timedelta(days=30))
    listed = send(
        serve_statements.handler,
        "GET /v1/members/{id}/statements",
        path={"id": "Anna"},
        query={"limit": "1"},
        caller=SHOP,
    ).body
    assert ([row["month"] for row in listed["items"]], bool(listed["next_cursor"])) == (
        ["2026-02"],
        True,
    )


@pytest.mark.parametrize(
    "wanted", ["2026-02", "2026-13", "2026-1", "January", None, 202601, "2019-01"]
)
def test_only_a_month_that_is_over_can_be_closed(shop, month, wanted):
    answered = send(
        serve_settlements.handler,
        "POST /v1/settlements",
        body={"month": wanted},
        at=NIGHT,
        caller=STAFF,
    )
    assert (answered.status, answered.fields, month.waiting) == (422, ["month"], [])


def test_staff_closes_a_month_by_hand_once(shop, month):
    give_credit(shop, "Anna", 100)
    for _ in range(3):
        answered = send(
            serve_settlements.handler,
            "POST /v1/settlements",
            body={"month": "2026-01"},
            at=NIGHT,
            caller=STAFF,
        )
        assert answered.status == 202
        month.drain()
    assert (answered.body["state"], answered.body["statements"], answered.body) == (
        "closed",
        1,
        month.run("2026-01"),
    )
    listed = send(serve_settlements.handler, "GET /v1/settlements", caller=STAFF).body["items"]
    assert [(row["month"], row["state"]) for row in listed] == [("2026-01", "closed")]
    assert (
        send(
            serve_settlements.handler,
            "GET /v1/settlements/{month}",
            path={"month": "2026-02"},
            caller=STAFF,
        ).code
        == "no_settlement"
    )
