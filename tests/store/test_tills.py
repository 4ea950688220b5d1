"""Eight processes spend the credit of three members at once, while transactions meet others: not a
cent too much, nobody refused wrongly.

`TILLS_SPEND=500` in the environment makes each till spend that often of each member, which takes
minutes.
"""

import os
from collections import Counter

import pytest

from shared.domain.ledger.entry import CAPTURE, HOLD, VOID
from shared.domain.staff_action import StaffAction
from shared.members.profile import load_profile
from shared.store.ledger.accounts import all_entries
from shared.store.reconciliation import verify
from shared.wallet.adjustments import Adjustment, adjust
from tests.support import concurrent_spenders
from tests.support.shop import NOON, Shop

TILLS = 8
TIMES = int(os.environ.get("TILLS_SPEND", "20"))
AMOUNT, PART = 100, 40
ENOUGH, HALF, CHANGE = "enough", "half", "change"
"""Members: one whose credit is what all tills ask for, one who has half of it, and one of whose
holds a part is captured.
"""
ALL = TILLS * TIMES
CREDIT = {
    ENOUGH: AMOUNT * ALL,
    HALF: AMOUNT * ALL // 2,
    CHANGE: PART * ALL + TILLS * (AMOUNT - PART),
}


@pytest.fixture
def shop(tables):
    shop = Shop()
    for member, credit in CREDIT.items():
        shop.member(member)
        adjust(
            Adjustment(member, credit, None),
            StaffAction("ak_012345", "adjustment", NOON, "To begin with"),
        )
    yield shop
    assert verify()["differences"] == []


def spend(till: int, times: int) -> Counter:
    """What became of each wish, by member."""
    found = Counter()
    for number in range(times):
        for member in CREDIT:
            held = concurrent_spenders.hold(member, f"{till}-{number}", AMOUNT)
            if held.status == 201:
                held = concurrent_spenders.capture(
                    held.body["id"], PART if member == CHANGE else None
                )
            found[member, held.status, held.body.get("code", held.body.get("captured"))] += 1
            assert held.body.get("available", 0) < AMOUNT, "refused although there is enough"
    return found


def least(member: str) -> tuple[int, int]:
    """The lowest balance, and the lowest that was free of holds, of a whole history."""
    entries = sorted(all_entries(member, "EUR"), key=lambda entry: entry.sequence)
    held, lowest = {}, (entries[0].balance_after, entries[0].balance_after)
    for entry in entries[1:]:
        told = entry.reason["inputs"]
        if entry.kind == HOLD:
            held[told["hold"]] = told["amount"]
        elif entry.kind in (CAPTURE, VOID):
            del held[told["hold"]]
        lowest = (
            min(lowest[0], entry.balance_after),
            min(lowest[1], entry.balance_after - sum(held.values())),
        )
    return lowest


def test_successes_are_exactly_what_the_balance_allows(shop):
    with concurrent_spenders.open_tills(TILLS) as pool:
        found = sum(concurrent_spenders.at_every_till(pool, spend, TILLS, TIMES), Counter())
    assert found == {
        (ENOUGH, 200, AMOUNT): ALL,
        (HALF, 200, AMOUNT): ALL // 2,
        (HALF, 409, "insufficient_credit"): ALL // 2,
        (CHANGE, 200, PART): ALL,
    }
    assert {member: load_profile(member).account.balance for member in CREDIT} == {
        ENOUGH: 0,
        HALF: 0,
        CHANGE: TILLS * (AMOUNT - PART),
    }
    assert {member: min(least(member)) >= 0 for member in CREDIT} == dict.fromkeys(CREDIT, True)
    assert {member: least(member)[1] for member in (ENOUGH, HALF)} == {ENOUGH: 0, HALF: 0}


KEYS = 6


def ask_twice(till: int) -> list[tuple]:
    """Two of the tills say the same of each key, the others something else."""
    found = []
    for number in range(KEYS):
        amount = 1 + till % 4
        for _ in range(2):
            answered = concurrent_spenders.hold(ENOUGH, "cart", amount, f"key-{number}")
            found.append((number, amount, answered.status, answered.text))
    return found


def test_of_all_who_use_one_key_for_different_holds_one_is_served(shop):
    with concurrent_spenders.open_tills(TILLS) as pool:
        told = [
            row
            for rows in concurrent_spenders.at_every_till(pool, ask_twice, TILLS)
            for row in rows
        ]
    for number in range(KEYS):
        rows = [row for row in told if row[0] == number]
        served = {row[1:] for row in rows if row[2] == 201}
        assert len(served) == 1, f"one key, one hold: {served}"
        refused = {(amount, status) for _, amount, status, _ in rows} - {row[:2] for row in served}
        assert refused == {(amount, 409) for amount in range(1, 5)} - {
            (row[0], 409) for row in served
        }
        assert all("idempotency_conflict" in text for _, _, status, text in rows if status == 409)
    assert len(load_profile(ENOUGH).account.holds) == KEYS


def capture_same(till: int, names: list[str]) -> list[str]:
    return [
        concurrent_spenders.capture(name, PART, f"capture-{name}").text
        for name in names
        for _ in range(2)
    ]


def test_a_capture_that_everybody_asks_for_moves_the_money_once(shop):
    names = [concurrent_spenders.hold(ENOUGH, "cart", AMOUNT).body["id"] for _ in range(KEYS)]
    with concurrent_spenders.open_tills(TILLS) as pool:
        told = concurrent_spenders.at_every_till(pool, capture_same, TILLS, names)
    assert len({text for texts in told for text in texts}) == KEYS
    assert load_profile(ENOUGH).account.balance == CREDIT[ENOUGH] - KEYS * PART
