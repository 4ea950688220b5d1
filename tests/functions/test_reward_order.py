"""Records of one batch stand each for itself."""

import json

import pytest

from functions import reward_order
from shared.domain.instants import parse_instant
from shared.orders.evaluate import look

AT = "2026-03-01T10:00:00Z"


def record(name: str, **facts) -> dict:
    detail = {
        "schema_version": 1,
        "id": name,
        "customer": {"id": "I"},
        "status": "completed",
        "currency": "EUR",
        "items_total": 1000,
    }
    event = {"id": name, "source": "grapevine", "time": AT, "detail": detail | facts}
    return {"messageId": f"message-{name}", "body": json.dumps(event)}


def test_ten_orders_of_one_buyer_are_evaluated_side_by_side(tables):
    answer = reward_order.handler({"Records": [record(f"O{number}") for number in range(10)]})
    assert answer == {"batchItemFailures": []}
    assert all(look(f"O{number}", parse_instant(AT)) for number in range(10))


@pytest.mark.parametrize("body", ["", "{", "{}", "[]", "null", '{"time": "never", "detail": {}}'])
def test_a_record_that_cannot_be_read_comes_again_and_the_others_do_not(tables, body):
    answer = reward_order.handler(
        {"Records": [record("O1"), {"messageId": "broken", "body": body}, record("O2")]}
    )
    assert answer == {"batchItemFailures": [{"itemIdentifier": "broken"}]}
    assert look("O1", parse_instant(AT)) and look("O2", parse_instant(AT))
