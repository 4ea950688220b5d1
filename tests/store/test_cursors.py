"""A cursor that somebody made up, with a checksum that fits: a list answers it, or says that
nothing goes on from there; never a fault.
"""

import json

import pytest

from functions import serve_console, serve_console_members, serve_privacy
from shared.api.pagination import encode_cursor
from shared.domain.members.member import Member
from shared.store import engine, personal_data
from shared.store.attributions import referrals
from shared.store.cursors import InvalidCursor
from shared.store.ledger import accounts, settlements, statements
from shared.store.programs import (
    api_keys,
    audit_log,
    journal,
    mails,
    parked,
    programs,
    reviews,
    webhooks,
)
from tests.support.console_visitor import Visitor, open_console
from tests.support.http_events import NOW, STAFF, send
from tests.support.shop import Shop

MEMBER = Member("A", login="anna")
DAY = NOW.date().isoformat()
PLAIN = {
    "keys": lambda after: api_keys.list_keys(5, after),
    "history": lambda after: accounts.list_entries("A", 5, after),
    "audit": lambda after: audit_log.list_audit_lines(5, after),
    "a day's entries": lambda after: journal.list_entries_of_day(DAY, "", 5, after),
    "mails": lambda after: mails.mail_records("A", 5, after),
    "parked": lambda after: parked.list_parked(5, after),
    "programs": lambda after: programs.list_programs(5, after),
    "reviews": lambda after: reviews.list_reviews(5, after),
    "settlements": lambda after: settlements.list_settlement_runs(5, after),
    "friends": lambda after: referrals.list_friend_items("A", 5, after),
    "statements": lambda after: statements.list_member_statements("A", 5, after),
    "deliveries": lambda after: webhooks.list_deliveries("W", NOW, 5, after),
}
BOUNDED = {
    "history in euros": lambda after: accounts.list_latest_entries("A", "EUR", 5, after),
    "versions": lambda after: programs.list_versions("default", 5, after),
}
LOOKED_THROUGH = {
    "what is kept of a person": lambda after: personal_data.list_personal_items(MEMBER, after)
}
LONG = "ä" * 513
ODD = [
    "x",
    "\0",
    "\U0010ffff",
    "ORDER#1",
    "null",
    "[]",
    "{}",
    "[[[",
    "[" * 5_000,
    "1",
    "NaN",
    '"pk"',
    '["\\ud800","x"]',
    '["","x"]',
    '["a","b","c"]',
]
PERSONS = [
    "[3,null]",
    "[-1,null]",
    "[1.5,null]",
    '["0",null]',
    "[0]",
    "[0,[]]",
    '[0,["a"]]',
    '[0,{"pk":{"S":"a"}}]',
    "[99999999999999999999,null]",
]


@pytest.fixture(autouse=True)
def opened(tables):
    engine.open_tables()


@pytest.mark.parametrize("name", PLAIN | BOUNDED)
def test_a_place_longer_than_any_key_is_none(name):
    with pytest.raises(InvalidCursor):
        (PLAIN | BOUNDED)[name](LONG)


@pytest.mark.parametrize("name", PLAIN)
def test_any_other_text_is_a_place_in_a_list_by_key(name):
    for after in ODD[:3]:
        rows, _ = PLAIN[name](after)
        assert not rows or name == "programs"


@pytest.mark.parametrize("name", BOUNDED)
def test_a_place_outside_of_the_list_is_none_because_dynamodb_refuses_it(name):
    for after in ("USD#000000000001", "A", "z"):
        with pytest.raises(InvalidCursor):
            BOUNDED[name](after)


@pytest.mark.parametrize("name", LOOKED_THROUGH)
@pytest.mark.parametrize(
    "after", [*ODD, *PERSONS, json.dumps([LONG, LONG]), json.dumps(["x" * 2049, "x"])]
)
def test_where_a_whole_key_is_wanted_everything_else_is_none(name, after):
    with pytest.raises(InvalidCursor):
        LOOKED_THROUGH[name](after)


def test_a_key_that_is_not_there_is_a_place():
    assert personal_data.list_personal_items(MEMBER, '[1,["ORDER#nobody","ORDER"]]') == ([], None)


def test_people_are_told_what_to_do(monkeypatch):
    open_console(monkeypatch)
    owner = Visitor("owner")
    for handler, path, names in (
        (serve_console.handler, "/console/audit", "what=&who="),
        (serve_console_members.handler, "/console/members", "q=&status=&group="),
    ):
        forged = encode_cursor(f"{path}?{names}", LONG)
        answered = owner.get(handler, f"GET {path}", query={"cursor": forged})
        assert answered.status == 400 and "Start from the first page" in answered.text


def test_an_export_from_a_table_that_there_is_not_is_refused():
    Shop().member("anna")
    forged = encode_cursor("/v1/members/anna/export", "[7,null]")
    answered = send(
        serve_privacy.handler,
        "GET /v1/members/{id}/export",
        path={"id": "anna"},
        query={"cursor": forged},
        caller=STAFF,
    )
    assert (answered.status, answered.code) == (400, "invalid_cursor")
