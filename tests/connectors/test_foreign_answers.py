"""What stands between us and a platform: proxies, firewalls, limits, redirects, and their answers."""

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest

from shared.connectors.admin_api import LONGEST_PAUSE_SECONDS, AdminApi
from shared.connectors.connector import PlatformRefused, TryLater, UnreadableAnswer
from shared.connectors.platforms import PLATFORMS
from shared.domain.money import Grant
from shared.domain.platforms.offer_terms import OfferTerms
from shared.domain.programs.reward_fields import Discount
from shared.processors.client import LARGEST_ANSWER
from tests.support.platforms.every_store import OUR_URL, tried_store
from tests.support.platforms.rest_server import PAGE, Said, rest_server

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
TERMS = OfferTerms("Grapevine: Tea", "EUR", Discount(Grant(100_000)), True, NOW)
MOST_REQUESTS = 9
"""More than one attempt of any connector to put or drop one code."""
DATE = "Sun, 01 Mar 2026 10:00:00 GMT"


@pytest.fixture(params=sorted(PLATFORMS))
def at(request):
    with tried_store(request.param) as tried:
        yield tried


@pytest.fixture
def faults():
    return []


@pytest.fixture
def api(faults):
    with rest_server(lambda _: Said(200, {}), faults) as url:
        yield AdminApi(url, OUR_URL)


@pytest.mark.parametrize("status", [200, 403, 501, 502, 520])
def test_a_page_in_the_place_of_an_answer_passes(at, status):
    """Whatever request of putting and dropping a code gets it, the code is neither lost nor kept."""
    offer = at.connector().offer(TERMS, None)
    for after in count():
        assert after < MOST_REQUESTS
        at.stumbles(after, PAGE._replace(status=status))
        try:
            made = at.connector().put([at.code("ANNA-7K2Q", offer)], TERMS)
            at.connector().drop(made)
        except TryLater:
            at.double.faults.clear()
            made = at.connector().put([at.code("ANNA-7K2Q", offer)], TERMS)
            assert [code.problem for code in made] == [None]
            at.connector().drop(made)
            assert not at.holds("ANNA-7K2Q")
        else:
            assert not at.holds("ANNA-7K2Q")
            return at.double.faults.clear()


def test_an_address_that_leads_elsewhere_is_named_and_gets_no_key(at):
    asked = []
    with rest_server(lambda it: asked.append(it) or Said(200, {}), []) as elsewhere:
        there = elsewhere.replace("127.0.0.1", "localhost")
        at.connector().look()
        at.stumbles(0, Said(301, b"", {"location": f"{there}/wp-json/"}))
        with pytest.raises(PlatformRefused, match="localhost") as refused:
            at.connector().look()
    assert refused.value.fault.field == "store" and asked == []


def test_a_way_to_another_page_of_the_same_store_passes(api, faults):
    faults.append(Said(302, b"", {"location": f"{api.base_url}/closed-for-today"}))
    with pytest.raises(UnreadableAnswer):
        api.send_json("GET", "/wp-json/", None, {})
    faults.append(Said(307, b"", {"location": "/closed-for-today"}))
    with pytest.raises(UnreadableAnswer):
        api.send_json("GET", "/wp-json/", None, {})


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 8),
        ({"retry-after": "7.5"}, 8),
        ({"retry-after": "Sun, 01 Mar 2026 10:01:30 GMT", "date": DATE}, 91),
        ({"retry-after": "Sun, 01 Mar 2026 09:59:00 GMT", "date": DATE}, 1),
        ({"retry-after": "Mon, 02 Mar 2026 10:00:00 GMT", "date": DATE}, LONGEST_PAUSE_SECONDS),
        ({"retry-after": "soon", "date": DATE}, 5),
        ({"retry-after": "\u00b2", "date": DATE}, 5),
        ({"retry-after": "9" * 400, "date": DATE}, 5),
        ({"x-rate-limit-time-reset-ms": "2500"}, 3),
        ({}, 5),
    ],
)
def test_a_limit_says_when_to_come_back(api, faults, headers, seconds):
    faults.append(Said(429, {}, headers))
    with pytest.raises(TryLater) as later:
        api.send_json("GET", "/", None, {})
    assert later.value.seconds == seconds


def test_an_answer_is_read_packed_and_behind_a_byte_order_mark(at):
    at.connector().look()
    real = json.dumps({"data": []}).encode()
    with rest_server(
        lambda _: Said(200, gzip.compress(real), {"content-encoding": "gzip"}), []
    ) as url:
        reply = AdminApi(url, OUR_URL).send_json("GET", "/", None, {})
        assert reply.body == real
    with (
        rest_server(lambda _: Said(200, b"cut", {"content-encoding": "gzip"}), []) as url,
        pytest.raises(TryLater),
    ):
        AdminApi(url, OUR_URL).send_json("GET", "/", None, {})


def test_an_answer_that_is_too_large_is_no_fault_of_the_address():
    bomb = gzip.compress(b" " * (LARGEST_ANSWER + 1))
    with (
        rest_server(lambda _: Said(200, bomb, {"content-encoding": "gzip"}), []) as url,
        pytest.raises(TryLater),
    ):
        AdminApi(url, OUR_URL).send_json("GET", "/", None, {})


def test_a_platform_that_never_answers_is_left_alone(api, faults):
    faults.append(-1)
    with pytest.raises(TryLater):
        api.send_json("GET", "/", None, {})
    with pytest.raises(TryLater):
        replace(api, base_url="http://127.0.0.1:9", attempt_seconds=1).send_json(
            "GET", "/", None, {}
        )
