"""An order that nobody made, and what the production engine says of it: each reward with its steps, each refusal with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.console.program_form import dotted
from shared.domain.document import FieldError
from shared.domain.evaluation.decision import NOTHING_POSTED, Decision, decide
from shared.domain.evaluation.reasons import refusal_reason, reward_reason
from shared.domain.money import MAX_AMOUNT, minor_units
from shared.domain.orders.facts import SUCCEEDED, OrderFacts, OrderTotals, Refund, Versioned
from shared.domain.programs.program import Program
from shared.domain.rewards.reward import Advocate, Buyer, Referral
from shared.words import sentence

MOST_ADVOCATES = 10
BUYER = "Ines"
AMOUNTS = ("items", "discount", "tax", "shipping", "credit", "refunded")
COUNTS = ("days", "payments")
MOST_COUNT = 36_500


class SimulationExample(NamedTuple):
    """A system's own example: the preset, the fields of the form, and what it shows."""

    preset: str
    fields: Mapping[str, str]


EXAMPLES = (
    SimulationExample("peer_to_peer", {"items": "100.00", "advocates": "1"}),
    SimulationExample("volume_groups", {"items": "100.00", "advocates": "1", "volume1": "1200.00"}),
    SimulationExample("level_based", {"items": "1000.00", "advocates": "3"}),
    SimulationExample("recursive", {"items": "1000.00", "advocates": "3"}),
    SimulationExample("advocate_rules", {"items": "1000.00", "advocates": "1"}),
)
"""The numbers that each system's own page shows (design, section 3)."""


@dataclass(frozen=True, slots=True)
class Scene:
    """An order in the program's currency, its buyer and the advocates above; `faults` are of the form."""

    order: OrderFacts
    buyer: Buyer
    advocates: Sequence[Advocate]
    faults: Sequence[FieldError] = ()


class SimulatedReward(NamedTuple):
    """What one level earns, or why not; level 0 is the buyer."""

    level: int | None
    who: str
    amount: int
    group: str | None
    text: str
    steps: Sequence[Mapping]


@dataclass(frozen=True, slots=True)
class Simulation:
    """The outcome in words; `kept` is `None` where the order cannot be evaluated."""

    decision: Decision
    kept: int | None
    rows: Sequence[SimulatedReward]

    @property
    def total(self) -> int:
        return sum(row.amount for row in self.rows)


def scene(form: Mapping[str, str], program: Program, at: datetime) -> Scene:
    """What the form says of an order completed at an instant; what cannot be read counts as nothing and is a fault."""
    reading = _Reading(form, program.currency)
    amounts = {name: reading.amount(name) for name in AMOUNTS}
    days, payments = (reading.count(name) for name in COUNTS)
    advocates = [_advocate(reading, level) for level in range(1, how_many(form) + 1)]
    met_at = at - timedelta(days=days)
    buyer = Buyer(
        BUYER,
        signed_up_at=met_at,
        referral=Referral("simulated", advocates[0].member, met_at) if advocates else None,
        payments=payments,
        bought_before=met_at - timedelta(days=1) if form.get("known") else None,
    )
    return Scene(_order(amounts, program.currency, at), buyer, advocates, reading.faults)


def how_many(form: Mapping[str, str]) -> int:
    told = form.get("advocates", "1")
    return min(int(told[:4]), MOST_ADVOCATES) if told.isascii() and told.isdigit() else 1


def simulate(program: Program, found: Scene, at: datetime, language: str) -> Simulation:
    decision = decide(found.order, program, NOTHING_POSTED, found.buyer, found.advocates, at)
    if decision.outcome is None:
        return Simulation(decision, None, ())
    terms, outcome = decision.posted.terms, decision.outcome
    groups = {seat.member: seat.group for seat in terms.chain}
    rows = []
    for due in outcome.dues:
        reason = reward_reason(due, terms)
        rows.append(
            SimulatedReward(
                due.level,
                due.member,
                due.amount,
                groups.get(due.member),
                sentence(reason, str, language),
                reason["steps"],
            )
        )
    for refusal in outcome.refusals:
        reason = refusal_reason(refusal, terms, outcome.kept)
        rows.append(
            SimulatedReward(
                refusal.level,
                refusal.member,
                0,
                groups.get(refusal.member),
                sentence(reason, str, language),
                (),
            )
        )
    return Simulation(decision, outcome.kept, sorted(rows, key=lambda row: row.level or 0))


class _Reading:
    """Fields of the form as numbers."""

    def __init__(self, form: Mapping[str, str], currency: str):
        self.form, self.currency, self.faults = form, currency, []

    def amount(self, name: str) -> int:
        text = self.form.get(name, "").strip()
        try:
            amount = minor_units(dotted(text), self.currency) if text else 0
        except ValueError:
            amount = -1
        if 0 <= amount <= MAX_AMOUNT:
            return amount
        self.faults.append(FieldError(name, "must be an amount, such as 12.50"))
        return 0

    def count(self, name: str) -> int:
        text = self.form.get(name, "").strip() or "0"
        if text.isascii() and text.isdigit() and int(text[:9]) <= MOST_COUNT:
            return int(text)
        self.faults.append(FieldError(name, f"must be a whole number up to {MOST_COUNT}"))
        return 0


def _advocate(reading: _Reading, level: int) -> Advocate:
    return Advocate(
        f"A{level}",
        blocked=bool(reading.form.get(f"blocked{level}")),
        group=reading.form.get(f"group{level}") or None,
        volume=reading.amount(f"volume{level}"),
        used=reading.amount(f"used{level}"),
    )


def _order(amounts: Mapping[str, int], currency: str, at: datetime) -> OrderFacts:
    refund = Refund(amounts["refunded"], None, at, SUCCEEDED)
    return OrderFacts(
        "simulated",
        customer=BUYER,
        placed_at=at,
        paid_at=at,
        completed_at=at,
        status=Versioned(at, "completed"),
        totals=Versioned(
            at,
            OrderTotals(
                currency, amounts["items"], amounts["discount"], amounts["tax"], amounts["shipping"]
            ),
        ),
        credit_used=Versioned(at, amounts["credit"]),
        refunds={"refund": Versioned(at, refund)} if amounts["refunded"] else {},
    )
