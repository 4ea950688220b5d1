"""A member's credit at an instant, and the sentences of their entries."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.api.member_answers import entry_answer
from shared.members.profile import credit_at, load_names, load_profile
from shared.store.ledger.accounts import list_entries
from shared.store.reconciliation import verify
from tests.support.shop import NOON, PLAIN, Shop


@pytest.fixture
def shop(tables):
    shop = Shop(**PLAIN, hold_days=14)
    shop.member("Anna")
    shop.member("Ines", referrer_login="anna", login="ines")
    return shop


def test_credit_waits_for_the_first_midnight_after_the_hold(shop):
    shop.order("1", customer={"id": "Ines"}, completed_at="2026-03-01T10:00:00Z")
    available_on = datetime(2026, 3, 16, tzinfo=UTC)
    account = load_profile("Anna").account
    assert credit_at(account, available_on - timedelta(seconds=1)) == (0, {available_on: 1_000})
    assert credit_at(account, available_on) == (1_000, {})


def test_a_clawback_carries_the_date_of_its_reward(shop):
    facts = {"customer": {"id": "Ines"}, "completed_at": "2026-03-01T10:00:00Z"}
    shop.order("1", **facts)
    shop.later(days=3)
    shop.order("1", **facts, refunds=[{"id": "r", "amount": 4_000}])
    assert credit_at(load_profile("Anna").account, shop.at) == (
        0,
        {datetime(2026, 3, 16, tzinfo=UTC): 600},
    )


def test_a_refund_after_the_hold_is_taken_from_what_is_available(shop):
    facts = {"customer": {"id": "Ines"}, "completed_at": "2026-03-01T10:00:00Z"}
    shop.order("1", **facts)
    shop.later(days=30)
    shop.order("1", **facts, refunds=[{"id": "r", "amount": 4_000}])
    account = load_profile("Anna").account
    assert credit_at(account, shop.at) == (600, {})
    assert credit_at(account, NOON) == (0, {datetime(2026, 3, 16, tzinfo=UTC): 1_000})


def test_each_entry_has_the_sentence_of_the_specification(shop):
    facts = {"customer": {"id": "Ines"}, "completed_at": "2026-03-01T10:00:00Z"}
    shop.order("1", **facts)
    shop.order("1", **facts, refunds=[{"id": "r", "amount": 4_000}])
    entries, last = list_entries("Anna", 20, "")
    lines = [entry_answer(entry, load_names(entries, "Anna")) for entry in entries]
    assert last is None
    assert [(line["kind"], line["amount"], line["balance_after"]) for line in lines] == [
        ("reward", 1_000, 1_000),
        ("clawback", -400, 600),
    ]
    assert lines[0]["text"] == "Income from referral program from ines"
    assert lines[1]["text"] == "Taken back: a purchase by ines was refunded in part or in full"


def test_a_history_is_read_page_by_page(shop):
    for number in range(5):
        shop.order(str(number), customer={"id": "Ines"})
    first, cursor = list_entries("Anna", 3, "")
    rest, end = list_entries("Anna", 3, cursor)
    assert [entry.order for entry in (*first, *rest)] == ["0", "1", "2", "3", "4"]
    assert end is None


def test_an_event_stamped_before_the_last_posting_leaves_the_books_right(shop):
    shop.later(days=60)
    shop.order("2", customer={"id": "Ines"})
    shop.later(days=-60)
    shop.order("1", customer={"id": "Ines"}, completed_at="2026-03-01T10:00:00Z")
    assert verify()["differences"] == []
    assert credit_at(load_profile("Anna").account, datetime(2026, 3, 16, tzinfo=UTC)) == (1_000, {})
