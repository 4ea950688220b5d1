"""Every route of the API, asked by everybody who may not: refused, and told the same of what is there and of what is not."""

import re
from typing import NamedTuple
from urllib.parse import unquote

import pytest

from shared.api.access import MEMBER, READ, ROUTES, SHOP, STAFF, scopes_of
from shared.openapi.document import CALLS
from tests.support.running_cloud import Answer, RunningCloud
from tests.support.running_shop import MORNING, RunningShop, done, refused, turned_away
from tests.support.running_staff import RunningStaff
from tests.support.webhook_receiver import running_receiver

CLOSED = sorted(set(CALLS) & set(ROUTES))
OWN = [route for route in CLOSED if MEMBER in scopes_of(route)]
ODD = "\u00e9" * 30
MALFORMED = [
    "Bearer",
    "Bearer ",
    "Basic c2s6",
    "sk",
    "Bearer sk_",
    "Bearer ms_a.b.c",
    "Bearer " + "a" * 5000,
    f"Bearer sk_{ODD}",
    ODD,
]
NOTHING = {"id": "nothing", "prefix": "ak_nothing", "month": "1999-01", "delivery": "nothing"}


class World(NamedTuple):
    """`there` names one thing of each kind, by the part of the address that stands before it."""

    shop: RunningShop
    keys: dict[str, str]
    sessions: dict[str, str]
    anna: str
    there: dict[str, dict[str, str]]
    ended: dict[str, str]
    view: str

    def ask(self, route: str, authorization: str | None, parts: dict[str, str]) -> Answer:
        method, path = route.split(" ")
        headers = {} if authorization is None else {"authorization": authorization}
        path = re.sub(r"{(\w+)}", lambda found: parts[found[1]], path)
        return self.shop.cloud.http(method, path, None if method == "GET" else {}, headers)

    def told(self, route: str, authorization: str | None) -> tuple[Answer, Answer]:
        """What is said of a thing that is there, and of one that is not."""
        kind = route.split("/")[2] if route.count("/") > 1 else ""
        return self.ask(route, authorization, NOTHING | self.there.get(kind, {})), self.ask(
            route, authorization, NOTHING
        )


@pytest.fixture(scope="module")
def world(grapevine: RunningCloud) -> World:
    shop = RunningShop(grapevine)
    shop.publish(review={"hold": ["same_payment"]})
    anna, bert = shop.member("anna"), shop.member("bert")
    friend = shop.friend_of(bert, "ines")
    shop.order("known", friend)
    for name, buyer in (("own", bert), ("held", friend)):
        shop.order(name, buyer, payment_fingerprint=shop.named("fp"))
    hold = done(shop.ask("POST", f"/v1/members/{bert.id}/holds", {"order_id": "cart", "amount": 1}))
    shop.ask(
        "PUT",
        f"/v1/orders/{shop.named('parked')}",
        {"status": "completed", "currency": "JPY", "items_total": 1},
    )
    keys = {SHOP: shop.secret_key, STAFF: shop.staff_key}
    keys[READ] = done(shop.ask("POST", "/v1/keys", {"scope": "read"}, shop.staff_key))["key"]
    with running_receiver() as receiver:
        webhook = done(shop.ask("POST", "/v1/webhooks", {"url": receiver.url}, shop.staff_key))
    by_hand = {"advocate_login": bert.login, "friend_login": anna.login, "reason": "Asked by phone"}
    referral = done(shop.ask("POST", "/v1/referrals", by_hand, shop.staff_key))
    done(shop.ask("POST", "/v1/settlements", {"month": "2026-02"}, shop.staff_key))
    members = {"kind": "members", "rows": [{"id": bert.id, "login": bert.login}]}
    imported = done(shop.ask("POST", "/v1/imports", members, shop.staff_key))
    shop.drain()
    there = {
        "members": {"id": bert.id},
        "orders": {"id": shop.named("known")},
        "reviews": {"id": shop.named("held")},
        "holds": {"id": hold["id"]},
        "programs": {"id": "default"},
        "parked": {"id": shop.parked()[0]["id"]},
        "keys": {"prefix": keys[READ][:11]},
        "webhooks": {"id": webhook["id"]},
        "referrals": {"id": referral["id"]},
        "settlements": {"month": "2026-02"},
        "imports": {"id": imported["id"]},
        # none without a platform, and none of a ledger this small; who may ask is the same
        "connections": {},
        "credit-codes": {},
        "verify": {},
    }
    sessions = {name: session(shop, who.id) for name, who in (("own", anna), ("other", bert))}
    ended = {scope: replaced_key(shop, scope) for scope in keys}
    led_on = RunningStaff(shop).view(anna.id).headers["location"]
    view = unquote(led_on.partition("token=")[2])
    return World(shop, keys, sessions, anna.id, there, ended, view)


