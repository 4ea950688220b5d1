"""The key of a WooCommerce store comes by itself: the owner presses a button, approves at the store,
and is back at a store that is being set up; or is told what went wrong and how to go on.
"""

import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from functions.serve_console_wiring import handler
from shared.connectors.key_requests import LARGEST_KEY, LIFE
from shared.connectors.store_secrets import find_secret, read_secret
from shared.store.programs import audit_log
from shared.store.programs.connections import list_connections
from tests.support.codes_queue import codes_queue, work_off
from tests.support.console_visitor import Visitor, open_console, text_of
from tests.support.http_events import NOW, Answered, send
from tests.support.platforms.woocommerce import KEY, SECRET, STORE, woocommerce_store

OURS = "https://127.0.0.1:8000"
PAGE = "GET /console/connections"
ASK = "POST /console/connections/key-request"
BACK = "GET /console/connections/key-request"
CALLBACK = "POST /webhooks/woocommerce/key"
OTHER = "ck_" + "c" * 40, "cs_" + "d" * 40


@pytest.fixture
def store(tables, monkeypatch):
    codes_queue(tables, monkeypatch)
    open_console(monkeypatch)
    monkeypatch.setenv("BASE_URL", OURS)
    with woocommerce_store() as double:
        monkeypatch.setenv("PROCESSOR_APIS", json.dumps({"woocommerce": double.url}))
        double.keys.post = post
        yield double


@pytest.fixture
def owner(store):
    return Visitor()


def post(address: str, told: dict, at=NOW) -> int:
    """What a store posts arrives at our function."""
    assert address == OURS + CALLBACK.removeprefix("POST ")
    return send(handler, CALLBACK, body=told, at=at).status


def asked(owner: Visitor, store: str = STORE, **more: str) -> str:
    """The address at the store to which the button leads."""
    page = owner.post(handler, ASK, {"provider": "woocommerce", "store": store} | more)
    assert page.status == 200, page.text
    address = page.headers["refresh"].removeprefix("0; url=")
    assert address == unescape(re.search(r'class="button primary" href="([^"]+)"', page.text)[1])
    return address


def back(owner: Visitor, address: str) -> Answered:
    """Where the store leads the browser."""
    assert address.startswith(OURS + BACK.removeprefix("GET ")), address
    return owner.get(handler, BACK, query=dict(parse_qsl(urlsplit(address).query)))


def connections_page(owner: Visitor) -> str:
    return owner.get(handler, PAGE).text


def is_not_connected() -> bool:
    return list_connections() == []


def test_one_press_and_one_approval_connect_the_store(store, owner):
    address = asked(owner, f"https://{STORE}/", reason="Ticket 88")
    query = dict(parse_qsl(urlsplit(address).query))
    assert (query["app_name"], query["scope"]) == ("Grapevine", "read_write")
    led = back(owner, store.keys.approves(address))
    assert (led.status, led.headers["location"]) == (
        303,
        "/console/connections?said=store_connected",
    )
    work_off()
    (connection,) = list_connections()
    assert (connection.store, connection.state, len(store.hooks)) == (STORE, "connected", 4)
    kept = find_secret(connection.secret)
    assert (kept["consumer_key"], kept["consumer_secret"]) == (KEY, SECRET)
    assert read_secret("key_request") is None
    (line,) = [it for it in audit_log.list_audit_lines(9)[0] if it["what"] == "store_connected"]
    assert (line["who"], line["reason"]) == (f"staff:{owner.person.id}", "Ticket 88")
    assert SECRET not in json.dumps(line, default=str)


def test_a_key_that_is_posted_twice_is_taken_once(store, owner):
    store.keys.posts = 2
    assert back(owner, store.keys.approves(asked(owner))).status == 303


def test_denied_at_the_store_says_so_and_offers_both_ways(store, owner):
    address = asked(owner)
    page = back(owner, store.keys.denies(address))
    assert page.status == 409 and "it was not approved there" in text_of(page.text)
    assert page.text.count("<details open>") == 1 and f'value="{STORE}"' in page.text
    assert not store.keys.approves(address), "the state is used up"
    assert is_not_connected()


def test_a_key_that_never_came_says_that_the_store_cannot_reach_us(store, owner):
    store.keys.posts = 0
    page = back(owner, store.keys.approves(asked(owner)))
    assert page.status == 409
    assert "the store could not reach us. Paste a key instead" in text_of(page.text)
    assert f'value="{STORE}"' in page.text and is_not_connected()


def test_a_key_of_another_store_does_not_open_this_one(store, owner):
    store.keys.made = OTHER
    address = asked(owner)
    led = store.keys.approves(address)
    page = back(owner, led)
    assert page.status == 422 and "is not accepted" in text_of(page.text)
    assert is_not_connected() and OTHER[1] not in json.dumps(read_secret("key_request"))
    store.keys.made = KEY, SECRET
    assert not store.keys.approves(address), "one key for a state"
    assert back(owner, led).status == 409
    assert back(owner, store.keys.approves(asked(owner))).status == 303


def test_the_first_key_of_a_request_stays(store, owner):
    address = asked(owner)
    led = store.keys.approves(address)
    store.keys.made = OTHER
    assert not store.keys.approves(address)
    assert back(owner, led).status == 303


