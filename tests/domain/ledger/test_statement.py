"""A member's month: do the figures add up, is every entry in exactly one statement, and does nothing that comes late change one?"""

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from shared.domain.ledger.entry import (
    ADJUSTMENT,
    CAPTURE,
    CLAWBACK,
    EXPIRY,
    FORFEIT,
    HOLD,
    RETURN,
    REWARD,
    VOID,
)
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.statement import DoesNotReconcile, Figures, MonthEnd, close_month, hash_of
from shared.domain.month import month_after, month_before, month_end, month_of

ZONES = (
    "UTC",
    "America/New_York",
    "America/Sao_Paulo",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Apia",
)
KINDS = (REWARD, CLAWBACK, FORFEIT, ADJUSTMENT, CAPTURE, RETURN, EXPIRY, HOLD, VOID)
SIGNS = {CLAWBACK: -1, FORFEIT: -1, CAPTURE: -1, EXPIRY: -1, HOLD: 0, VOID: 0}
START = datetime(2026, 1, 1, 12, tzinfo=UTC)


class Member:
    """One account, its history and its statements, closed as the settlement closes them."""

    def __init__(self, zone: str = "UTC"):
        self.zone, self.account, self.entries, self.statements = (
            zone,
            Account("anna", "EUR"),
            [],
            [],
        )
        self.closed = month_before(month_of(START, zone))

    def post(self, kind: str, amount: int, at: datetime, matures: datetime | None = None) -> None:
        reason = {"code": kind, "inputs": {"amount": amount}, "steps": [], "program_version": 1}
        self.account, entry = self.account.post(kind, amount, at, matures, "1001", reason)
        self.entries.append(entry)

    def close(self, month: str):
        before = self.statements[-1] if self.statements else None
        if before and before.month >= month:
            return None
        statement = close_month(
            self.account,
            MonthEnd(month, self.zone, START),
            before,
            self.entries[before.last if before else 0 :],
        )
        if statement:
            self.statements.append(statement)
            self.account = replace(self.account, settled=statement.settled)
        return statement

    def lines(self, statement) -> list:
        return self.entries[statement.first - 1 : statement.last]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_each_kind_of_entry_has_its_figure_and_what_was_taken_is_written_positive():
    anna = Member()
    for kind, amount in (
        (REWARD, 900),
        (CLAWBACK, -100),
        (FORFEIT, -50),
        (ADJUSTMENT, -25),
        (CAPTURE, -200),
        (RETURN, 30),
        (EXPIRY, -5),
    ):
        anna.post(kind, amount, at("2026-01-05"))
    assert anna.close("2026-01").figures == Figures(0, 900, 100, 50, -25, 200, 30, 5, 550)


def test_it_opens_where_the_one_before_closed_however_many_idle_months_lie_between():
    anna = Member()
    anna.post(REWARD, 900, at("2026-01-05"))
    assert (
        anna.close("2026-01").figures.closing,
        anna.close("2026-02"),
        anna.close("2026-03"),
    ) == (900, None, None)
    anna.post(CAPTURE, -300, at("2026-04-05"))
    april = anna.close("2026-04")
    assert (april.number, april.figures) == (2, Figures(opening=900, redeemed=300, closing=600))


def test_a_month_of_holds_alone_has_no_statement_and_its_lines_are_on_the_next():
    anna = Member()
    anna.post(REWARD, 900, at("2026-01-05"))
    anna.close("2026-01")
    anna.post(HOLD, 0, at("2026-02-27"))
    assert anna.close("2026-02") is None
    anna.post(CAPTURE, -900, at("2026-03-01"))
    march = anna.close("2026-03")
    assert [line.kind for line in anna.lines(march)] == [HOLD, CAPTURE]


def test_a_refund_that_comes_after_the_month_was_closed_is_in_the_open_one_and_the_hash_stays():
    anna = Member()
    anna.post(REWARD, 900, at("2026-01-05"))
    january = anna.close("2026-01")
    anna.post(CLAWBACK, -900, at("2026-01-31T23:59:59"))
    assert anna.close("2026-01") is None
    assert hash_of(january, anna.lines(january)) == january.hash
    assert anna.close("2026-02").figures == Figures(opening=900, clawed_back=900)


