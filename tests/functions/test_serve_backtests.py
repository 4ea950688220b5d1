"""POST /v1/backtests: the history's answer, or the line that cannot be read."""

import json

import pytest

from functions.serve_backtests import LARGEST_HISTORY, handler
from tests.support.http_events import STAFF, send

ROUTE = "POST /v1/backtests"
PROGRAM = {
    "id": "default",
    "name": "Ten",
    "currency": "EUR",
    "credit": {"system": "levels", "levels": [{"percent": "10"}]},
}
HISTORY = [
    {"type": "member", "id": "A", "at": "2026-01-01T00:00:00Z"},
    {"type": "member", "id": "B", "at": "2026-01-02T00:00:00Z", "advocate": "A"},
    {
        "type": "order",
        "at": "2026-01-03T00:00:00Z",
        "order": {
            "id": "1",
            "customer": {"id": "B"},
            "status": "completed",
            "currency": "EUR",
            "items_total": 10_000,
        },
    },
]


@pytest.fixture(autouse=True)
def opened(tables):
    return tables


def ask(body):
    return send(handler, ROUTE, caller=STAFF, body=body)


@pytest.mark.parametrize("history", [HISTORY, "\n".join(map(json.dumps, HISTORY))])
def test_a_history_is_answered_as_the_command_answers_it(history):
    answer = ask({"program": PROGRAM, "history": history})
    assert answer.status == 200
    assert answer.body["rewards"] == [
        {"order": "1", "member": "A", "level": 1, "amount": 1_000, "code": "referral"}
    ]
    assert answer.body["members"]["A"]["balance"] == 1_000


def test_a_line_that_cannot_be_read_is_named():
    answer = ask(
        {
            "program": PROGRAM,
            "history": [
                *HISTORY,
                {"type": "order", "at": "2026-01-04T00:00:00Z", "order": {"id": 7}},
            ],
        }
    )
    assert answer.status == 422
    assert any(field.startswith("history[3]") for field in answer.fields)


def test_a_program_that_cannot_be_read_is_named():
    answer = ask({"program": {**PROGRAM, "currency": "XXX"}, "history": []})
    assert (answer.status, answer.fields) == (422, ["program.currency"])
    for body in ({"history": []}, {"program": [], "history": []}):
        assert "program" in ask(body).fields


def test_what_is_neither_program_nor_history_is_named():
    answer = ask({"program": PROGRAM, "history": 7, "futures": []})
    assert (answer.status, sorted(answer.fields)) == (422, ["futures", "history"])


def test_a_history_may_be_larger_than_other_bodies_and_not_without_end():
    padding = "\n" * 300_000
    assert ask({"program": PROGRAM, "history": padding}).status == 200
    assert ask({"program": PROGRAM, "history": " " * LARGEST_HISTORY}).status == 413
