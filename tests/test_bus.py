"""EventBridge takes our events as we put them, and what it does not take is said."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import boto3
import pytest
from botocore.exceptions import ParamValidationError

from shared import aws, bus, log

AT = datetime(2026, 3, 1, 10, tzinfo=UTC)


@pytest.fixture
def received(mock_account, monkeypatch):
    """What a queue receives that a rule feeds with all events of ours."""
    monkeypatch.setenv("BUS_NAME", "grapevine")
    monkeypatch.setenv("SECRETS_ARN", "unused")
    log.forget_ids()
    events, queues = boto3.client("events"), boto3.client("sqs")
    url = queues.create_queue(QueueName="events")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
        "QueueArn"
    ]
    events.create_event_bus(Name="grapevine")
    events.put_rule(Name="all", EventBusName="grapevine", EventPattern='{"source": ["grapevine"]}')
    events.put_targets(Rule="all", EventBusName="grapevine", Targets=[{"Id": "queue", "Arn": arn}])

    def take() -> list[str]:
        answer = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [message["Body"] for message in answer.get("Messages", [])]

    yield take
    log.forget_ids()


def test_an_event_arrives_with_its_kind_its_time_and_what_it_tells(received):
    event_id = bus.put_event("OrderChanged", {"id": "O1", "note": "Ä"}, AT)
    (text,) = received()
    event = json.loads(text)
    assert (event["id"], event["source"], event["detail-type"]) == (
        event_id,
        "grapevine",
        "OrderChanged",
    )
    assert event["time"] == "2026-03-01T10:00:00Z"
    assert event["detail"] == {"schema_version": 1, "id": "O1", "note": "Ä"}


def test_an_event_names_the_request_that_it_goes_back_to_and_a_reader_takes_it_out(received):
    log.name_ids(correlation_id="request-1")
    event_id = bus.put_event("OrderChanged", {"refs": ["stripe:cs_1"]}, AT)
    (text,) = received()
    assert json.loads(text)["detail"]["correlation_id"] == "request-1"

    log.forget_ids()
    event = bus.read_event(text)
    assert event["detail"] == {"schema_version": 1, "refs": ["stripe:cs_1"]}
    assert log.logger.thread_safe_get_current_keys() == {
        "correlation_id": "request-1",
        "event_id": event_id,
        "order_id": "stripe:cs_1",
    }


def test_many_events_go_in_requests_of_ten(received):
    events: list[tuple[str, datetime, Mapping[str, object]]] = [
        ("RewardPosted", AT, {"entry": number}) for number in range(23)
    ]
    assert bus.put_events(events) == []
    found: list[int] = []
    while texts := received():
        found += [json.loads(text)["detail"]["entry"] for text in texts]
    assert sorted(found) == list(range(23))


def test_an_event_that_the_bus_does_not_take_is_said(received, monkeypatch):
    def refuse(parsed, **_):
        parsed["Entries"][-1] = {"ErrorCode": "InternalFailure", "ErrorMessage": "try again"}

    hooks = aws.client("events", parameter_validation=False).meta.events
    hooks.register("after-call.events.PutEvents", refuse)
    with pytest.raises(bus.BusRefused, match="InternalFailure"):
        bus.put_event("OrderChanged", {"id": "O1"}, AT)
    assert bus.put_events([("RewardPosted", AT, {"entry": n}) for n in range(12)]) == [9, 11]


def test_parameters_are_checked_in_these_tests(mock_account):
    with pytest.raises(ParamValidationError):
        aws.client("events", parameter_validation=False).put_events(Entries="none")