def test_what_was_posted_after_an_entry_of_february_is_no_more_in_january():
    anna = Member()
    for day in ("2026-01-31T23:59:58", "2026-02-01", "2026-01-31T23:59:59"):
        anna.post(REWARD, 100, at(day))
    assert (anna.close("2026-01").last, anna.close("2026-02").last) == (1, 3)


@pytest.mark.parametrize(
    "change",
    [{"balance_after": 901}, {"order": "1002"}, {"at": at("2026-01-06")}, {"kind": ADJUSTMENT}],
)
def test_the_hash_knows_every_line(change):
    anna = Member()
    anna.post(REWARD, 900, at("2026-01-05"))
    january = anna.close("2026-01")
    (line,) = anna.lines(january)
    assert hash_of(january, [line._replace(**change)]) != january.hash
    assert hash_of(replace(january, figures=Figures(1, 899, closing=900)), [line]) != january.hash


def test_what_matures_is_what_was_pending_when_the_month_ended():
    anna = Member()
    anna.post(REWARD, 900, at("2026-01-05"), at("2026-02-01"))
    anna.post(REWARD, 500, at("2026-01-20"), at("2026-03-10"))
    anna.post(CLAWBACK, -200, at("2026-01-25"), at("2026-03-10"))
    assert anna.close("2026-01").maturing == {at("2026-03-10"): 300}
    anna.post(REWARD, 70, at("2026-02-20"), at("2026-03-10"))
    anna.post(REWARD, 80, at("2026-02-21"), at("2026-02-21"))
    assert anna.close("2026-02").maturing == {at("2026-03-10"): 370}


def test_what_is_under_review_waits_without_a_date_until_the_review_ends():
    anna = Member()
    anna.post(REWARD, 500, at("2026-01-20"), at("2026-03-10"))
    anna.post(REWARD, 900, at("2026-01-21"))
    assert anna.close("2026-01").waiting == [(at("2026-03-10"), 500), (None, 900)]
    anna.post(ADJUSTMENT, -900, at("2026-02-03"))
    anna.post(ADJUSTMENT, 900, at("2026-02-03"), at("2026-03-11"))
    assert anna.close("2026-02").waiting == [(at("2026-03-10"), 500), (at("2026-03-11"), 900)]


def test_entries_that_do_not_follow_from_one_another_make_no_statement():
    anna = Member()
    anna.post(REWARD, 900, at("2026-01-05"))
    anna.post(REWARD, 100, at("2026-01-06"))
    for entries in (
        anna.entries[1:],
        [anna.entries[0], anna.entries[1]._replace(balance_after=1)],
        [anna.entries[0]._replace(kind=HOLD)],
    ):
        with pytest.raises(DoesNotReconcile):
            close_month(anna.account, MonthEnd("2026-01", "UTC", START), None, entries)


def test_an_account_that_disagrees_with_its_last_statement_makes_no_other():
    anna = Member()
    anna.post(REWARD, 900, at("2026-01-05"))
    january = anna.close("2026-01")
    anna.post(REWARD, 900, at("2026-02-05"))
    wrong = replace(anna.account, settled=january.settled._replace(closing=901))
    with pytest.raises(DoesNotReconcile):
        close_month(wrong, MonthEnd("2026-02", "UTC", START), january, anna.entries[1:])


@pytest.mark.parametrize(
    ("zone", "end"),
    [
        ("UTC", "2026-11-01T00:00:00"),
        ("America/New_York", "2026-11-01T04:00:00"),
        ("Asia/Kathmandu", "2026-10-31T18:15:00"),
        ("Australia/Lord_Howe", "2026-10-31T13:00:00"),
        ("Pacific/Auckland", "2026-10-31T11:00:00"),
        ("Pacific/Apia", "2026-10-31T11:00:00"),
        ("America/Sao_Paulo", "2026-11-01T03:00:00"),
    ],
)
def test_a_month_ends_when_people_there_have_midnight(zone, end):
    assert month_end("2026-10", zone) == at(end)
    assert (month_of(at(end), zone), month_of(at(end) - timedelta(microseconds=1), zone)) == (
        "2026-11",
        "2026-10",
    )


