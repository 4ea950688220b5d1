"""/v1/members/{id}/holds and /v1/holds/{id}: statuses and shapes; what credit does is told in tests/wallet/test_holds.py."""

import pytest

from functions.serve_holds import handler
from tests.support.http_events import SHOP, send
from tests.support.shop import NOON, PLAIN, Shop

HOLD, CAPTURE, VOID = (
    "POST /v1/members/{id}/holds",
    "POST /v1/holds/{id}/capture",
    "POST /v1/holds/{id}/void",
)


@pytest.fixture(autouse=True)
def shop(tables):
    """Anna has 1,000 to spend."""
    shop = Shop(**PLAIN)
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna")
    shop.order("sale", customer={"id": "Ines"})
    return shop


def ask(route, name, body=None, key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return send(handler, route, caller=SHOP, path={"id": name}, body=body, headers=headers, at=NOON)


def hold(amount, key=None, order="cart"):
    return ask(HOLD, "Anna", {"order_id": order, "amount": amount}, key)


def test_a_hold_is_answered_with_its_end():
    answer = hold(400)
    assert answer.status == 201
    assert answer.body == {
        "id": answer.body["id"],
        "amount": 400,
        "expires_at": "2026-03-08T12:00:00Z",
    }


def test_more_than_available_tells_what_is_available():
    answer = hold(1_001)
    assert (answer.status, answer.code, answer.body["available"]) == (
        409,
        "insufficient_credit",
        1_000,
    )


def test_a_repeated_key_answers_the_same_and_another_body_is_a_conflict():
    assert hold(400, "k").body == hold(400, "k").body
    assert (hold(500, "k").status, hold(500, "k").code) == (409, "idempotency_conflict")
    assert hold(601).body["available"] == 600


def test_capture_and_void_are_final_and_answer_the_same():
    first, second = hold(400).body["id"], hold(300).body["id"]
    captured = ask(CAPTURE, first, {"amount": 150})
    assert captured.body == {
        "id": first,
        "state": "captured",
        "amount": 400,
        "captured": 150,
        "released": 250,
    }
    assert ask(CAPTURE, first).body == captured.body
    assert ask(VOID, second).body == ask(VOID, second, {}).body == {
        "id": second, "state": "voided", "amount": 300, "captured": 0, "released": 300,
    }  # fmt: skip
    assert (ask(CAPTURE, second).status, ask(CAPTURE, second).code) == (409, "hold_voided")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, ["order_id", "amount"]),
        ({"order_id": 7, "amount": 0}, ["order_id", "amount"]),
        ({"order_id": "o", "amount": -1}, ["amount"]),
    ],
)
def test_what_cannot_be_used_is_named(body, fields):
    answer = ask(HOLD, "Anna", body)
    assert (answer.status, answer.fields) == (422, fields)


def test_what_nobody_knows_is_not_found():
    assert ask(HOLD, "Nobody", {"order_id": "o", "amount": 1}).status == 404
    assert ask(CAPTURE, "nothing").status == 404
    assert ask(VOID, "nothing").status == 404
