import json
import os
from datetime import timedelta

import boto3
import pytest

from functions import reconcile_ledger, serve_console_money
from functions.serve_staff import handler
from shared import queue
from shared.jobs import verification
from shared.jobs.job import RECONCILIATION
from shared.store import engine
from shared.store.programs import parked
from tests.support.console_visitor import Visitor, open_console
from tests.support.http_events import NOW, STAFF, send
from tests.support.shop import Shop

LIST, RETRY, VERIFY, OPENAPI = (
    "GET /v1/parked",
    "POST /v1/parked/{id}/retry",
    "POST /v1/verify",
    "GET /openapi.json",
)
WHY = {"reason": "no_exchange_rate", "text": "Send its fx_rate."}

EVENT = {"schema_version": 1, "correlation_id": "request-1"}


@pytest.fixture(autouse=True)
def opened(tables):
    engine.open_tables()


@pytest.fixture
def told():
    """What the bus tells a queue that listens to it."""
    events, queues = boto3.client("events"), boto3.client("sqs")
    url = queues.create_queue(QueueName=os.environ["BUS_NAME"])["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    events.put_rule(
        Name="everything",
        EventBusName=os.environ["BUS_NAME"],
        EventPattern='{"source": ["grapevine"]}',
    )
    events.put_targets(
        Rule="everything",
        EventBusName=os.environ["BUS_NAME"],
        Targets=[{"Id": "queue", "Arn": arn}],
    )

    def heard():
        messages = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]

    return heard


def ask(route, **parts):
    return send(handler, route, caller=STAFF, **parts)


def retry(parked_id, at=NOW):
    return ask(RETRY, path={"id": parked_id}, at=at)


def test_what_is_parked_is_listed_in_pages():
    for number in range(5):
        parked.park(f"evt_{number}", NOW + timedelta(minutes=number), **WHY)
    seen, cursor = [], None
    while True:
        page = ask(LIST, query={"limit": "2"} | ({"cursor": cursor} if cursor else {})).body
        seen.append([row["id"] for row in page["items"]])
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [["evt_4", "evt_3"], ["evt_2", "evt_1"], ["evt_0"]]


def test_a_retry_tells_the_bus_what_was_kept(told):
    parked.park(
        "evt_1",
        NOW,
        detail={"id": "1001", "customer": {"id": "I", "email": "ines@example.com"}},
        **WHY,
    )
    answered = retry("evt_1", NOW + timedelta(days=1))
    assert (answered.status, answered.body["retried_at"]) == (202, "2026-03-02T10:00:00Z")
    event = told()[0]
    assert (event["detail-type"], event["source"]) == ("OrderChanged", "grapevine")
    assert event["detail"] == EVENT | {"id": "1001", "customer": {"id": "I"}}


def test_an_order_is_tried_again_by_its_id(told):
    parked.park_order("gid://shop/1", NOW, **WHY)
    (row,) = ask(LIST).body["items"]
    assert retry(row["id"]).status == 202
    assert told()[0]["detail"] == EVENT | {"id": "gid://shop/1"}


def test_what_holds_nothing_to_try_is_not_retried(told):
    parked.park("evt_1", NOW, **WHY)
    assert (retry("evt_1").status, retry("evt_1").code) == (409, "not_retryable")
    assert told() == []


def test_what_was_used_meanwhile_is_not_retried(told):
    parked.park_order("1001", NOW, **WHY)
    parked.unpark_order("1001")
    answered = retry(parked.order_place("1001"))
    assert (answered.status, answered.code, told()) == (409, "settled", [])


def test_what_is_not_parked_is_unknown():
    assert (retry("evt_1").status, retry("evt_1").code) == (404, "unknown_parked")
    assert retry("x" * 1000).fields == ["id"]


def test_an_empty_ledger_has_no_differences():
    assert ask(VERIFY).body == {"entries": 0, "orders": 0, "differences": []}


def test_the_api_is_told():
    answered = ask(OPENAPI)
    assert (answered.status, answered.body["openapi"]) == (200, "3.1.0")


@pytest.fixture
def large_ledger(monkeypatch):
    """A ledger that is too large for one answer; returns the jobs that were asked for."""
    sent = []
    monkeypatch.setattr(verification, "MOST_AT_ONCE", 0)
    monkeypatch.setattr(verification, "ITEMS_A_PAGE", 5)
    monkeypatch.setattr(RECONCILIATION, "_load_url", lambda: "the queue")
    monkeypatch.setattr(queue, "send_all", lambda url, jobs: sent.extend(map(json.dumps, jobs)))
    shop = Shop()
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    for number in range(5):
        shop.order(f"O{number}", customer={"id": "Ines"})
    return sent


def test_a_small_ledger_is_recomputed_while_the_caller_waits():
    assert ask("POST /v1/verify").body == {"entries": 0, "orders": 0, "differences": []}


def test_a_large_ledger_goes_on_behind_the_answer_and_is_looked_at_by_its_id(large_ledger):
    begun = ask("POST /v1/verify")
    assert (begun.status, begun.body["state"], begun.body["differences"]) == (202, "running", [])
    assert ask("POST /v1/verify").body["id"] == begun.body["id"]
    here = {"id": begun.body["id"]}
    seen = []
    while large_ledger:
        record = {"messageId": "m", "body": large_ledger.pop(0)}
        assert reconcile_ledger.handler({"Records": [record]}) == {"batchItemFailures": []}
        seen.append(ask("GET /v1/verify/{id}", path=here).body["items"])
    assert seen == sorted(seen) and seen[0] < seen[-1]
    ended = ask("GET /v1/verify/{id}", path=here).body
    assert (ended["state"], ended["orders"], ended["entries"]) == ("done", 5, 5)
    assert (ended["differences"], ended["found"]) == ([], 0)


def test_a_verification_that_is_not_there_is_not_found():
    refused = ask("GET /v1/verify/{id}", path={"id": "nothing"})
    assert (refused.status, refused.body["code"]) == (404, "unknown_verification")


def test_the_console_shows_how_far_a_verification_is(large_ledger, monkeypatch):
    open_console(monkeypatch)
    manager, money = Visitor("manager"), serve_console_money.handler
    assert "Nothing was verified" in manager.get(money, "GET /console/verification").text
    posted = manager.post(money, "POST /console/verification")
    assert posted.status == 303 and len(large_ledger) == 1
    shown = manager.get(money, "GET /console/verification").text
    assert "Running" in shown and "every 2s" in shown and "Verify everything now" not in shown
    assert Visitor("viewer").post(money, "POST /console/verification").status == 403