def test_months_follow_one_another():
    assert (
        month_after("2026-12"),
        month_after("2026-01"),
        month_before("2026-01"),
        month_before("2026-12"),
    ) == ("2027-01", "2026-02", "2025-12", "2026-11")


def lived(zone: str, seed: int, closes: tuple[int, ...]) -> Member:
    """400 days: some entries a week, some told late; each month is closed as often as `closes` says (0: with a later one)."""
    chance, anna, month = random.Random(seed), Member(zone), month_of(START, zone)
    for hour in range(400 * 24):
        now = START + timedelta(hours=hour, minutes=chance.randrange(60))
        if now >= month_end(month, zone):
            ended, month = month, month_after(month)
            for _ in range(closes[int(ended[-2:]) % len(closes)]):
                _catch_up(anna, ended)
        if chance.random() < 0.02:
            kind = chance.choice(KINDS)
            amount = SIGNS.get(kind, 1) * chance.randrange(1, 5_000)
            late = timedelta(days=chance.choice((0, 0, 0, 2, 40)))
            anna.post(
                kind,
                amount,
                now - late,
                now + timedelta(days=14) if kind in (REWARD, CLAWBACK) else None,
            )
    _catch_up(anna, month)
    return anna


def _catch_up(anna: Member, ended: str) -> None:
    """Every month that is still open, in its order, as the schedule does it, and the last one once more."""
    while anna.closed < ended:
        anna.closed = month_after(anna.closed)
        anna.close(anna.closed)
    anna.close(ended)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize(
    "closes", [(1,), (2, 3), (0, 1, 2, 3)], ids=["once", "again and again", "now and then"]
)
def test_in_400_days_every_entry_is_in_exactly_one_statement(zone, closes):
    seed = random.randrange(10**6)
    anna = lived(zone, seed, closes)
    covered = [line.sequence for statement in anna.statements for line in anna.lines(statement)]
    moved_last = max(entry.sequence for entry in anna.entries if entry.amount)
    assert covered == list(range(1, len(covered) + 1)) and len(covered) >= moved_last
    assert [row.number for row in anna.statements] == list(range(1, len(anna.statements) + 1))
    for before, after in zip(anna.statements, anna.statements[1:], strict=False):
        assert (after.figures.opening, after.first) == (before.figures.closing, before.last + 1)
        assert before.month < after.month
    assert [row.figures.difference for row in anna.statements] == [0] * len(anna.statements)
    assert [hash_of(row, anna.lines(row)) for row in anna.statements] == [
        row.hash for row in anna.statements
    ]
    assert anna.statements[-1].figures.closing == anna.account.balance


@pytest.mark.parametrize("zone", ZONES)
def test_a_month_closed_twice_or_thrice_ends_as_one_closed_once(zone):
    seed = random.randrange(10**6)
    assert lived(zone, seed, (1,)).statements == lived(zone, seed, (2, 3)).statements


@pytest.mark.parametrize("zone", ZONES)
def test_a_skipped_trigger_changes_nothing_where_nothing_is_told_late(zone):
    """A late entry is in the month that is open when it is posted, so it alone may tell the difference."""
    seed = random.randrange(10**6)

    def member(closes: tuple[int, ...]) -> Member:
        chance, anna, month = random.Random(seed), Member(zone), month_of(START, zone)
        for day in range(400):
            now = START + timedelta(days=day, minutes=chance.randrange(24 * 60))
            if now >= month_end(month, zone):
                ended, month = month, month_after(month)
                for _ in range(closes[int(ended[-2:]) % len(closes)]):
                    _catch_up(anna, ended)
            anna.post(REWARD, chance.randrange(1, 500), now)
        _catch_up(anna, month)
        return anna

    assert member((1,)).statements == member((0, 1, 0, 2)).statements
