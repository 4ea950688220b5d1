from datetime import timedelta

import pytest

from functions.authorize import handler as authorize
from functions.serve_keys import handler
from shared.store import engine, keys
from shared.store.programs import api_keys
from shared.store.programs.api_keys import KeyUseItem, add_key
from tests.support.http_events import NOW, STAFF, http_event, send

FIRST = "ak_" + "f" * 32
ROUTE = "GET /v1/parked"


@pytest.fixture(autouse=True)
def first_key(tables):
    engine.open_tables()
    add_key(FIRST, "staff", NOW, "console")


def make(at=NOW, **form):
    return send(handler, "POST /v1/keys", body=form, caller=STAFF, at=at)


def listed(**query):
    return send(handler, "GET /v1/keys", query=query or None, caller=STAFF).body


def revoke(prefix, caller=STAFF):
    return send(handler, "DELETE /v1/keys/{prefix}", path={"prefix": prefix}, caller=caller)


def let_in(key, at=NOW, route=ROUTE):
    return authorize(http_event(route, headers={"authorization": f"Bearer {key}"}, at=at))


def opens(key, at=NOW, route=ROUTE):
    return let_in(key, at, route)["isAuthorized"]


@pytest.mark.parametrize(
    ("scope", "letters", "route"),
    [("shop", "sk_", "PUT /v1/orders/{id}"), ("staff", "ak_", ROUTE), ("read", "rk_", ROUTE)],
)
def test_a_new_key_opens_what_its_scope_may(scope, letters, route):
    made = make(scope=scope, name="till")
    assert (made.status, made.body["scope"], made.body["name"], made.body["made_at"]) == (
        201,
        scope,
        "till",
        "2026-03-01T10:00:00Z",
    )
    assert made.body["key"].startswith(letters) and made.body["prefix"] == made.body["key"][:11]
    assert opens(made.body["key"], route=route)


def test_the_key_itself_is_told_once_and_kept_nowhere():
    key = make(scope="shop").body["key"]
    assert [sorted(row) for row in listed()["items"]] == [
        ["expires_at", "made_at", "name", "prefix", "scope", "used_at"]
    ] * 2
    assert key[11:] not in str([item.serialize() for item in engine.ProgramsItem.scan()])


def test_keys_are_listed_in_pages():
    prefixes = sorted([FIRST[:11], *(make(scope="read").body["prefix"] for _ in range(3))])
    first = listed(limit="3")
    rest = listed(limit="3", cursor=first["next_cursor"])
    assert [row["prefix"] for row in first["items"] + rest["items"]] == prefixes
    assert rest["next_cursor"] is None


def test_two_keys_open_while_one_replaces_the_other():
    made = make(replaces=FIRST[:11], overlap_hours=2)
    assert (made.status, made.body["scope"], made.body["name"], made.body["expires_at"]) == (
        201,
        "staff",
        "console",
        None,
    )
    soon, late = NOW + timedelta(hours=2, seconds=-1), NOW + timedelta(hours=2)
    assert opens(FIRST, soon) and opens(made.body["key"], soon)
    assert not opens(FIRST, late) and opens(made.body["key"], late)
    ends = {row["prefix"]: row["expires_at"] for row in listed()["items"]}
    assert ends == {FIRST[:11]: "2026-03-01T12:00:00Z", made.body["prefix"]: None}


def test_the_answer_that_the_gateway_keeps_does_not_outlive_a_replaced_key():
    make(replaces=FIRST[:11], overlap_hours=1)
    told = let_in(FIRST)["context"]
    kept = send(handler, "GET /v1/keys", caller=told, at=NOW + timedelta(hours=1))
    assert (kept.status, kept.code) == (401, "key_expired")


def test_the_end_of_a_key_is_never_put_off():
    make(replaces=FIRST[:11], overlap_hours=1)
    make(replaces=FIRST[:11], overlap_hours=100)
    assert not opens(FIRST, NOW + timedelta(hours=1))


def test_a_key_that_was_taken_back_opens_nothing():
    key = make(scope="staff").body["key"]
    assert (revoke(key[:11]).status, opens(key), opens(FIRST)) == (204, False, True)
    assert [row["prefix"] for row in listed()["items"]] == [FIRST[:11]]
    again = revoke(key[:11])
    assert (again.status, again.code) == (404, "unknown_key")
    assert make(replaces=key[:11]).code == "unknown_key"


def test_nobody_locks_themselves_out():
    mine = let_in(FIRST)["context"]
    assert (revoke(FIRST[:11], mine).status, opens(FIRST)) == (409, True)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({}, "scope"),
        ({"scope": "publishable"}, "scope"),
        ({"scope": "shop", "name": "x" * 81}, "name"),
        ({"replaces": FIRST[:11], "scope": "shop"}, "replaces"),
        ({"replaces": FIRST[:11], "overlap_hours": 721}, "overlap_hours"),
        ({"scope": "shop", "until": "tomorrow"}, "until"),
    ],
)
def test_what_makes_no_key_is_named(form, field):
    refused = make(**form)
    assert (refused.status, refused.fields) == (422, [field])
    assert len(listed()["items"]) == 1


def test_the_last_use_is_noted_once_an_hour():
    def used():
        return listed()["items"][0]["used_at"]

    assert used() is None
    for minutes, noted in ((0, "10:00"), (59, "10:00"), (60, "11:00"), (61, "11:00")):
        assert opens(FIRST, NOW + timedelta(minutes=minutes))
        assert used() == f"2026-03-01T{noted}:00Z"


def test_using_a_key_is_noted_where_nothing_else_of_it_is():
    opens(FIRST)
    place = keys.key_use(api_keys._hash(FIRST))
    assert set(engine.find(KeyUseItem, place).serialize()) == {"pk", "sk", "used_at", "v"}


def test_a_short_key_is_none():
    with pytest.raises(ValueError, match="at least 27"):
        add_key("sk_short", "shop", NOW)


def test_keys_that_are_there_are_planted_again_without_a_change():
    revoked = make(replaces=FIRST[:11], overlap_hours=1)
    add_key(FIRST, "staff", NOW + timedelta(days=1))
    assert (revoked.status, opens(FIRST, NOW + timedelta(hours=1))) == (201, False)


def test_what_is_longer_than_any_beginning_of_a_key_is_none(tables):
    """Longer than the tables take, too: 1,024 bytes."""
    for prefix in ("x" * 12, "x" * 2_000, "\u00e9" * 700):
        gone = send(
            handler,
            "DELETE /v1/keys/{prefix}",
            path={"prefix": prefix},
            caller=STAFF | {"key": "ak_1"},
        )
        assert (gone.status, gone.code) == (404, "unknown_key")
