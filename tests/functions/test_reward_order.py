"""Records of one batch stand each for itself, and nothing that cannot be used is lost."""

import json

import pytest

from functions import reward_order
from shared.domain.instants import parse_instant
from shared.orders.evaluate import find_order
from shared.store.programs import parked

AT = "2026-03-01T10:00:00Z"


def record(name: str, kind: str = "OrderChanged", **facts) -> dict:
    detail = {
        "schema_version": 1,
        "id": name,
        "customer": {"id": "I"},
        "status": "completed",
        "currency": "EUR",
        "items_total": 1000,
    }
    event = {
        "id": name,
        "source": "grapevine",
        "detail-type": kind,
        "time": AT,
        "detail": detail | facts,
    }
    return {"messageId": f"message-{name}", "body": json.dumps(event)}


def handle(*records: dict) -> list[str]:
    """The messages that come again."""
    answer = reward_order.handler({"Records": list(records)})
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def parked_rows() -> list[dict]:
    rows, _ = parked.list_parked(20)
    return rows


def is_known(name: str) -> bool:
    return find_order(name, parse_instant(AT)) is not None


def test_ten_orders_of_one_buyer_are_evaluated_side_by_side(tables):
    assert handle(*(record(f"O{number}") for number in range(10))) == []
    assert all(is_known(f"O{number}") for number in range(10))


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        "{}",
        "[]",
        "null",
        '{"time": "never", "detail": {}}',
        '{"detail-type": "OrderChanged", "time": "never", "detail": {}}',
        '{"time": "2026-03-01T10:00:00Z", "detail": {"id": "O3"}}',
    ],
)
def test_a_record_that_cannot_be_read_comes_again_and_the_others_do_not(tables, body):
    assert handle(record("O1"), {"messageId": "broken", "body": body}, record("O2")) == ["broken"]
    assert is_known("O1") and is_known("O2")


@pytest.mark.parametrize("kind", ["OrderRenamed", "RewardPosted", "orderchanged"])
def test_an_event_of_an_unknown_kind_is_parked_and_evaluates_no_order(tables, kind):
    assert handle(record("O1", kind), record("O2")) == []
    (row,) = parked_rows()
    assert (row["id"], row["reason"], row["topic"], row["order"]) == (
        "O1",
        "unknown_event",
        kind,
        "O1",
    )
    assert kind in row["text"] and not row["retryable"]
    assert (is_known("O1"), is_known("O2")) == (False, True)


@pytest.mark.parametrize("version", [2, 0, "1", {}])
@pytest.mark.parametrize("kind", ["OrderChanged", "MemberBlocked", "ReferralEnded"])
def test_an_event_of_an_unknown_schema_version_is_parked_by_its_name(tables, kind, version):
    assert handle(record("O1", kind, schema_version=version)) == []
    (row,) = parked_rows()
    assert (row["reason"], row["topic"], row["provider"]) == (
        "unknown_schema_version",
        kind,
        "grapevine",
    )
    assert f"schema version {version!r}" in row["text"]
    assert not is_known("O1")


def test_an_event_that_comes_twice_is_parked_once(tables):
    assert handle(record("O1", "OrderRenamed")) == handle(record("O1", "OrderRenamed")) == []
    assert len(parked_rows()) == 1


def test_an_event_without_a_schema_version_is_read_as_the_first(tables):
    assert handle(record("O1", schema_version=None)) == []
    assert (is_known("O1"), parked_rows()) == (True, [])


@pytest.mark.parametrize("facts", [{"items_total": -1}, {"refs": 5, "id": None}, {"status": "new"}])
def test_facts_that_cannot_be_read_are_parked(tables, facts):
    assert handle(record("O1", **facts)) == []
    assert [row["reason"] for row in parked_rows()] == ["invalid_facts"]


def test_a_detail_that_is_no_object_is_parked(tables):
    event = {"id": "e", "source": "shop", "detail-type": "OrderChanged", "time": AT, "detail": 5}
    assert handle({"messageId": "m", "body": json.dumps(event)}) == []
    assert [(row["reason"], row["order"]) for row in parked_rows()] == [("invalid_facts", None)]
