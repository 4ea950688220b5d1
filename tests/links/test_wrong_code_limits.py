"""Who asks for wrong codes too often has to wait; who follows good links never notices."""

import json
from datetime import timedelta

import pytest

from functions import quote_cart, track_click
from shared.identity import address_hash
from shared.links import wrong_code_limits
from shared.store import keys
from shared.store.attributions.links import CodeItem
from shared.store.attributions.wrong_codes import WrongCodeCountItem
from shared.store.engine import Write, open_tables, write
from shared.store.items import AttributionsItem
from tests.support.http_events import NOW, send

SOMEBODY, ANOTHER = "203.0.113.7", "198.51.100.9"
NUMBERS = wrong_code_limits.PER_IP[1:], wrong_code_limits.OF_ALL[1:]
OPENED = {"Sec-Fetch-Dest": "document"}


@pytest.fixture(autouse=True)
def codes(tables, monkeypatch):
    open_tables()
    monkeypatch.setattr(wrong_code_limits, "PER_IP", wrong_code_limits.PER_IP._replace(most=3))
    monkeypatch.setattr(wrong_code_limits, "OF_ALL", wrong_code_limits.OF_ALL._replace(most=7))
    blocked = CodeItem(*keys.code("OUT-9999"), member="O", blocked=True)
    write([Write(CodeItem(*keys.code("ANNA-7K2Q"), member="A", first_name="Anna")), Write(blocked)])


def asked(handler, route, address, **parts):
    """The answer to a request from an internet address."""

    def from_there(event, context):
        event["requestContext"]["http"]["sourceIp"] = address
        return handler(event, context)

    return send(from_there, route, **parts)


def follow(code, address=SOMEBODY, **parts):
    return asked(
        track_click.handler,
        "GET /r/{code}",
        address,
        path={"code": code},
        **{"headers": OPENED} | parts,
    )


def land(code, address=SOMEBODY, **parts):
    return asked(track_click.handler, "POST /v1/clicks", address, body={"code": code}, **parts)


def quote(code, address=SOMEBODY, **parts):
    cart = {"code": code, "currency": "EUR", "items_total": 1000}
    return asked(quote_cart.handler, "POST /v1/quotes", address, body=cart, **parts)


WAYS = [follow, land, quote]


def guess(times, address=SOMEBODY, way=land, stem="NOBODY", **parts):
    return [way(f"{stem}-{number:04}", address, **parts).status for number in range(times)]


def counted():
    return [item for item in WrongCodeCountItem.scan() if item.pk.startswith("MISSES#")]


@pytest.mark.parametrize("way", WAYS)
def test_whoever_guesses_is_told_to_wait_until_the_minute_is_over(way):
    assert 429 not in guess(3, way=way)
    refused = way("NOBODY-0004", at=NOW + timedelta(seconds=18))
    assert (refused.status, refused.code, refused.headers["retry-after"]) == (
        429,
        "too_many_requests",
        "42",
    )
    assert refused.headers["content-type"] == "application/problem+json"
    assert way("NOBODY-0004", at=NOW + timedelta(seconds=60)).status != 429


@pytest.mark.parametrize("way", WAYS)
def test_a_good_code_that_was_guessed_at_is_answered_as_bad_ones_then(way):
    guess(3, stem="ANNA")
    good, bad = way("ANNA-7K2Q"), way("ANNA-9999")
    assert (good.status, good.text, good.cookies) == (429, bad.text, [])
    assert [item for item in AttributionsItem.scan() if item.pk.startswith("VISITOR#")] == []


@pytest.mark.parametrize("way", WAYS)
def test_good_codes_that_nobody_guessed_at_go_on(way):
    guess(6)
    assert way("ANNA-7K2Q").status in (200, 302)


@pytest.mark.parametrize("way", WAYS)
def test_names_that_are_guessed_one_after_the_other_are_guesses_too(way):
    statuses = [way(f"{name}-0000").status for name in ("ABE", "BEA", "CAL", "DAN", "EVE")]
    assert [status == 429 for status in statuses] == [False] * 3 + [True] * 2
    assert way("ANNA-0000").status == way("ANNA-7K2Q").status == 429


def test_a_browser_with_a_cookie_is_limited_as_well():
    token = follow("ANNA-7K2Q").cookies[0].partition(";")[0]
    guess(3, stem="ANNA")
    assert [way("ANNA-7K2Q", cookies=[token]).status for way in (follow, land)] == [429, 429]


def test_guesses_by_every_way_count_together():
    assert [
        follow("NOBODY-0001").status,
        land("NOBODY-0002").status,
        quote("NOBODY-0003").status,
        land("NOBODY-0004").status,
    ] == [302, 404, 200, 429]


@pytest.mark.parametrize("way", WAYS)
def test_others_go_on(way):
    guess(4)
    assert way("ANNA-7K2Q", ANOTHER).status in (200, 302)


@pytest.mark.parametrize("way", WAYS)
def test_good_codes_however_many_are_no_guesses(way):
    assert {way("ANNA-7K2Q").status for _ in range(5)} <= {200, 302}
    assert counted() == []


def test_a_code_that_was_blocked_is_no_guess():
    assert {follow("OUT-9999").status for _ in range(5)} == {302}
    assert {land("OUT-9999").status for _ in range(5)} == {404}
    assert {quote("OUT-9999").status for _ in range(5)} == {200}
    assert counted() == []


def test_what_can_be_no_code_is_no_guess():
    assert {follow("x" * 65).status for _ in range(5)} == {302}
    assert counted() == []


def test_when_all_together_guess_too_often_one_miss_is_enough():
    for number in range(4):
        guess(2, f"203.0.113.{number}")
    assert land("ANNA-7K2Q", ANOTHER).status == 200
    assert [land("ANNA-0000", ANOTHER).status, land("ANNA-7K2Q", ANOTHER).status] == [404, 429]
    assert land("ANNA-7K2Q", "192.0.2.1").status == 200


def test_whoever_is_limited_costs_no_more_writes():
    guess(3)
    before = sorted(item.misses for item in counted())
    guess(5)
    assert sorted(item.misses for item in counted()) == before == [3, 3, 3]


def test_the_address_itself_is_kept_nowhere():
    guess(1)
    assert all(SOMEBODY not in json.dumps(item.serialize()) for item in AttributionsItem.scan())
    assert {item.expires_at for item in counted()} == {NOW.timestamp() + 360}


def test_one_connection_is_one_address():
    pepper = b"a pepper of the tests"
    same = {
        address_hash(pepper, address)
        for address in ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:DB8:1:2:0:0:0:1")
    }
    assert len(same) == 1
    assert address_hash(pepper, "2001:db8:1:3::1") not in same
    assert (
        address_hash(pepper, "::ffff:203.0.113.7")
        == address_hash(pepper, "203.0.113.7")
        != address_hash(pepper, "203.0.113.8")
    )
    assert address_hash(b"another pepper", "203.0.113.7") != address_hash(pepper, "203.0.113.7")
    assert address_hash(pepper, "no:address")


def test_misses_and_refusals_are_counted_for_the_alarm(capsys):
    guess(4)
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    names = [row["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"] for row in told]
    assert names == ["CodeMisses"] * 3 + ["CodeGuessingLimited"]
    assert {tuple(row["_aws"]["CloudWatchMetrics"][0]["Dimensions"][0]) for row in told} == {
        ("service",)
    }
    assert SOMEBODY not in json.dumps(told)


def test_the_numbers_let_people_be_people():
    assert NUMBERS == ((60, 60), (600, 60))
