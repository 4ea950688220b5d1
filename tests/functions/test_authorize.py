from datetime import timedelta
from urllib.parse import quote

import pytest

from functions import authorize, serve_members
from local.cloud.api_reader import read_routes
from shared import secrets
from shared.api.access import ROUTES, bearer, issue_session, own_member, read_session
from shared.api.http import Answer, Api
from shared.domain.members.member import Member
from shared.store import engine
from shared.store.attributions import members
from shared.store.engine import open_tables
from shared.store.programs.api_keys import add_key
from tests.support.console_visitor import Visitor, open_console
from tests.support.http_events import NOW, SHOP, http_event, send

PEPPER = b"a pepper of the tests, long enough to be one"
SHOP_KEY, STAFF_KEY, READ_KEY, SNIPPET = (
    letters + "k" * 32 for letters in ("sk_", "ak_", "rk_", "pk_")
)
SHOP_ROUTE, STAFF_ROUTE, OWN_ROUTE = (
    "PUT /v1/orders/{id}",
    "GET /v1/parked",
    "GET /v1/members/{id}/balance",
)


@pytest.fixture(autouse=True)
def keys(tables):
    open_tables()
    add_key(SHOP_KEY, "shop", NOW)
    add_key(STAFF_KEY, "staff", NOW)
    add_key(READ_KEY, "read", NOW)
    add_key(SNIPPET, "shop", NOW)


def asked(route, authorization, at=NOW):
    headers = {} if authorization is None else {"Authorization": authorization}
    return authorize.handler(http_event(route, headers=headers, at=at) | {"type": "REQUEST"})


def let_in(route, authorization, at=NOW):
    return asked(route, authorization, at)["isAuthorized"]


@pytest.mark.parametrize(
    ("key", "route", "expected"),
    [
        (SHOP_KEY, SHOP_ROUTE, True),
        (SHOP_KEY, OWN_ROUTE, True),
        (SHOP_KEY, STAFF_ROUTE, False),
        (STAFF_KEY, STAFF_ROUTE, True),
        (STAFF_KEY, SHOP_ROUTE, False),
        (STAFF_KEY, OWN_ROUTE, True),
        (SNIPPET, SHOP_ROUTE, False),
        (SNIPPET, OWN_ROUTE, False),
        ("sk_" + "o" * 32, SHOP_ROUTE, False),
        (SHOP_KEY.upper(), SHOP_ROUTE, False),
        (SHOP_KEY, "GET /v1/nothing", False),
        ("s" * 2000, SHOP_ROUTE, False),
        (READ_KEY, OWN_ROUTE, True),
        (READ_KEY, STAFF_ROUTE, True),
        (READ_KEY, SHOP_ROUTE, False),
        (READ_KEY, "POST /v1/verify", False),
        (READ_KEY, "GET /v1/nothing", False),
    ],
)
def test_a_key_opens_the_routes_of_its_scope(key, route, expected):
    assert let_in(route, f"Bearer {key}") is expected


@pytest.mark.parametrize(
    "header",
    [f"bearer {SHOP_KEY}", f"BEARER {SHOP_KEY}", f"Bearer   {SHOP_KEY} ", f" Bearer {SHOP_KEY}"],
)
def test_the_scheme_is_written_in_any_case(header):
    assert let_in(SHOP_ROUTE, header)


@pytest.mark.parametrize(
    "header", [None, "", SHOP_KEY, f"Basic {SHOP_KEY}", "Bearer", "Bearer ", f"Bearer{SHOP_KEY}"]
)
def test_without_bearer_credentials_nothing_opens(header):
    assert not let_in(SHOP_ROUTE, header)


def test_routes_are_told_the_scope_and_how_the_key_begins():
    assert asked(SHOP_ROUTE, f"Bearer {SHOP_KEY}")["context"] == {
        "scope": "shop",
        "key": "sk_kkkkkkkk",
    }


def test_a_key_is_kept_as_its_hash_alone():
    from shared.store.items import ProgramsItem

    assert SHOP_KEY[11:] not in str([item.serialize() for item in ProgramsItem.scan()])


def test_a_session_opens_get_on_its_own_data_for_15_minutes():
    session = issue_session(secrets.pepper(), "F", NOW)
    authorization = f"Bearer {session.token}"
    answered = asked(OWN_ROUTE, authorization)
    assert answered == {
        "isAuthorized": True,
        "context": {"scope": "member", "member": "F", "expires_at": "2026-03-01T10:15:00Z"},
    }
    assert read_session(secrets.pepper(), session.token, NOW + timedelta(minutes=15, seconds=-1))
    assert read_session(secrets.pepper(), session.token, NOW + timedelta(minutes=15)) is None
    assert not any(
        let_in(route, authorization)
        for route in (SHOP_ROUTE, STAFF_ROUTE, "PUT /v1/members/{id}", "GET /v1/orders/{id}")
    )


@pytest.mark.parametrize("member", ["F", "gid://shop/1", "Jürgen", "a.b", "x" * 128])
def test_a_session_carries_any_member_id(member):
    token = issue_session(PEPPER, member, NOW).token
    assert read_session(PEPPER, token, NOW).member == member
    assert token == quote(token, safe="._-")


def test_a_session_that_we_did_not_sign_is_none():
    token = issue_session(PEPPER, "F", NOW).token
    told, _, signature = token.removeprefix("ms_").partition(".")
    other = issue_session(PEPPER, "G", NOW).token.removeprefix("ms_").partition(".")[0]
    for forged in (
        f"ms_{other}.{signature}",
        f"ms_{told}.",
        f"ms_{told}",
        "ms_",
        "ms_.",
        f"ms_{told}.ä",
        f"ms_{told}.{signature[:-2]}",
    ):
        assert read_session(PEPPER, forged, NOW) is None
    assert read_session(b"another pepper, long enough too", token, NOW) is None