def test_the_address_is_that_of_the_request_whatever_is_posted(store, owner):
    store.keys.post = lambda address, told: post(address, told | {"store": "evil.example.com"})
    assert back(owner, store.keys.approves(asked(owner))).status == 303
    assert [it.store for it in list_connections()] == [STORE]


@pytest.mark.parametrize("told_state", ["x" * 43, "grapevine"])
def test_a_state_that_nobody_was_given_takes_no_key(store, owner, told_state):
    store.keys.told_state, store.keys.believes = told_state, True
    page = back(owner, store.keys.approves(asked(owner)))
    assert page.status == 409 and "Paste a key instead" in text_of(page.text)


def test_without_a_request_there_is_one_answer_whatever_is_posted(store, owner):
    told = {"user_id": "x", "consumer_key": KEY, "consumer_secret": SECRET}
    nobody = send(handler, CALLBACK, body=told)
    state = dict(parse_qsl(urlsplit(asked(owner)).query))["user_id"]
    wrong = send(handler, CALLBACK, body=told)
    ended = send(handler, CALLBACK, body=told | {"user_id": state}, at=NOW + LIFE)
    assert {(it.status, it.text) for it in (nobody, wrong, ended)} == {(404, nobody.text)}
    empty = send(handler, CALLBACK, body=told | {"user_id": ""})
    assert (empty.status, empty.fields) == (422, ["user_id"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("no json", 400),
        ([], 422),
        ({}, 422),
        ({"user_id": "x", "consumer_key": ["ck_"], "consumer_secret": SECRET}, 422),
        ({"user_id": "x", "consumer_key": "ck 1", "consumer_secret": SECRET}, 422),
        ({"user_id": "x", "consumer_key": "c" * 513, "consumer_secret": SECRET}, 422),
        ({"user_id": "x" * LARGEST_KEY}, 413),
    ],
)
def test_what_is_no_key_is_refused(store, body, status):
    assert send(handler, CALLBACK, body=body).status == status


def test_a_request_ends_after_half_an_hour(store, owner):
    late = NOW + LIFE
    address = asked(owner)
    store.keys.post = lambda address, told: post(address, told, late)
    assert not store.keys.approves(address)
    store.keys.post = lambda address, told: post(address, told, late - timedelta(seconds=1))
    led = store.keys.approves(address)
    owner.at = late
    assert back(owner, led).status == 409 and is_not_connected()
    assert "Finish connecting" not in connections_page(owner)


def test_a_later_press_ends_the_earlier_request(store, owner):
    earlier = asked(owner)
    later = asked(owner)
    assert not store.keys.approves(earlier)
    assert back(owner, store.keys.approves(later)).status == 303


def test_only_who_asked_comes_back_from_the_store(store, owner):
    led = store.keys.approves(asked(owner))
    colleague = Visitor()
    assert back(colleague, led).status == 409 and is_not_connected()
    assert "Finish connecting" not in connections_page(colleague)
    assert back(owner, led).status == 303


def test_only_owners_ask(store, owner):
    helper = Visitor("support")
    assert helper.post(handler, ASK, {"store": STORE}).status == 403
    assert back(helper, store.keys.approves(asked(owner))).status == 403


def test_a_store_that_is_slow_loses_no_key(store, owner):
    led = store.keys.approves(asked(owner))
    store.faults.append(503)
    page = back(owner, led)
    assert page.status == 503 and is_not_connected()
    again = unescape(re.search(r'href="([^"]+key-request[^"]+)"', connections_page(owner))[1])
    assert back(owner, OURS + again).status == 303


def test_a_window_that_was_closed_is_no_loss(store, owner):
    store.keys.approves(asked(owner))
    page = connections_page(owner)
    assert "The store has sent its key." in page and SECRET not in page and KEY not in page
    again = unescape(re.search(r'href="([^"]+key-request[^"]+)"', page)[1])
    assert back(owner, OURS + again).status == 303
    assert "Finish connecting" not in connections_page(owner)


def test_no_address_no_request(store, owner):
    page = owner.post(handler, ASK, {"provider": "woocommerce", "store": "my shop"})
    assert page.status == 422 and "must be the store&#39;s address" in page.text
    assert 'value="my shop"' in page.text and page.text.count("<details open>") == 1
    assert read_secret("key_request") is None


def test_a_second_store_is_refused_before_anybody_approves(store, owner):
    assert back(owner, store.keys.approves(asked(owner))).status == 303
    page = owner.post(handler, ASK, {"provider": "woocommerce", "store": "other.example.com"})
    assert page.status == 409 and "only one of them can be connected" in text_of(page.text)


def test_without_https_the_page_says_why_the_key_has_to_be_pasted(store, owner, monkeypatch):
    assert "Connect with WooCommerce" in connections_page(owner)
    monkeypatch.setenv("BASE_URL", OURS.replace("https", "http"))
    owner = Visitor()
    page = connections_page(owner)
    assert "Connect with WooCommerce" not in page and "only to a console with https" in page
    refused = owner.post(handler, ASK, {"store": STORE}, headers={"sec-fetch-site": "same-origin"})
    assert refused.status == 409 and "Paste a key instead" in text_of(refused.text)
