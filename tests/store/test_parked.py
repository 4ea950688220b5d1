import threading
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.staff_action import StaffAction
from shared.store.engine import open_tables
from shared.store.programs import parked

NOW = datetime(2026, 3, 1, 10, tzinfo=UTC)
WHY = {"reason": "unknown_currency", "text": "Use an ISO 4217 code."}


@pytest.fixture(autouse=True)
def opened(tables):
    open_tables()


def listed(limit=20, after=""):
    rows, last = parked.list_parked(limit, after)
    return {"items": rows, "next_cursor": last}


def ids(**page):
    return [row["id"] for row in listed(**page)["items"]]


def test_what_is_parked_is_listed_with_its_reason():
    parked.park("evt_1", NOW, provider="stripe", topic="charge.refunded", order="1001", **WHY)
    assert listed() == {
        "items": [
            {
                "id": "evt_1",
                "at": "2026-03-01T10:00:00Z",
                "provider": "stripe",
                "topic": "charge.refunded",
                "reason": "unknown_currency",
                "text": "Use an ISO 4217 code.",
                "order": "1001",
                "retryable": False,
                "retried_at": None,
            }
        ],
        "next_cursor": None,
    }


def test_a_delivery_that_comes_again_is_listed_once():
    for hours in (0, 1, 30 * 24):
        parked.park("evt_1", NOW + timedelta(hours=hours), **WHY)
    assert [row["at"] for row in listed()["items"]] == ["2026-03-01T10:00:00Z"]


def test_the_same_delivery_at_once_is_listed_once():
    start = threading.Barrier(4)

    def race():
        start.wait()
        parked.park("evt_1", NOW, **WHY)

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ids() == ["evt_1"]


def test_the_newest_comes_first_whatever_order_they_came_in():
    for minute in (2, 0, 3, 1):
        parked.park(f"evt_{minute}", NOW + timedelta(minutes=minute), **WHY)
    assert ids() == ["evt_3", "evt_2", "evt_1", "evt_0"]


def test_no_document_that_is_kept_names_anybody():
    facts = {
        "id": "1001",
        "customer": {
            "id": "I",
            "login": "ines",
            "email": "ines@example.com",
            "name": "Ines",
            "email_hash": "h",
        },
        "refunds": [{"id": "re_1", "name": "Ines"}],
        "items_total": 100,
    }
    parked.park("evt_1", NOW, detail=facts, **WHY)
    assert parked.find_parked("evt_1").detail == {
        "id": "1001",
        "customer": {"id": "I", "email_hash": "h"},
        "refunds": [{"id": "re_1"}],
        "items_total": 100,
    }


def test_an_order_is_listed_until_it_can_be_evaluated():
    parked.park_order("gid://shop/1", NOW, "no_exchange_rate", "Send its fx_rate.")
    assert [(row["order"], row["retryable"]) for row in listed()["items"]] == [
        ("gid://shop/1", True)
    ]
    parked.unpark_order("gid://shop/1")
    assert ids() == []
    parked.park_order(
        "gid://shop/1", NOW + timedelta(days=1), "test_order", "This is a test order."
    )
    assert [row["reason"] for row in listed()["items"]] == ["test_order"]


def test_an_order_that_was_never_parked_is_no_trouble():
    parked.unpark_order("1001")
    with pytest.raises(parked.NotParked):
        parked.find_parked(parked.order_place("1001"))


def test_what_was_tried_and_came_back_shows_why():
    parked.park("evt_1", NOW, detail={"id": "1"}, **WHY)
    parked.mark_retried(
        parked.find_parked("evt_1"),
        StaffAction("ak_012345", "parked_retried", NOW + timedelta(hours=1)),
    )
    assert listed()["items"][0]["retried_at"] == "2026-03-01T11:00:00Z"
    parked.park(
        "evt_1",
        NOW + timedelta(hours=2),
        reason="invalid_facts",
        text="Correct it.",
        detail={"id": "1"},
    )
    assert [(row["reason"], row["retried_at"]) for row in listed()["items"]] == [
        ("invalid_facts", None)
    ]


def test_pages_skip_what_is_settled_and_end():
    for number in range(7):
        parked.park(f"evt_{number}", NOW + timedelta(seconds=number), **WHY)
    for number in (5, 4, 0):
        parked.settle(f"evt_{number}")
    first = listed(limit=2)
    assert [row["id"] for row in first["items"]] == ["evt_6", "evt_3"]
    assert ids(limit=2, after=first["next_cursor"]) == ["evt_2", "evt_1"]
    assert listed(limit=4)["next_cursor"] is None