def test_another_members_data_is_not_there_for_a_session():
    api = Api()
    api.route(OWN_ROUTE)(lambda request: Answer(own_member(request)))
    mine = {"scope": "member", "member": "F", "expires_at": "2026-03-01T10:15:00Z"}
    assert send(api, OWN_ROUTE, path={"id": "F"}, caller=mine).body == "F"
    assert send(api, OWN_ROUTE, path={"id": "G"}, caller=mine).code == "unknown_member"
    assert send(api, OWN_ROUTE, path={"id": "G"}, caller=SHOP).body == "G"


def test_a_session_that_has_ended_is_answered_401_by_every_route():
    api = Api()
    api.route(OWN_ROUTE)(lambda request: Answer("told"))
    session = issue_session(secrets.pepper(), "F", NOW)
    told = asked(OWN_ROUTE, f"Bearer {session.token}", NOW + timedelta(days=1))["context"]
    ended = send(api, OWN_ROUTE, path={"id": "F"}, caller=told, at=NOW + timedelta(minutes=15))
    assert (ended.status, ended.code) == (401, "session_expired")
    assert (
        send(
            api,
            OWN_ROUTE,
            path={"id": "F"},
            caller=told,
            at=NOW + timedelta(minutes=15, seconds=-1),
        ).body
        == "told"
    )


def test_a_former_guest_is_one_member_under_both_ids():
    engine.write(
        [
            members.put_member(Member("guest_1", alias="I")),
            members.put_alias("I", "guest_1"),
            members.put_member(Member("G")),
        ]
    )
    api = Api()
    api.route(OWN_ROUTE)(lambda request: Answer(own_member(request)))
    mine = {"scope": "member", "member": "guest_1", "expires_at": "2026-03-01T10:15:00Z"}
    assert [
        send(api, OWN_ROUTE, path={"id": name}, caller=mine).status
        for name in ("guest_1", "I", "G", "nobody")
    ] == [200, 200, 404, 404]


def test_another_member_is_answered_like_nobody():
    engine.write([members.put_member(Member("G"))])
    mine = {"scope": "member", "member": "F", "expires_at": "2026-03-01T10:15:00Z"}
    for route in ("GET /v1/members/{id}", "GET /v1/members/{id}/entries", OWN_ROUTE):
        other, nobody = (
            send(serve_members.handler, route, path={"id": name}, caller=mine)
            for name in ("G", "nobody")
        )
        assert (other.status, other.text, other.headers) == (404, nobody.text, nobody.headers)
        assert (
            send(serve_members.handler, route, path={"id": "nobody"}, caller=SHOP).text
            == nobody.text
        )


def test_a_session_is_the_shops_to_give():
    engine.write(
        [members.put_member(Member("guest_1", alias="I")), members.put_alias("I", "guest_1")]
    )
    given = send(
        serve_members.handler, "POST /v1/members/{id}/session", path={"id": "I"}, caller=SHOP
    )
    assert (given.status, given.body["expires_at"]) == (200, "2026-03-01T10:15:00Z")
    caller = asked(OWN_ROUTE, f"Bearer {given.body['token']}")["context"]
    assert send(serve_members.handler, OWN_ROUTE, path={"id": "I"}, caller=caller).status == 200
    assert (
        send(
            serve_members.handler,
            "POST /v1/members/{id}/session",
            path={"id": "nobody"},
            caller=SHOP,
        ).code
        == "unknown_member"
    )
    assert not let_in("POST /v1/members/{id}/session", f"Bearer {STAFF_KEY}")


def test_the_table_of_routes_covers_every_route_that_is_not_public(tables):
    guarded = {route.key for route in read_routes(tables) if route.authorizer}
    assert guarded <= set(ROUTES)
    assert len(guarded) >= 50


def test_bearer_credentials_are_what_follows_the_scheme():
    assert bearer("Bearer a b") == "a b"


def test_a_short_pepper_signs_nothing(tables, monkeypatch):
    monkeypatch.setattr(secrets, "document", lambda: {"pepper": "short"})
    with pytest.raises(secrets.NotSetUp):
        secrets.pepper()


class TestConsole:
    @pytest.fixture(autouse=True)
    def console(self, tables, monkeypatch):
        open_console(monkeypatch)

    @pytest.mark.parametrize(
        ("role", "writes"),
        [("owner", True), ("manager", False), ("support", False), ("viewer", False)],
    )
    def test_a_session_opens_what_the_role_may_at_most(self, role, writes):
        token = f"Bearer {Visitor(role).cookie}"
        assert let_in(STAFF_ROUTE, token)
        assert let_in("POST /v1/keys", token) is writes
        assert not let_in(SHOP_ROUTE, token)

    def test_the_audit_is_told_who_it_was(self):
        owner = Visitor()
        assert (
            asked(STAFF_ROUTE, f"Bearer {owner.cookie}")["context"]["key"]
            == f"staff:{owner.person.id}"
        )

    def test_a_session_that_is_over_opens_nothing(self):
        owner = Visitor()
        assert not let_in(STAFF_ROUTE, f"Bearer {owner.cookie}", NOW + timedelta(hours=1))
        assert not let_in(STAFF_ROUTE, f"Bearer {owner.cookie}x")
        assert not let_in(STAFF_ROUTE, "Bearer cs_nobody.secret")
