"""Which pages may read answers, and what a preflight is told."""

import pytest

from functions import serve_assets, track_click
from shared import owner_settings
from shared.domain.shop.owner_settings import OwnerSettings
from shared.domain.staff_action import StaffAction
from shared.store import engine
from shared.store.attributions import links
from shared.store.programs import sightings
from shared.store.programs.owner_settings import NEVER_SAVED, put_settings
from tests.support.counted_reads import counted_reads
from tests.support.http_events import NOW, send
from tests.support.shop import Shop

SHOP, OTHER = "https://shop.example.com", "https://elsewhere.example"


@pytest.fixture
def anna(tables, monkeypatch):
    monkeypatch.setenv("BASE_URL", "https://grapevine.example.com")
    monkeypatch.setenv("SHOP_ORIGINS", SHOP)
    owner_settings.forget()
    yield Shop().member("Anna")
    owner_settings.forget()


def told(origin: str | None, code: str):
    headers = {"origin": origin} if origin else {}
    answered = send(track_click.handler, "POST /v1/clicks", body={"code": code}, headers=headers)
    return answered.headers.get("access-control-allow-origin"), answered


def test_pages_of_the_shop_read_answers_and_refusals(anna):
    origin, answered = told(SHOP, anna.code)
    assert (origin, answered.status) == (SHOP, 200) and "origin" in answered.headers["vary"]
    origin, answered = told(SHOP, "NOBODY-0000")
    assert (origin, answered.status) == (SHOP, 404)


@pytest.mark.parametrize("origin", [None, OTHER, "null", "https://grapevine.example.com"])
def test_no_other_page_reads_them(anna, origin):
    allowed, answered = told(origin, anna.code)
    assert (allowed, answered.status) == (None, 200)


def test_the_owners_origins_replace_the_parameter(anna):
    assert told(OTHER, anna.code)[0] is None
    action = StaffAction("staff:1", "settings_changed", NOW)
    engine.write(put_settings(NEVER_SAVED, OwnerSettings(origins=(OTHER,)), action))
    assert told(OTHER, anna.code)[0] is None, "within the minute, the earlier ones count"
    owner_settings.forget()
    assert (told(OTHER, anna.code)[0], told(SHOP, anna.code)[0]) == (OTHER, None)


def test_calls_of_a_minute_pay_one_request_together(anna):
    told(OTHER, anna.code)
    with counted_reads() as without:
        told(None, anna.code)
    with counted_reads() as kept:
        told(OTHER, anna.code)
    owner_settings.forget()
    with counted_reads() as read_again:
        told(OTHER, anna.code)
    assert (kept.requests, read_again.requests) == (without.requests, without.requests + 1)


def test_a_preflight_is_told_what_may_be_sent(anna):
    asked = {"origin": SHOP, "access-control-request-method": "POST"}
    answered = send(serve_assets.handler, "OPTIONS /{proxy+}", path={"proxy": "v1"}, headers=asked)
    assert answered.status == 204
    assert answered.headers["access-control-allow-headers"] == "authorization, content-type"
    assert answered.headers["access-control-allow-origin"] == SHOP
    asked["origin"] = OTHER
    answered = send(serve_assets.handler, "OPTIONS /{proxy+}", path={"proxy": "v1"}, headers=asked)
    assert not [name for name in answered.headers if name.startswith("access-control")]


def test_the_snippet_is_seen_once_told_from_an_allowed_page(anna):
    told(OTHER, anna.code)
    assert sightings.list_sightings() == {}
    told(SHOP, anna.code)
    assert set(sightings.list_sightings()) == {sightings.SNIPPET}


def test_the_snippet_is_seen_where_the_links_own_cookie_reaches_the_shop(anna):
    """Then it tells no click, it asks what the token of the cookie is worth."""
    links.keep_click("token_of_a_cookie", anna.code.replace("-", ""), NOW)
    for origin, seen in ((OTHER, set()), (SHOP, {sightings.SNIPPET})):
        answered = send(
            track_click.handler,
            "GET /v1/clicks/{ref_token}",
            path={"ref_token": "token_of_a_cookie"},
            headers={"origin": origin},
            at=NOW,
        )
        assert answered.status == 200
        assert set(sightings.list_sightings()) == seen
