"""Which credit expires: what was not spent by its end, never what is held, never more than is there."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.ledger.entry import ADJUSTMENT, CAPTURE, EXPIRY, RETURN, REWARD
from shared.domain.ledger.expiry import MOST_DAYS, ExpiryNotice, after_visit, expire, list_notices
from shared.domain.ledger.ledger import Account, HeldAmount, expiry_date
from shared.domain.ledger.lots import Lot, Lots, lots_of
from shared.domain.programs.program import Program
from tests.support.programs_and_histories import program

JANUARY, FEBRUARY, MARCH = (datetime(2026, month, 1, tzinfo=UTC) for month in (1, 2, 3))
DAY = timedelta(days=1)
REASON = {"code": "adjustment", "inputs": {}, "steps": []}


def after_days(days: int | None, zone: str = "UTC") -> Program:
    return program(wallet={"expires_after_days": days}, time_zone=zone)


def account(
    *amounts: int, days: int | None = 30, start: datetime = JANUARY
) -> tuple[Account, list]:
    """One posting a day, each of credit that is available at once, or taken away."""
    found, entries = Account("A", "EUR"), []
    for number, amount in enumerate(amounts):
        at = start + timedelta(days=number)
        taken = (ADJUSTMENT, amount, at, None, None, REASON)
        given = (REWARD, amount, at, at, None, REASON, expiry_date(after_days(days), at))
        found, entry = found.post(*(given if amount > 0 else taken))
        entries.append(entry)
    return found, entries


def lots(*parts: tuple[datetime, int, datetime | None]) -> Lots:
    found = Lots()
    for date, amount, end in parts:
        found.add(Lot(date, amount, end))
    return found


EACH_MONTH = ((JANUARY, 100, FEBRUARY), (FEBRUARY, 50, MARCH), (MARCH, 30, MARCH + 30 * DAY))


@pytest.mark.parametrize(
    ("zone", "at", "end"),
    [
        ("UTC", "2026-03-03T03:00:00", "2026-04-03T00:00:00"),
        ("UTC", "2026-03-03T00:00:00", "2026-04-03T00:00:00"),
        ("Europe/Berlin", "2026-03-03T21:30:00", "2026-04-02T22:00:00"),
        ("Europe/Berlin", "2026-03-03T23:30:00", "2026-04-03T22:00:00"),
        ("America/New_York", "2026-03-03T03:00:00", "2026-04-02T04:00:00"),
    ],
)
def test_credit_expires_at_the_end_of_a_day_in_the_programs_zone(zone: str, at: str, end: str):
    date, ends = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (at, end))
    assert expiry_date(after_days(30, zone), date) == ends


def test_neither_credit_without_a_date_nor_without_such_terms_has_an_end():
    assert expiry_date(after_days(None), JANUARY) is None
    assert expiry_date(after_days(30), None) is None


def test_what_has_come_to_its_end_is_due_that_instant_included():
    moments = (FEBRUARY - timedelta(seconds=1), FEBRUARY, MARCH)
    assert [lots(*EACH_MONTH).due(0, 180, at) for at in moments] == [
        {},
        {FEBRUARY: 100},
        {FEBRUARY: 100, MARCH: 50},
    ]


@pytest.mark.parametrize(
    ("held", "gone"),
    [(0, [100, 50]), (40, [60, 50]), (100, [50]), (120, [30]), (150, []), (180, [])],
)
def test_what_is_held_is_the_oldest_and_does_not_expire(held: int, gone: list[int]):
    assert [*lots(*EACH_MONTH).due(held, 180 - held, MARCH).values()] == gone


@pytest.mark.parametrize(
    ("available", "gone"), [(180, 150), (120, 120), (20, 20), (0, 0), (-70, 0)]
)
def test_no_more_expires_than_is_available_so_that_no_debt_comes_of_it_or_grows(
    available: int, gone: int
):
    assert sum(lots(*EACH_MONTH).due(0, available, MARCH).values()) == gone


def test_what_was_spent_came_from_the_oldest_so_only_the_rest_expires():
    before, entries = account(100, 50, -120)
    after, found = expire(before, lots_of(entries), JANUARY + 40 * DAY)
    assert [(entry.amount, entry.kind, entry.available_on) for entry in found] == [
        (-30, EXPIRY, JANUARY + DAY)
    ]
    assert (after.balance, found[0].balance_after) == (0, 0)


def test_the_reason_says_within_how_many_days_it_was_to_be_spent():
    before, entries = account(100)
    _, (entry,) = expire(before, lots_of(entries), JANUARY + 31 * DAY)
    assert entry.reason["inputs"] == {"amount": 100, "days": 30}
    assert entry.expires_at == JANUARY + 31 * DAY


def test_credit_keeps_the_end_that_it_got_whatever_later_terms_say():
    before, entries = account(100, days=None)
    assert expire(before, lots_of(entries), MARCH + 1_000 * DAY) == (before, [])


def test_all_that_ends_on_one_day_is_one_entry_however_many_credits_it_was():
    found, entries = Account("A", "EUR"), []
    for minute in range(1_440):
        at = JANUARY + timedelta(minutes=minute)
        end = expiry_date(after_days(30), at)
        found, entry = found.post(REWARD, 10, at, at, None, REASON, end)
        entries.append(entry)
    after, (gone,) = expire(found, lots_of(entries), MARCH)
    assert (gone.amount, after.balance) == (-14_400, 0)


def test_what_expired_is_out_of_its_own_day_and_nothing_else():
    before, entries = account(100, 50)
    held = replace(before, holds={"h": HeldAmount(110, MARCH)})
    _, found = expire(held, lots_of(entries), JANUARY + 32 * DAY)
    assert lots_of([*entries, *found]).left == {JANUARY: 100, JANUARY + DAY: 10}


def test_returned_credit_has_the_end_that_it_had():
    before, entries = account(100, 50)
    for kind, amount in ((CAPTURE, -120), (RETURN, 60), (RETURN, -20), (RETURN, 20)):
        before, entry = before.post(kind, amount, JANUARY + 2 * DAY, JANUARY, "cart", REASON)
        entries.append(entry)
    assert lots_of(entries).due(0, 90, MARCH) == {JANUARY + 31 * DAY: 40, JANUARY + 32 * DAY: 50}
    assert before.next_expiry == JANUARY + 2 * DAY


def test_a_debt_stays_as_it_is():
    before, entries = account(100, -250)
    assert expire(before, lots_of(entries), MARCH) == (before, [])


def test_a_block_lets_nothing_expire():
    before, entries = account(100)
    blocked = replace(before, blocked_at=MARCH)
    assert expire(blocked, lots_of(entries), MARCH) == (blocked, [])
    assert list_notices(blocked, lots_of(entries), JANUARY + 20 * DAY, 14) == []


def test_an_event_from_before_the_last_posting_expires_what_was_due_then():
    before, entries = account(100, 50, days=1)
    after, found = expire(before, lots_of(entries), JANUARY + 2 * DAY)
    assert ([entry.amount for entry in found], after.balance) == ([-100], 50)


def test_at_most_so_many_days_at_a_time_the_oldest_first():
    before, entries = account(*[10] * (MOST_DAYS + 3))
    found = lots_of(entries)
    after, gone = expire(before, found, JANUARY + 400 * DAY)
    assert (len(gone), after.balance) == (MOST_DAYS, 30)
    _, rest = expire(after, found, JANUARY + 400 * DAY)
    assert [entry.available_on for entry in rest] == [
        JANUARY + (MOST_DAYS + day) * DAY for day in range(3)
    ]


def test_a_member_is_told_of_each_end_within_the_days_before_it():
    before, entries = account(100, 50, 30)
    found = lots_of(entries)
    at = JANUARY + 18 * DAY
    told = [list_notices(before, found, at + days * DAY, 14) for days in (-2, -1, 0, 12, 13)]
    ends = [
        ExpiryNotice(JANUARY + (31 + day) * DAY, amount) for day, amount in enumerate((100, 50, 30))
    ]
    assert told == [[], ends[:1], ends[:2], ends, ends[1:]]


def test_an_account_is_looked_at_when_something_ends_or_is_to_be_told():
    before, entries = account(100, 50)
    assert (before.next_expiry, before.next_notice) == (JANUARY + 31 * DAY, JANUARY + 31 * DAY)
    told = after_visit(before, lots_of(entries), JANUARY + 31 * DAY)
    assert (told.next_expiry, told.next_notice) == (JANUARY + 31 * DAY, JANUARY + 32 * DAY)
    untold = after_visit(before, lots_of([]), None)
    assert (untold.next_expiry, untold.next_notice) == (None, JANUARY + 31 * DAY)
