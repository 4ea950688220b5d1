"""An order that nobody made, and what the production engine says of it: each reward with its steps, each refusal with its reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.console.program_form import dotted
from shared.domain.document import Fault
from shared.domain.evaluation import NOTHING_POSTED, Decision, decide
from shared.domain.money import MAX_AMOUNT, minor_units
from shared.domain.order import SUCCEEDED, Order, Refund, Told, Totals
from shared.domain.program import Program
from shared.domain.reason import refusal_reason, reward_reason
from shared.domain.reward import Advocate, Buyer, Referral
from shared.words import sentence

MOST_ADVOCATES = 10
BUYER = "Ines"
AMOUNTS = ("items", "discount", "tax", "shipping", "credit", "refunded")
COUNTS = ("days", "payments")
MOST_COUNT = 36_500


class Example(NamedTuple):
    """A system's own example: the preset, the fields of the form, and what it shows."""

    preset: str
    fields: Mapping[str, str]


EXAMPLES = (
    Example("peer_to_peer", {"items": "100.00", "advocates": "1"}),
    Example("volume_groups", {"items": "100.00", "advocates": "1", "volume1": "1200.00"}),
    Example("level_based", {"items": "1000.00", "advocates": "3"}),
    Example("recursive", {"items": "1000.00", "advocates": "3"}),
    Example("advocate_rules", {"items": "1000.00", "advocates": "1"}),
)
"""The numbers that each system's own page shows (design, section 3)."""


@dataclass(frozen=True, slots=True)
class Scene:
    """An order in the program's currency, its buyer and the advocates above; `faults` are of the form."""

    order: Order
    buyer: Buyer
    advocates: Sequence[Advocate]
    faults: Sequence[Fault] = ()


class Row(NamedTuple):
    """What one level earns, or why not; level 0 is the buyer."""

    level: int | None
    who: str
    amount: int
    group: str | None
    text: str
    steps: Sequence[Mapping]


@dataclass(frozen=True, slots=True)
class Shown:
    """The outcome in words; `kept` is `None` where the order cannot be evaluated."""

    decision: Decision
    kept: int | None
    rows: Sequence[Row]

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


def simulate(program: Program, found: Scene, at: datetime, language: str) -> Shown:
    decision = decide(found.order, program, NOTHING_POSTED, found.buyer, found.advocates, at)
    if decision.outcome is None:
        return Shown(decision, None, ())
    terms, outcome = decision.posted.terms, decision.outcome
    groups = {seat.member: seat.group for seat in terms.chain}
    rows = []
    for due in outcome.dues:
        reason = reward_reason(due, terms)
        rows.append(Row(due.level, due.member, due.amount, groups.get(due.member), sentence(reason, str, language), reason["steps"]))
    for refusal in outcome.refusals:
        reason = refusal_reason(refusal, terms, outcome.kept)
        rows.append(Row(refusal.level, refusal.member, 0, groups.get(refusal.member), sentence(reason, str, language), ()))
    return Shown(decision, outcome.kept, sorted(rows, key=lambda row: row.level or 0))


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
        self.faults.append(Fault(name, "must be an amount, such as 12.50"))
        return 0

    def count(self, name: str) -> int:
        text = self.form.get(name, "").strip() or "0"
        if text.isascii() and text.isdigit() and int(text[:9]) <= MOST_COUNT:
            return int(text)
        self.faults.append(Fault(name, f"must be a whole number up to {MOST_COUNT}"))
        return 0


def _advocate(reading: _Reading, level: int) -> Advocate:
    return Advocate(
        f"A{level}",
        blocked=bool(reading.form.get(f"blocked{level}")),
        group=reading.form.get(f"group{level}") or None,
        volume=reading.amount(f"volume{level}"),
        used=reading.amount(f"used{level}"),
    )


def _order(amounts: Mapping[str, int], currency: str, at: datetime) -> Order:
    refund = Refund(amounts["refunded"], None, at, SUCCEEDED)
    return Order(
        "simulated",
        customer=BUYER,
        placed_at=at,
        paid_at=at,
        completed_at=at,
        status=Told(at, "completed"),
        totals=Told(at, Totals(currency, amounts["items"], amounts["discount"], amounts["tax"], amounts["shipping"])),
        credit_used=Told(at, amounts["credit"]),
        refunds={"refund": Told(at, refund)} if amounts["refunded"] else {},
    )
