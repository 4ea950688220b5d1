"""Double entry: whatever is posted, debits and credits of each currency agree."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.domain.ledger import entry as ledger
from shared.domain.ledger.ledger import Account
from shared.domain.ledger.owner import Owner
from shared.domain.ledger.trial_balance import (
    BookedAmount,
    ShopAccount,
    TrialBalance,
    account_periods,
    booked_at,
)

AT = datetime(2026, 3, 1, tzinfo=UTC)
SIGNS = {
    ledger.REWARD: (1,),
    ledger.CLAWBACK: (-1,),
    ledger.FORFEIT: (-1,),
    ledger.ADJUSTMENT: (1, -1),
    ledger.CAPTURE: (-1,),
    ledger.RETURN: (1, -1),
    ledger.EXPIRY: (-1,),
}
POSTINGS = st.tuples(
    st.sampled_from([(kind, sign) for kind, signs in SIGNS.items() for sign in signs]),
    st.integers(1, 10**9),
    st.sampled_from(["A", "B", "C"]),
    st.sampled_from(["EUR", "JPY"]),
    st.booleans(),
)


def reason(bonus: bool) -> dict:
    return {
        "code": "friend_bonus" if bonus else "referral",
        "inputs": {},
        "steps": [],
        "program_version": 1,
    }


@given(st.lists(POSTINGS, max_size=40), st.integers(0, 40))
def test_every_currency_adds_up_to_zero_after_each_posting(postings, cut):
    accounts, balance, opening = {}, TrialBalance(), TrialBalance()
    for number, ((kind, sign), amount, member, currency, bonus) in enumerate(postings):
        account = accounts.get((member, currency)) or Account(member, currency)
        after, entry = account.post(kind, sign * amount, AT, AT, "1001", reason(bonus))
        accounts[member, currency] = after
        other = ledger.other_account(kind, entry.reason)
        assert {other, ledger.credit_account(member)} == set(entry.posting[:2])
        assert entry.posting.amount > 0
        balance = balance.after([BookedAmount(Owner(member, currency), entry.amount, other)])
        if number + 1 == cut:
            opening = balance
        for known in balance.currencies:
            assert (
                sum(amount for place, amount in balance.shop.items() if place.currency == known)
                == 0
            )
    owed = {Owner(*owner): -one.balance for owner, one in accounts.items() if one.balance}
    assert balance.members == owed
    rows = list(account_periods(opening, balance))
    for known in balance.currencies:
        assert sum(row.opening for row in rows if row.currency == known) == 0
        assert sum(row.closing for row in rows if row.currency == known) == 0


@pytest.mark.parametrize(
    ("kind", "amount", "code", "inputs", "debit", "credit"),
    [
        ("reward", 5, "referral", {"level": 1}, "expense:rewards", "liability:credit:I"),
        ("reward", 5, "customer", {"level": 0}, "expense:rewards", "liability:credit:I"),
        ("reward", 5, "friend_bonus", {"level": 0}, "expense:friend_bonus", "liability:credit:I"),
        ("clawback", -5, "order_refunded", {"level": 1}, "liability:credit:I", "expense:rewards"),
        (
            "clawback",
            -5,
            "order_refunded",
            {"level": 0, "reward": "friend_bonus"},
            "liability:credit:I",
            "expense:friend_bonus",
        ),
        ("clawback", -5, "referral_ended", {"level": 1}, "liability:credit:I", "expense:rewards"),
        ("forfeit", -5, "blocked", {"level": 1}, "liability:credit:I", "income:forfeited"),
        ("expiry", -5, "expired", {}, "liability:credit:I", "income:breakage"),
        ("adjustment", -5, "adjustment", {}, "liability:credit:I", "expense:adjustments"),
        ("adjustment", 5, "review_held", {}, "expense:adjustments", "liability:credit:I"),
        ("capture", -5, "captured", {}, "liability:credit:I", "clearing:redemptions"),
        ("return", 5, "returned", {}, "clearing:redemptions", "liability:credit:I"),
        ("hold", 0, "held", {}, "liability:credit:I", "liability:credit:I"),
    ],
)
def test_each_kind_has_its_accounts(kind, amount, code, inputs, debit, credit):
    why = {"code": code, "inputs": inputs, "steps": [], "program_version": None}
    _, entry = Account("I", "EUR").post(kind, amount, AT, None, None, why)
    assert entry.posting == (debit, credit, abs(amount), "EUR")


def test_news_that_come_late_stand_where_they_are_written():
    soon, late = AT + timedelta(hours=1), AT + timedelta(hours=1, seconds=1)
    assert (booked_at(AT, soon), booked_at(AT, late)) == (AT, late)


def test_an_account_that_moved_and_is_nothing_again_is_told_if_asked():
    owner = Owner("A", "EUR")
    empty = TrialBalance({ShopAccount("EUR", ledger.CREDIT): 0})
    assert list(account_periods(TrialBalance(), empty)) == []
    assert list(account_periods(TrialBalance(), empty, [owner])) == [
        ("EUR", ledger.CREDIT, "A", 0, 0)
    ]
