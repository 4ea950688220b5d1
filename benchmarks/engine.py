"""The time to decide one order with every rule in use, in microseconds.

The floor is the same integer arithmetic, written inline in one function.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from benchmarks.report import Aim, Measurement
from shared.domain.evaluation.decision import NOTHING_POSTED, decide
from shared.domain.orders.facts import OrderFacts, OrderTotals, Versioned
from shared.domain.programs.program import Program
from shared.domain.programs.program_document import parse_program
from shared.domain.rewards.terms import Advocate, Buyer, Referral

AT = datetime(2026, 3, 1, tzinfo=UTC)
LEVELS = (1, 3, 10)
ORDERS_A_ROUND = 2_000
ROUNDS = 15
MOST_TIMES_THE_FLOOR = 10
PARTS = 20_000


def program_with_every_rule(levels: int) -> Program:
    """A program with 2 % at each level, 1 % for the buyer, and every rule in use."""
    rules = {
        "total_days": 365,
        "payment_minimum": 100,
        "max_bonus": 100_000,
        "min_bonus": 5,
        "max_per_advocate": {"amount": 10_000_000},
        "total_payments": 100,
    }
    credit = {
        "system": "levels",
        "levels": [{"percent": "2"}] * levels,
        "customer": {"percent": "1"},
    }
    return parse_program(
        {"id": "bench", "name": "Bench", "currency": "EUR", "credit": credit, "rules": rules}
    )


def decide_inline(
    totals: tuple[int, int, int, int],
    refunded: int,
    levels: int,
    used: list[int],
    blocked: list[bool],
    posted: list[int],
    seconds: int,
) -> int:
    """The sum of the deltas and the volume of an order: what is kept, the rules, and each level's
    amount within its limits minus what was posted.
    """
    items, discount, tax, shipping = totals
    money = items - discount + tax + shipping
    if money <= 0 or refunded >= money:
        return 0
    kept = (2 * (items - discount) * (money - refunded) * 1 + money * 1) // (2 * money * 1)
    total = (kept * 10_000 + 500_000) // 1_000_000 - posted[levels]
    if seconds > 365 * 86_400 or kept < 100 or posted[levels + 1] >= 100:
        return total
    for level in range(levels):
        if blocked[level]:
            continue
        amount = (kept * PARTS + 500_000) // 1_000_000
        if amount < 5:
            amount = max(amount, min(5, kept))
        if amount > 100_000:
            amount = 100_000
        frozen = max(0, 10_000_000 - used[level])
        room = min(frozen, max(0, 10_000_000 - used[level] + posted[level]))
        amount = max(0, min(amount, room))
        delta = max(0, amount) - posted[level]
        used[level] += delta
        total += delta
    return total + (kept if not blocked[0] else 0)


def time_microseconds(run: Callable[[], object]) -> float:
    """The time of one call in the fastest of several rounds, which other work on the machine
    disturbed least.
    """
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(ORDERS_A_ROUND):
            run()
        rounds.append((time.perf_counter() - began) / ORDERS_A_ROUND * 1e6)
    return min(rounds)


def _measure(levels: int) -> dict[str, float]:
    program = program_with_every_rule(levels)
    totals = Versioned(AT, OrderTotals("EUR", 12_000, 1_000, 2_000, 500))
    order = OrderFacts(
        "1",
        Versioned(AT, "I"),
        paid_at=AT,
        completed_at=AT,
        status=Versioned(AT, "completed"),
        totals=totals,
        refunded_total=500,
    )
    buyer = Buyer("I", signed_up_at=AT, referral=Referral("I", "A0", AT))
    chain = [Advocate(f"A{level}") for level in range(levels)]
    amounts = (12_000, 1_000, 2_000, 500)
    none_blocked, none_posted = [False] * levels, [0] * (levels + 2)
    engine = time_microseconds(lambda: decide(order, program, NOTHING_POSTED, buyer, chain, AT))
    inline = time_microseconds(
        lambda: decide_inline(amounts, 500, levels, [0] * levels, none_blocked, none_posted, 0)
    )
    return {"levels": levels, "engine µs": engine, "floor µs": inline, "times": engine / inline}


def measure() -> Measurement:
    rows = [_measure(levels) for levels in LEVELS]
    aims = [
        Aim(
            f"engine beside the floor at {row['levels']} levels", row["times"], MOST_TIMES_THE_FLOOR
        )
        for row in rows
    ]
    return Measurement(
        "engine",
        "Engine: one order with every rule on, beside the same arithmetic inline",
        rows,
        aims,
    )
