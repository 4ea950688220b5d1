"""What moves between the accounts of one person, over random histories."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.domain.ledger.entry import ADJUSTMENT, REWARD
from shared.domain.ledger.holds import OpenHold, authorise
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.lots import lots_of
from shared.domain.ledger.transfers import amounts_to_move, list_transfers, transfer

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOW = NOON + timedelta(days=10)
REASON = {"code": "adjustment", "inputs": {}, "steps": [], "program_version": None}
DAYS = st.integers(0, 20)
POSTINGS = st.lists(
    st.tuples(st.integers(-500, 1_000).filter(bool), DAYS, st.none() | DAYS), max_size=12
)


def history_of(member, postings):
    """An account with a posting a quarter of a day after the other, and its entries."""
    account, entries = Account(member, "EUR"), []
    for number, (amount, date, end) in enumerate(postings):
        at = NOON + timedelta(hours=6 * number)
        account, entry = account.post(
            REWARD if amount > 0 else ADJUSTMENT,
            amount,
            at,
            NOON + timedelta(days=date),
            None,
            REASON,
            NOON + timedelta(days=30 + end) if amount > 0 and end is not None else None,
        )
        entries.append(entry)
    return account, entries


def ends_of(entries):
    """What is left by the day on which it expires, and the debt."""
    lots = lots_of(entries)
    left = Counter()
    for lot in lots.open:
        left[lot.expires_at] += lot.amount
    return left, lots.debt


@given(POSTINGS, POSTINGS)
def test_everything_moves_once_and_both_sides_add_up(closed_postings, kept_postings):
    closed, entries = history_of("B", closed_postings)
    kept, others = history_of("A", kept_postings)
    before = {at: closed.pending(at) + kept.pending(at) for at in (NOW, NOW + timedelta(days=5))}

    moved = list_transfers(closed, lots_of(entries), NOW)
    after, other, written = transfer(closed, kept, moved, NOW)

    assert (after.balance, other.balance) == (0, closed.balance + kept.balance)
    assert amounts_to_move(after, NOW) == {}
    assert list_transfers(after, lots_of([*entries, *written[::2]]), NOW) == []
    assert sum(entry.amount for entry in written) == 0
    assert {at: after.pending(at) + other.pending(at) for at in before} == before
    assert lots_of([*entries, *written[::2]]).open == []
    assert [entry.sequence for entry in written[1::2]] == [
        kept.sequence + number for number in range(1, len(moved) + 1)
    ]
    assert all(entry.member == "A" for entry in written[1::2]) and others is not None


@given(st.lists(st.tuples(st.integers(1, 1_000), st.integers(0, 9), DAYS), max_size=8))
def test_credit_keeps_the_days_on_which_it_expires(postings):
    closed, entries = history_of("B", postings)
    moved = list_transfers(closed, lots_of(entries), NOW)
    _, _, written = transfer(closed, Account("A", "EUR"), moved, NOW)
    assert ends_of(written[1::2]) == ends_of(entries)


@given(st.lists(st.tuples(st.integers(100, 1_000), st.just(0), DAYS), min_size=1), st.data())
def test_held_credit_stays_until_its_hold_has_ended(postings, data):
    closed, entries = history_of("B", postings)
    amount = data.draw(st.integers(1, closed.balance))
    end = NOW + timedelta(days=7)
    held, _ = authorise(closed, OpenHold("h", "B", "EUR", "cart", amount, end), NOW)

    moved = list_transfers(held, lots_of(entries), NOW)
    after, other, written = transfer(held, Account("A", "EUR"), moved, NOW)

    assert (after.balance, other.balance) == (amount, closed.balance - amount)
    last = list_transfers(after, lots_of([*entries, *written[::2]]), end)
    after, other, more = transfer(after, other, last, end)
    assert (after.balance, other.balance) == (0, closed.balance)
    assert ends_of([*written[1::2], *more[1::2]]) == ends_of(entries)


def test_the_volume_moves_with_the_credit():
    closed, kept = Account("B", "EUR", volume=700), Account("A", "EUR", volume=300)
    after, other, written = transfer(closed, kept, [], NOW)
    assert (after.volume, other.volume, written) == (0, 1_000, [])
