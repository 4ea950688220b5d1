"""What a day moved, and what is owed at its end."""

from datetime import UTC, datetime, timedelta

from shared.domain.ledger.daily_totals import DailyTotals, Movement, bought_of, day_after

MIDNIGHT = datetime(2026, 3, 2, tzinfo=UTC)
LATER = MIDNIGHT + timedelta(days=13)


def moved(kind, amount, available_on=None, under_review=False, bought=None):
    return Movement(kind, amount, available_on, under_review, bought)


def test_a_day_sums_up_by_kind_and_carries_what_is_owed():
    entries = [
        moved("reward", 1_000, LATER, bought=10_000),
        moved("reward", 500),
        moved("clawback", -200, LATER),
        moved("capture", -100),
    ]
    day = day_after(DailyTotals(owed=50), entries, MIDNIGHT)
    assert (day.earned, day.taken_back, day.spent, day.orders, day.revenue) == (
        1_500,
        200,
        100,
        1,
        10_000,
    )
    assert (day.owed, day.waiting(MIDNIGHT), day.waiting(LATER)) == (1_250, 800, 0)


def test_what_has_matured_waits_no_more_and_a_review_has_no_date():
    first = day_after(
        DailyTotals(),
        [moved("reward", 700, MIDNIGHT + timedelta(hours=1)), moved("reward", 300, None, True)],
        MIDNIGHT,
    )
    second = day_after(first, [], MIDNIGHT + timedelta(days=1))
    assert (first.waiting(MIDNIGHT), second.waiting(MIDNIGHT), dict(second.maturing)) == (
        1_000,
        300,
        {},
    )


def test_an_order_of_a_friend_counts_with_its_first_reward_alone():
    first = {"code": "referral", "inputs": {"level": 1, "kept": 10_000, "friend": "I"}}
    again = {
        "code": "referral",
        "inputs": {"level": 1, "kept": 9_000, "friend": "I", "posted": 500, "taken": 0},
    }
    above = {"code": "referral", "inputs": {"level": 2, "kept": 10_000, "friend": "I"}}
    own = {"code": "customer", "inputs": {"level": 0, "kept": 10_000, "friend": "I"}}
    assert [bought_of("reward", reason) for reason in (first, again, above, own)] == [
        10_000,
        None,
        None,
        None,
    ]
    assert bought_of("adjustment", {"code": "adjustment", "inputs": {}}) is None
