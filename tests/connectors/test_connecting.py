"""Connecting a store, from the form to the last code: audited, in batches, and whatever happens meanwhile."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from functions import serve_staff, serve_webhooks
from shared.connectors import work
from shared.connectors.jobs import (
    CODES,
    MOST_ATTEMPTS,
    PlatformSilent,
    SetUp,
    SyncCode,
    TakeBack,
    postpone,
)
from shared.connectors.shopify import graphql
from shared.domain.platforms.codes import PlatformCode, plan_codes
from shared.store.programs.connections import list_connections
from tests.support.codes_queue import advocates, codes_queue, take_off, work_off
from tests.support.http_events import send
from tests.support.platforms.shopify import CLIENT_ID, CLIENT_SECRET, STORE, Fault, shopify_store

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
KEY = {"scope": "staff", "key": "ak_12345678"}
FORM = {
    "provider": "shopify",
    "store": f"https://{STORE}/admin",
    "client_id": CLIENT_ID,
    "client_secret": CLIENT_SECRET,
    "reason": "Ticket 88",
}


@pytest.fixture
def store(tables, monkeypatch):
    codes_queue(tables, monkeypatch)
    graphql._tokens.clear()
    with shopify_store() as double:
        monkeypatch.setenv("PROCESSOR_APIS", json.dumps({"shopify": double.url}))
        yield double
    graphql._tokens.clear()


def staff(route: str, body: object = None, **path: str):
    handler = next(it.handler for it in (serve_webhooks, serve_staff) if route in it.handler.routes)
    return send(handler, route, caller=KEY, body=body, path=path or None, at=NOW)


def test_a_thousand_advocates_come_in_batches_and_after_kills(store):
    codes = advocates(1_000)
    staff("POST /v1/connections", FORM)
    kills = work_off(kill_every=6)
    assert kills >= 3
    assert set(codes) <= set(store.codes()) and len(store.codes()) == 1_001
    (connection,) = list_connections()
    seen = staff("GET /v1/connections/{id}", id=connection.id).body
    assert (seen["state"], seen["codes"], seen["codes_refused"]) == ("connected", 1_000, 0)
    in_codes = [name for name in store.asked if name in ("FindCodes", "AddCodes", "AddedCodes")]
    assert len(in_codes) < 1_000 / 4, "a quarter of a request for each advocate"


def test_who_connected_and_who_left_stands_in_the_audit_without_secrets(store):
    connection = staff("POST /v1/connections", FORM).body["id"]
    staff("DELETE /v1/connections/{id}", {"reason": "Ticket 89"}, id=connection)
    lines = staff("GET /v1/audit").body["items"]
    assert {(line["what"], line["reason"], line["who"]) for line in lines} == {
        ("store_left", "Ticket 89", KEY["key"]),
        ("store_connected", "Ticket 88", KEY["key"]),
    }
    assert CLIENT_SECRET not in json.dumps(lines)


def test_no_tick_says_that_codes_are_there_before_they_are(store):
    codes = advocates(3)
    discount = take_off(None)
    connection = staff("POST /v1/connections", FORM).body["id"]
    work_off()
    seen = staff("GET /v1/connections/{id}", id=connection).body
    assert (seen["state"], seen["codes"]) == ("connected", 0)
    assert [step for step, ticked in seen["steps"].items() if not ticked] == ["offer", "codes"]
    take_off(discount)
    work.run(SetUp(time=NOW, connection=connection))
    seen = staff("GET /v1/connections/{id}", id=connection).body
    assert (seen["state"], seen["steps"]["offer"], seen["steps"]["codes"]) == (
        "connecting",
        True,
        False,
    )
    work_off()
    seen = staff("GET /v1/connections/{id}", id=connection).body
    assert seen["state"] == "connected" and all(seen["steps"].values())
    assert set(codes) <= set(store.codes())


def test_a_store_that_withdraws_the_token_is_stopped_and_says_so(store):
    advocates(1)
    connection = staff("POST /v1/connections", FORM).body["id"]
    work_off()
    store.tokens.clear()
    graphql._tokens.clear()
    store.refuses = True
    CODES.enqueue([SyncCode(time=NOW, code="NOBODYSCODE")])
    advocates(2)
    CODES.enqueue([SyncCode(time=NOW, code="ANNA0001")])
    work_off()
    seen = staff("GET /v1/connections/{id}", id=connection).body
    assert seen["state"] == "stopped" and "connect again" in seen["problem"]
    store.refuses = False
    staff("POST /v1/connections", FORM)
    work_off()
    seen = staff("GET /v1/connections/{id}", id=connection).body
    assert (seen["state"], seen["problem"]) == ("connected", None)
    assert "ANNA-0001" in store.codes()


def test_a_store_that_is_silent_for_hours_is_stopped_and_says_so(store):
    connection = staff("POST /v1/connections", FORM).body["id"]
    store.faults.append(Fault(503))
    with pytest.raises(PlatformSilent):
        work.run(SetUp(time=NOW, connection=connection, attempt=MOST_ATTEMPTS))
    seen = staff("GET /v1/connections/{id}", id=connection).body
    assert seen["state"] == "stopped" and "has not answered for five hours" in seen["problem"]
    staff("POST /v1/connections", FORM)
    work_off()
    seen = staff("GET /v1/connections/{id}", id=connection).body
    assert (seen["state"], seen["problem"]) == ("connected", None)


def test_a_store_that_is_no_longer_there_can_be_left(store):
    """What is left of 60 codes and the webhooks stays in a store that nobody reaches."""
    advocates(60)
    connection = staff("POST /v1/connections", FORM).body["id"]
    work_off()
    staff("DELETE /v1/connections/{id}", {"reason": "Ticket 89"}, id=connection)
    store.faults += [Fault(502) for _ in range(99)]
    work.run(TakeBack(time=NOW, connection=connection))
    assert list_connections(), "it is tried again"
    work.run(TakeBack(time=NOW, connection=connection, attempt=MOST_ATTEMPTS))
    work_off()
    assert (list_connections(), len(store.discounts)) == ([], 1)


def test_a_platform_that_never_answers_is_given_up_on_loudly():
    with pytest.raises(PlatformSilent):
        postpone(SyncCode(time=NOW + timedelta(0), code="A", attempt=MOST_ATTEMPTS), 5)


def test_a_plan_puts_what_is_missing_and_drops_what_should_not_be():
    kept = {
        "SAME": PlatformCode("SAME", "SAME", "1", "offer"),
        "OLD": PlatformCode("OLD", "OLD", "2", "another"),
        "GONE": PlatformCode("GONE", "GONE", "3", "offer"),
    }
    wanted = {"SAME": "SAME", "OLD": "OLD", "NEW": "N-EW"}
    plan = plan_codes(("SAME", "OLD", "GONE", "NEW", "NEVER"), wanted, kept, "offer")
    assert plan.to_put == (
        PlatformCode("OLD", "OLD", "2", "offer"),
        PlatformCode("NEW", "N-EW", None, "offer"),
    )
    assert plan.to_drop == (kept["GONE"],)
    without = plan_codes(("SAME",), wanted, kept, None)
    assert (without.to_put, without.to_drop) == ((), (kept["SAME"],))
