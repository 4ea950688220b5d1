"""What is counted for alarms: once for each thing that happened, and nobody's name in it."""

import json
import subprocess
import sys

import pytest

from functions import receive_webhook, reward_order, serve_orders, serve_staff
from local.cloud.template import read_template
from shared import metrics
from shared.store import engine, keys
from shared.store.ledger.accounts import AccountItem
from shared.webhooks import PROVIDERS
from tests.conftest import SECRETS
from tests.support.http_events import NOW, SHOP, STAFF, http_event
from tests.support.running_cloud import ROOT, TEMPLATE
from tests.support.shop import PLAIN, Shop

ORDER = {
    "status": "completed",
    "currency": "EUR",
    "items_total": 10_000,
    "customer": {"id": "Ines", "email": "ines@example.com"},
}


@pytest.fixture
def counted(tables, capsys):
    """Names and details of what was counted since the last look."""
    shop = Shop(**PLAIN, friend={"new_customers_only": False})
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    capsys.readouterr()

    def look():
        lines = capsys.readouterr().out.splitlines()
        assert not [line for line in lines if "nes" in line or "nna" in line]
        rows = [json.loads(line) for line in lines]
        return [_name_and_detail(row) for row in rows if "_aws" in row]

    return look


def _name_and_detail(row):
    (told,) = row["_aws"]["CloudWatchMetrics"]
    assert told["Namespace"] == "Grapevine" and row["service"]
    assert set(told["Dimensions"][0]) <= {"service", "reason"}
    return told["Metrics"][0]["Name"], row.get("reason", row[told["Metrics"][0]["Name"]][0])


def put(name, **facts):
    event = http_event("PUT /v1/orders/{id}", path={"id": name}, body=ORDER | facts, caller=SHOP)
    assert serve_orders.handler(event)["statusCode"] == 200


def news(**facts):
    event = {
        "id": "e",
        "source": "grapevine",
        "detail-type": "OrderChanged",
        "time": "2026-03-01T10:00:00Z",
        "detail": {"schema_version": 1} | facts,
    }
    reward_order.handler({"Records": [{"messageId": "m", "body": json.dumps(event)}]})


def deliver(body, headers=None):
    if headers is None:
        headers = PROVIDERS["stripe"].signature.sign(SECRETS["stripe"], body, NOW)
    event = http_event(
        "POST /webhooks/{provider}", path={"provider": "stripe"}, body=body, headers=headers
    )
    return receive_webhook.handler(event)["statusCode"]


@pytest.mark.parametrize("tell", [put, lambda name, **facts: news(id=name, **ORDER | facts)])
def test_an_order_is_counted_when_it_is_evaluated_and_not_again(counted, tell):
    tell("O1")
    tell("O1")
    tell(
        "O1",
        refunds=[
            {"id": "re", "amount": 2_500, "at": "2026-03-01T10:00:00Z", "status": "succeeded"}
        ],
    )
    assert counted() == [("OrdersRewarded", 1)]
    tell("O2", customer={"id": "Anna"})
    assert counted() == [("OrdersRefused", 1)]
    tell("O3", status="placed")
    assert counted() == []
    tell("O3")
    assert counted() == [("OrdersRewarded", 1)]


def test_a_dry_run_is_no_order(counted):
    event = http_event(
        "PUT /v1/orders/{id}", path={"id": "O1"}, body=ORDER, caller=SHOP, query={"dry_run": "true"}
    )
    serve_orders.handler(event)
    assert counted() == []


def test_what_cannot_be_used_is_counted_by_its_reason(counted):
    put("O1", currency="JPY")
    put("O1", currency="JPY")
    news(id="O2", status=5)
    deliver(
        json.dumps(
            {
                "id": "evt",
                "object": "event",
                "type": "some.topic",
                "created": 1772359200,
                "livemode": True,
            }
        ).encode()
    )
    assert counted() == [
        ("Parked", "no_exchange_rate"),
        ("Parked", 1),
        ("Parked", "invalid_facts"),
        ("Parked", 1),
        ("Parked", "irrelevant_topic"),
        ("Parked", 1),
    ]


def test_a_wrong_signature_is_counted(counted):
    assert deliver(b"{}", {"stripe-signature": "t=1772359200,v1=00"}) == 401
    assert counted() == [("RefusedSignatures", 1)]


def test_differences_of_the_books_are_counted(counted):
    verify = http_event("POST /v1/verify", caller=STAFF)
    put("O1")
    counted()
    serve_staff.handler(verify)
    assert counted() == [("VerifyDifferences", 0)]
    key = keys.account("Anna", "EUR")
    account = engine.find(AccountItem, key)
    account.balance += 1
    engine.write([engine.Write(account)])
    serve_staff.handler(verify)
    ((name, differences),) = counted()
    assert (name, differences >= 1) == ("VerifyDifferences", True)


def test_alarms_watch_metrics_that_are_counted():
    template = read_template(TEMPLATE)
    alarms = [template.properties(name) for name in template.resources("AWS::CloudWatch::Alarm")]
    ours = {
        alarm["MetricName"]: alarm["Dimensions"]
        for alarm in alarms
        if alarm.get("Namespace") == metrics.NAMESPACE
    }
    assert set(ours) == {
        metrics.REFUSED_SIGNATURES,
        metrics.CODE_GUESSING_LIMITED,
        metrics.VERIFY_DIFFERENCES,
        metrics.PARKED,
        metrics.SETTLEMENT_LATE,
        metrics.EXPIRY_RUNS,
        metrics.RECONCILIATION_RUNS,
        metrics.REVIEW_RUNS,
        metrics.SETTLEMENT_RUNS,
    }
    assert all([row["Name"] for row in dimensions] == ["service"] for dimensions in ours.values())


HEAVY = {
    "boto3",
    "aws_lambda_powertools.utilities.batch",
    "aws_lambda_powertools.utilities.parameters",
}


@pytest.mark.parametrize(
    "module", ["track_click", "reward_order", "serve_orders", "receive_webhook"]
)
def test_no_import_waits_for_what_only_a_call_needs(module):
    program = f"import sys, functions.{module}; sys.exit(bool({HEAVY} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, timeout=120).returncode == 0


def test_one_line_tells_everything_that_an_invocation_counted(tables, capsys):
    metrics.count(metrics.ORDERS_REWARDED)
    metrics.count(metrics.ORDERS_REWARDED)
    metrics.count(metrics.CODE_MISSES, 3)
    assert capsys.readouterr().out == ""
    metrics.flush()
    metrics.flush()
    (line,) = capsys.readouterr().out.splitlines()
    row = json.loads(line)
    assert (row["OrdersRewarded"], row["CodeMisses"]) == ([1, 1], [3])
    assert row["_aws"]["CloudWatchMetrics"][0]["Dimensions"] == [["service"]]
