"""Which credit expires: of each date what nobody spent in time, never what is held, never more than is there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.ledger.expiry import MOST_DATES, expire, lots_to_expire
from shared.domain.ledger.ledger import ADJUSTMENT, EXPIRY, REWARD, Account, HeldAmount
from shared.domain.ledger.lots import Lot, lots_of
from shared.domain.programs.program import Program
from tests.support.programs_and_histories import program

JANUARY, FEBRUARY, MARCH = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3))
LEFT = {MARCH: 30, JANUARY: 100, FEBRUARY: 50}
REASON = {"code": "adjustment", "inputs": {}, "steps": []}


def after_days(days: int | None) -> Program:
    return program(wallet={"expires_after_days": days})


def account(*amounts: int, start: datetime = JANUARY) -> tuple[Account, list]:
    """One posting a day, each of credit that is available at once, or taken away."""
    found, entries = Account("A", "EUR"), []
    for day, amount in enumerate(amounts):
        at = start + timedelta(days=day)
        found, entry = found.post(
            REWARD if amount > 0 else ADJUSTMENT,
            amount,
            at,
            at if amount > 0 else None,
            None,
            REASON,
        )
        entries.append(entry)
    return found, entries


def test_credit_of_a_date_expires_so_many_days_after_it_the_end_included():
    assert lots_to_expire(LEFT, 0, 180, JANUARY + timedelta(days=30, seconds=-1), 30) == []
    assert lots_to_expire(LEFT, 0, 180, JANUARY + timedelta(days=30), 30) == [Lot(JANUARY, 100)]
    assert lots_to_expire(LEFT, 0, 180, FEBRUARY + timedelta(days=30), 30) == [
        Lot(JANUARY, 100),
        Lot(FEBRUARY, 50),
    ]


@pytest.mark.parametrize(
    ("held", "gone"),
    [(0, [100, 50]), (40, [60, 50]), (100, [50]), (120, [30]), (150, []), (180, [])],
)
def test_what_is_held_is_the_oldest_and_does_not_expire(held: int, gone: list[int]):
    assert [
        lot.amount
        for lot in lots_to_expire(LEFT, held, 180 - held, FEBRUARY + timedelta(days=30), 30)
    ] == gone


@pytest.mark.parametrize(
    ("available", "gone"), [(180, 150), (120, 120), (20, 20), (0, 0), (-70, 0)]
)
def test_no_more_expires_than_is_available_so_that_no_debt_comes_of_it_or_grows(
    available: int, gone: int
):
    assert (
        sum(
            lot.amount
            for lot in lots_to_expire(LEFT, 0, available, FEBRUARY + timedelta(days=30), 30)
        )
        == gone
    )


def test_what_was_spent_came_from_the_oldest_so_only_the_rest_expires():
    before, entries = account(100, 50, -120)
    after, found = expire(before, entries, after_days(30), JANUARY + timedelta(days=40))
    assert [(entry.amount, entry.kind, entry.available_on) for entry in found] == [
        (-30, EXPIRY, JANUARY + timedelta(days=1))
    ]
    assert (after.balance, found[0].balance_after) == (0, 0)


def test_the_reason_says_how_many_days_and_by_which_version_of_the_terms():
    _, (entry,) = expire(*account(100), after_days(30), JANUARY + timedelta(days=30))
    assert entry.reason == {
        "code": "expired",
        "inputs": {"amount": 100, "days": 30},
        "steps": [],
        "program_version": 0,
    }


def test_what_expired_is_out_of_its_own_date_and_nothing_else():
    before, entries = account(100, 50)
    held = replace(before, holds={"h": HeldAmount(110, MARCH)})
    _, found = expire(held, entries, after_days(30), JANUARY + timedelta(days=31))
    assert lots_of([*entries, *found]).left == {JANUARY: 100, JANUARY + timedelta(days=1): 10}


def test_a_debt_stays_as_it_is():
    before, entries = account(100, -250)
    assert expire(before, entries, after_days(1), MARCH) == (before, [])


def test_terms_without_an_end_and_a_block_let_nothing_expire():
    before, entries = account(100)
    assert expire(before, entries, after_days(None), MARCH) == (before, [])
    blocked = replace(before, blocked_at=MARCH)
    assert expire(blocked, entries, after_days(1), MARCH) == (blocked, [])


def test_an_event_from_before_the_last_posting_expires_what_was_due_then():
    before, entries = account(100, 50)
    after, found = expire(before, entries, after_days(1), JANUARY + timedelta(days=1))
    assert ([entry.amount for entry in found], after.balance) == ([-100], 50)


def test_at_most_so_many_dates_at_a_time_the_oldest_first():
    before, entries = account(*[10] * (MOST_DATES + 3))
    after, found = expire(before, entries, after_days(1), JANUARY + timedelta(days=400))
    assert (len(found), after.balance) == (MOST_DATES, 30)
    _, rest = expire(after, [*entries, *found], after_days(1), JANUARY + timedelta(days=400))
    assert [entry.available_on for entry in rest] == [
        JANUARY + timedelta(days=MOST_DATES + day) for day in range(3)
    ]