def replaced_key(shop: RunningShop, scope: str) -> str:
    """A key whose end has come, for another took its place at once."""
    key = done(shop.ask("POST", "/v1/keys", {"scope": scope}, shop.staff_key))["key"]
    done(
        shop.ask(
            "POST",
            "/v1/keys",
            {"scope": scope, "replaces": key[:11], "overlap_hours": 0},
            shop.staff_key,
        )
    )
    return key


def session(shop: RunningShop, member: str) -> str:
    return done(shop.ask("POST", f"/v1/members/{member}/session"))["token"]


def alike(pair: tuple[Answer, Answer]) -> Answer:
    """The one answer that both are."""
    there, missing = pair
    shown = [
        (
            answer.status,
            answer.body,
            answer.headers.get("content-type"),
            answer.headers.get("www-authenticate"),
        )
        for answer in pair
    ]
    assert shown[0] == shown[1], (
        f"{there.body[:200]} is told of what is there, {missing.body[:200]} of what is not"
    )
    return there


def test_the_matrix_knows_something_of_each_kind_that_routes_name(world):
    kinds = {route.split("/")[2] for route in CLOSED if "{" in route}
    assert kinds - set(world.there) == set(), "say in the fixture `world` what there is of these"


@pytest.mark.parametrize("route", CLOSED)
def test_nobody_gets_in_without_a_key(world, route):
    turned_away(alike(world.told(route, None)), 401)


@pytest.mark.parametrize("route", CLOSED)
def test_nobody_gets_in_with_a_wrong_or_malformed_one(world, route):
    wrong = [f"Bearer {letters}{'w' * 32}" for letters in ("sk_", "ak_", "rk_", "pk_", "ms_")]
    forged = f"Bearer {world.sessions['own'].partition('.')[0]}.{world.sessions['other'].partition('.')[2]}"
    snippet = f"Bearer {world.shop.cloud.local['publishable_key']}"
    nearly = [
        f"Basic {world.keys[SHOP]}",
        f"Bearer {world.keys[SHOP]}x",
        f"Bearer {world.keys[STAFF][:-1]}",
    ]
    for authorization in (*wrong, *MALFORMED, *nearly, *world.keys.values(), forged, snippet):
        turned_away(alike(world.told(route, authorization)), 403)


@pytest.mark.parametrize("route", CLOSED)
def test_a_key_opens_its_own_scope_alone(world, route):
    for scope, key in world.keys.items():
        if scope not in scopes_of(route):
            turned_away(alike(world.told(route, f"Bearer {key}")), 403)
        else:
            assert world.ask(route, f"Bearer {key}", NOTHING).status not in (401, 403)


@pytest.mark.parametrize("route", CLOSED)
def test_a_key_that_was_replaced_opens_nothing_after_its_end(world, route):
    for key in world.ended.values():
        turned_away(alike(world.told(route, f"Bearer {key}")), 403)


@pytest.mark.parametrize("route", CLOSED)
def test_a_member_sees_another_members_data_as_if_it_were_not_there(world, route):
    answer = alike(world.told(route, f"Bearer {world.sessions['own']}"))
    if route in OWN:
        assert refused(answer, 404)["code"] == "unknown_member"
        assert answer.json == world.ask(route, f"Bearer {world.keys[SHOP]}", NOTHING).json
    else:
        turned_away(answer, 403)


@pytest.mark.parametrize("route", OWN)
def test_a_member_sees_their_own_data(world, route):
    mine = world.ask(route, f"Bearer {world.sessions['own']}", NOTHING | {"id": world.anna})
    assert mine.status == 200 or (mine.status == 404 and mine.json["code"] != "unknown_member"), (
        mine.body
    )


@pytest.mark.parametrize("route", CLOSED)
def test_staffs_view_of_a_members_pages_opens_nothing_here(world, route):
    for token in (world.view, f"ms_{world.view}"):
        turned_away(alike(world.told(route, f"Bearer {token}")), 403)
        own = world.ask(route, f"Bearer {token}", NOTHING | {"id": world.anna})
        turned_away(own, 403)


@pytest.mark.parametrize("route", CLOSED)
def test_a_session_that_has_ended_opens_nothing(world, route):
    world.shop.clock(MORNING)
    world.shop.later(minutes=15)
    answer = alike(world.told(route, f"Bearer {world.sessions['own']}"))
    own = world.ask(route, f"Bearer {world.sessions['own']}", NOTHING | {"id": world.anna})
    world.shop.clock(MORNING)
    assert (own.status, own.body) == (answer.status, answer.body)
    if route in OWN:
        assert refused(answer, 401)["code"] == "session_expired"
    else:
        turned_away(answer, 403)
