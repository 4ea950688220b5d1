from datetime import timedelta
from urllib.parse import quote

import pytest

from events import NOW, SHOP, http_event, send
from functions import authorize
from shared import secrets
from shared.access import ROUTES, bearer, issue_session, own_member, read_session
from shared.http import Answer, Api
from shared.store.access import put_key
from shared.store.engine import open_tables

PEPPER = b"a pepper of the tests, long enough to be one"
SHOP_ROUTE, STAFF_ROUTE, OWN_ROUTE = "PUT /v1/orders/{id}", "GET /v1/parked", "GET /v1/members/{id}/balance"


@pytest.fixture(autouse=True)
def keys(tables):
    open_tables()
    put_key("sk_shop", "shop", NOW)
    put_key("ak_staff", "staff", NOW)
    put_key("pk_snippet", "shop", NOW)


def asked(route, authorization, at=NOW):
    headers = {} if authorization is None else {"Authorization": authorization}
    return authorize.handler(http_event(route, headers=headers, at=at) | {"type": "REQUEST"})


def let_in(route, authorization, at=NOW):
    return asked(route, authorization, at)["isAuthorized"]


@pytest.mark.parametrize(
    ("key", "route", "expected"),
    [
        ("sk_shop", SHOP_ROUTE, True),
        ("sk_shop", OWN_ROUTE, True),
        ("sk_shop", STAFF_ROUTE, False),
        ("ak_staff", STAFF_ROUTE, True),
        ("ak_staff", SHOP_ROUTE, False),
        ("ak_staff", OWN_ROUTE, True),
        ("pk_snippet", SHOP_ROUTE, False),
        ("pk_snippet", OWN_ROUTE, False),
        ("sk_other", SHOP_ROUTE, False),
        ("SK_SHOP", SHOP_ROUTE, False),
        ("sk_shop", "GET /v1/nothing", False),
        ("s" * 2000, SHOP_ROUTE, False),
    ],
)
def test_a_key_opens_the_routes_of_its_scope(key, route, expected):
    assert let_in(route, f"Bearer {key}") is expected


@pytest.mark.parametrize("header", ["bearer sk_shop", "BEARER sk_shop", "Bearer   sk_shop ", " Bearer sk_shop"])
def test_the_scheme_is_written_in_any_case(header):
    assert let_in(SHOP_ROUTE, header)


@pytest.mark.parametrize("header", [None, "", "sk_shop", "Basic sk_shop", "Bearer", "Bearer ", "Bearersk_shop"])
def test_without_bearer_credentials_nothing_opens(header):
    assert not let_in(SHOP_ROUTE, header)


def test_routes_are_told_the_scope():
    assert asked(SHOP_ROUTE, "Bearer sk_shop")["context"] == SHOP


def test_a_key_is_kept_as_its_hash_alone():
    from shared.store.engine import ProgramsItem

    assert "sk_shop" not in str([item.serialize() for item in ProgramsItem.scan()])


def test_a_session_opens_get_on_its_own_data_for_15_minutes():
    session = issue_session(secrets.pepper(), "F", NOW)
    authorization = f"Bearer {session.token}"
    answered = asked(OWN_ROUTE, authorization)
    assert answered == {
        "isAuthorized": True,
        "context": {"scope": "member", "member": "F", "expires_at": "2026-03-01T10:15:00Z"},
    }
    assert let_in(OWN_ROUTE, authorization, NOW + timedelta(minutes=15, seconds=-1))
    assert not let_in(OWN_ROUTE, authorization, NOW + timedelta(minutes=15))
    assert not any(let_in(route, authorization) for route in (SHOP_ROUTE, STAFF_ROUTE, "PUT /v1/members/{id}", "GET /v1/orders/{id}"))


@pytest.mark.parametrize("member", ["F", "gid://shop/1", "Jürgen", "a.b", "x" * 128])
def test_a_session_carries_any_member_id(member):
    token = issue_session(PEPPER, member, NOW).token
    assert read_session(PEPPER, token, NOW).member == member
    assert token == quote(token, safe="._-")


def test_a_session_that_we_did_not_sign_is_none():
    token = issue_session(PEPPER, "F", NOW).token
    told, _, signature = token.removeprefix("ms_").partition(".")
    other = issue_session(PEPPER, "G", NOW).token.removeprefix("ms_").partition(".")[0]
    for forged in (f"ms_{other}.{signature}", f"ms_{told}.", f"ms_{told}", "ms_", "ms_.", f"ms_{told}.ä", f"ms_{told}.{signature[:-2]}"):
        assert read_session(PEPPER, forged, NOW) is None
    assert read_session(b"another pepper, long enough too", token, NOW) is None


def test_another_members_data_is_not_there_for_a_session():
    api = Api()
    api.route(OWN_ROUTE)(lambda request: Answer(own_member(request)))
    mine = {"scope": "member", "member": "F", "expires_at": "2026-03-01T10:15:00Z"}
    assert send(api, OWN_ROUTE, path={"id": "F"}, caller=mine).body == "F"
    assert send(api, OWN_ROUTE, path={"id": "G"}, caller=mine).code == "unknown_member"
    assert send(api, OWN_ROUTE, path={"id": "G"}, caller=SHOP).body == "G"


def test_the_table_of_routes_covers_every_route_that_is_not_public(tables):
    for function in tables.document["Resources"].values():
        for event in (function.get("Properties", {}).get("Events") or {}).values() if function["Type"].endswith("Function") else ():
            http = event["Properties"]
            if event["Type"] == "HttpApi" and http.get("Auth", {}).get("Authorizer") != "NONE":
                assert f"{http['Method']} {http['Path']}" in ROUTES


def test_bearer_credentials_are_what_follows_the_scheme():
    assert bearer("Bearer a b") == "a b"


def test_a_short_pepper_signs_nothing(tables, monkeypatch):
    monkeypatch.setattr(secrets, "document", lambda: {"pepper": "short"})
    with pytest.raises(secrets.NotSetUp):
        secrets.pepper()
