"""The alarms of template.yaml: who is told, of what, and that a page says what to do then."""

import json
import re

import pytest

from shared import metrics
from tests.support.function_permissions import SAM, of_type

PAGES = {
    "ApiErrorsAlarm",
    "EventsStuckAlarm",
    "OrdersWaitAlarm",
    "VerifyDifferencesAlarm",
    "WebhookErrorsAlarm",
    "WebhooksSlowAlarm",
}
"""What cannot wait for the morning."""
BACKGROUND = {
    "DecideReviews",
    "DeliverWebhook",
    "ExpireCredit",
    "HandleMailFeedback",
    "PublishEvents",
    "ReconcileLedger",
    "RewardOrder",
    "RunImports",
    "SyncCodes",
    "SendMail",
    "SettleMonth",
    "UpdateDailyTotals",
}
AT_ONCE = {"AWS/ApiGateway", "AWS/Lambda"}
"""Namespaces of what passes by itself: a single minute of it tells nobody."""

pytestmark = pytest.mark.skipif(
    not SAM.exists(), reason="`make test` sets up .venv-sam, which these tests need"
)


@pytest.fixture(scope="module")
def alarms(resources: dict[str, dict]) -> dict[str, dict]:
    return of_type(resources, "AWS::CloudWatch::Alarm")


def watched(alarm: dict) -> list[dict]:
    """The metrics of an alarm: its own, or those that its expression is made of."""
    parts = [row["MetricStat"] for row in alarm.get("Metrics", []) if "MetricStat" in row]
    return [part["Metric"] | {"Period": part["Period"]} for part in parts] or [alarm]


def test_every_alarm_pages_or_mails_and_says_when_it_is_over(alarms: dict[str, dict]):
    topics = {name: alarm["AlarmActions"] for name, alarm in alarms.items()}
    assert {name for name, told in topics.items() if told == [{"Ref": "Pages"}]} == PAGES
    assert {name for name, told in topics.items() if told == [{"Ref": "Alarms"}]} == (
        set(alarms) - PAGES
    )
    assert all(alarm["OKActions"] == alarm["AlarmActions"] for alarm in alarms.values())


def test_cloudwatch_may_publish_to_the_topics(resources: dict[str, dict]):
    """With AWS's own key `alias/aws/sns` it may not, and says so nowhere."""
    for topic in of_type(resources, "AWS::SNS::Topic").values():
        assert "KmsMasterKeyId" not in topic
    assert of_type(resources, "AWS::SNS::TopicPolicy") == {}  # the default lets the account's own


def test_the_same_address_gets_both_and_a_pager_the_pages(resources: dict[str, dict]):
    told = {
        name: (row["TopicArn"]["Ref"], row["Endpoint"]["Ref"])
        for name, row in of_type(resources, "AWS::SNS::Subscription").items()
    }
    assert told == {
        "AlarmMail": ("Alarms", "AlarmEmail"),
        "PageMail": ("Pages", "AlarmEmail"),
        "PageCall": ("Pages", "PagerUrl"),
    }


def test_each_description_names_the_runbook_of_its_alarm(alarms: dict[str, dict]):
    for name, alarm in alarms.items():
        anchor = re.sub(r"(?<!^)(?=[A-Z])", "-", name).lower()
        assert alarm["AlarmDescription"].endswith(f"(docs/runbooks.md#{anchor})")


def test_every_dead_letter_queue_has_an_alarm(resources: dict[str, dict], alarms: dict[str, dict]):
    seen = {json.dumps(alarm.get("Dimensions", [{}])[0].get("Value")) for alarm in alarms.values()}
    dead = [name for name in of_type(resources, "AWS::SQS::Queue") if "DeadLetters" in name]
    assert {json.dumps({"Fn::GetAtt": [name, "QueueName"]}) for name in dead} <= seen


def test_every_function_is_behind_the_api_or_in_the_alarm_of_the_background(
    resources: dict[str, dict], alarms: dict[str, dict]
):
    functions = {
        row["Dimensions"][0]["Value"]["Ref"]
        for alarm in ("BackgroundErrorsAlarm", "ImportErrorsAlarm")
        for row in watched(alarms[alarm])
    }
    called = {
        json.dumps(row["FunctionName"])
        for row in of_type(resources, "AWS::Lambda::Permission").values()
    }
    behind_api = {
        name
        for name in of_type(resources, "AWS::Lambda::Function")
        if json.dumps({"Ref": name}) in called or json.dumps({"Ref": f"{name}Aliaslive"}) in called
    }
    assert functions == BACKGROUND
    assert behind_api | BACKGROUND == set(of_type(resources, "AWS::Lambda::Function"))


def test_no_alarm_is_raised_by_one_minute_of_what_passes(alarms: dict[str, dict]):
    for name, alarm in alarms.items():
        if {row["Namespace"] for row in watched(alarm)} & AT_ONCE:
            minutes = alarm.get("DatapointsToAlarm", alarm["EvaluationPeriods"])
            assert minutes >= 2, name


def test_a_night_without_a_run_raises_an_alarm(alarms: dict[str, dict]):
    """Nothing at all was counted: silence is the fault."""
    runs = {
        alarm["MetricName"]: alarm
        for alarm in alarms.values()
        if alarm["TreatMissingData"] == "breaching"
    }
    assert set(runs) == {
        metrics.EXPIRY_RUNS,
        metrics.RECONCILIATION_RUNS,
        metrics.REVIEW_RUNS,
        metrics.SETTLEMENT_RUNS,
    }
    for alarm in runs.values():
        assert alarm["ComparisonOperator"] == "LessThanThreshold"
        assert alarm["Period"] * alarm["EvaluationPeriods"] > 24 * 3_600


def test_alarms_hold_what_cloudwatch_takes(alarms: dict[str, dict]):
    for name, alarm in alarms.items():
        rows = watched(alarm)
        window = max(row["Period"] for row in rows) * alarm["EvaluationPeriods"]
        longest = max(row["Period"] for row in rows)
        assert window <= (7 * 86_400 if longest >= 3_600 else 86_400), name
        assert len(rows) <= 10, name


def test_the_dashboard_is_json_and_shows_what_is_counted(resources: dict[str, dict]):
    text = resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    widgets = json.loads(text)["widgets"]
    assert len(widgets) == 9
    for name in (metrics.ORDERS_REWARDED, metrics.PARKED, metrics.SETTLEMENT_LATE):
        assert f'"{name}"' in text
