"""What nights leave for the alarms: that each run began, and that a month is late."""

import json
from datetime import timedelta

import boto3
import pytest

from functions import decide_reviews, expire_credit, reconcile_ledger
from shared.domain.instants import instant_text
from shared.jobs.settlement_plan import is_late
from tests.support.credited_month import NIGHT

TIME = {"time": instant_text(NIGHT)}


@pytest.fixture
def counted(capsys):
    """The counts of the lines since the last look, by name."""
    capsys.readouterr()

    def look() -> dict[str, int]:
        lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
        names = [
            (metric["Name"], line)
            for line in lines
            for told in line.get("_aws", {}).get("CloudWatchMetrics", [])
            for metric in told["Metrics"]
        ]
        return {name: sum(line[name]) for name, line in names}

    return look


def test_every_night_is_counted(shop, month, counted, monkeypatch):
    queue = boto3.client("sqs").create_queue(QueueName="reconciliation")["QueueUrl"]
    monkeypatch.setenv("RECONCILIATION_QUEUE", queue)
    month.begin(NIGHT)
    assert counted() == {"SettlementRuns": 1, "SettlementLate": 0}
    reconcile_ledger.handler(TIME)
    assert counted() == {"ReconciliationRuns": 1}
    expire_credit.handler(TIME)
    assert counted() == {"ExpiryRuns": 1}
    decide_reviews.handler(TIME)
    assert counted() == {"ReviewRuns": 1}


def test_a_month_that_is_not_closed_three_days_after_its_end_is_late(shop, month, counted):
    shop.order("sale", customer={"id": "Ines"})
    month.end(NIGHT)
    month.begin(NIGHT + timedelta(days=28))  # February is over, and nobody closes it
    assert counted()["SettlementLate"] == 0
    month.waiting.clear()
    month.begin(NIGHT + timedelta(days=31))
    assert counted()["SettlementLate"] == 1
    month.drain()
    assert not is_late(NIGHT + timedelta(days=31))


def test_a_month_that_was_begun_and_hangs_is_late_too(shop, month):
    shop.order("sale", customer={"id": "Ines"})
    month.end(NIGHT)
    month.begin(NIGHT + timedelta(days=28))
    month.hand(month.waiting.pop(0))  # the month is begun; its pages are lost
    month.waiting.clear()
    assert not is_late(NIGHT + timedelta(days=28))
    assert is_late(NIGHT + timedelta(days=31))


def test_before_the_first_month_of_all_none_is_late(tables):
    assert not is_late(NIGHT)
