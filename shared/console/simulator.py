"""Evaluates an invented order with the same rules that post money.

Each reward comes with its steps, each refusal with its reason.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from shared.console.typed_fields import TypedFields
from shared.domain.document import FieldError
from shared.domain.evaluation.decision import NOTHING_POSTED, Evaluated, decide
from shared.domain.evaluation.reasons import refusal_reason, reward_reason
from shared.domain.ledger.reason import ReasonStep
from shared.domain.orders.facts import SUCCEEDED, OrderFacts, OrderTotals, Refund, Versioned
from shared.domain.orders.sources import Source
from shared.domain.programs.program import Program
from shared.domain.rewards.terms import Advocate, Buyer, Referral
from shared.words import sentence

MOST_ADVOCATES = 10
BUYER = "Ines"
AMOUNTS = ("items", "discount", "tax", "shipping", "credit", "refunded")
COUNTS = ("days", "payments")
MOST_COUNT = 36_500


class SimulationExample(NamedTuple):
    """A preset, and values for the form that show how the preset works."""

    preset: str
    fields: Mapping[str, str]


EXAMPLES = (
    SimulationExample("peer_to_peer", {"items": "100.00", "advocates": "1"}),
    SimulationExample("volume_groups", {"items": "100.00", "advocates": "1", "volume1": "1200.00"}),
    SimulationExample("level_based", {"items": "1000.00", "advocates": "3"}),
    SimulationExample("recursive", {"items": "1000.00", "advocates": "3"}),
    SimulationExample("advocate_rules", {"items": "1000.00", "advocates": "1"}),
)
"""The usual example of each system (specification: presets)."""


@dataclass(frozen=True, slots=True)
class SimulatedOrder:
    """An order in the program's currency, its buyer, and the advocates above the buyer, nearest
    first.

    `faults` are the faults of the form.
    """

    order: OrderFacts
    buyer: Buyer
    advocates: Sequence[Advocate]
    faults: Sequence[FieldError] = ()


class SimulatedReward(NamedTuple):
    """What one level earns, or 0 and the reason. Level 0 is the buyer; `None` is a refusal of the
    whole order.
    """

    level: int | None
    amount: int
    group: str | None
    text: str
    steps: Sequence[ReasonStep]


@dataclass(frozen=True, slots=True)
class Simulation:
    """Rewards and refusals. `kept` is `None` if the order is not evaluated, for example because it
    has not reached its earning moment.
    """

    kept: int | None
    rows: Sequence[SimulatedReward]

    @property
    def total(self) -> int:
        return sum(row.amount for row in self.rows)


def parse_order(
    form: Mapping[str, str], program: Program, at: datetime, language: str
) -> SimulatedOrder:
    """The order in the form, completed at `at`. A field that cannot be read counts as 0 and gives a
    fault.
    """
    fields = TypedFields(form, program.currency, language)
    amounts = {name: fields.amount(name) or 0 for name in AMOUNTS}
    days, payments = (_count(fields, name) for name in COUNTS)
    advocates = [_advocate(fields, level) for level in range(1, parse_advocate_count(form) + 1)]
    signed_up_at = at - timedelta(days=days)
    buyer = Buyer(
        BUYER,
        signed_up_at=signed_up_at,
        referral=Referral("simulated", advocates[0].member, signed_up_at) if advocates else None,
        payments=payments,
        bought_before=signed_up_at - timedelta(days=1) if form.get("known") else None,
    )
    return SimulatedOrder(_order(amounts, program.currency, at), buyer, advocates, fields.faults)


def parse_advocate_count(form: Mapping[str, str]) -> int:
    """The field `advocates`, at most `MOST_ADVOCATES`; 1 if it cannot be read."""
    text = form.get("advocates", "1")
    return min(int(text[:4]), MOST_ADVOCATES) if text.isascii() and text.isdigit() else 1


def simulate(
    program: Program, simulated: SimulatedOrder, at: datetime, language: str
) -> Simulation:
    decision = decide(
        simulated.order, program, NOTHING_POSTED, simulated.buyer, simulated.advocates, at
    )
    if not isinstance(decision, Evaluated):
        return Simulation(None, ())
    terms, outcome = decision.posted.terms, decision.outcome
    groups: dict[str | None, str | None] = {
        advocate.member: advocate.group for advocate in terms.chain
    }
    rows = []
    for due in outcome.dues:
        reason = reward_reason(due, terms)
        text, group = sentence(reason, str, language), groups.get(due.member)
        rows.append(SimulatedReward(due.level, due.amount, group, text, reason["steps"]))
    for refusal in outcome.refusals:
        reason = refusal_reason(refusal, terms, outcome.kept, program)
        text, group = sentence(reason, str, language), groups.get(refusal.member)
        rows.append(SimulatedReward(refusal.level, 0, group, text, ()))
    return Simulation(outcome.kept, sorted(rows, key=lambda row: row.level or 0))


def _count(fields: TypedFields, name: str) -> int:
    count = fields.whole(name) or 0
    if count <= MOST_COUNT:
        return count
    fields.faults.append(FieldError(name, f"must be a whole number from 0 to {MOST_COUNT}"))
    return 0


def _advocate(fields: TypedFields, level: int) -> Advocate:
    return Advocate(
        f"A{level}",
        blocked=bool(fields.text(f"blocked{level}")),
        group=fields.text(f"group{level}") or None,
        volume=fields.amount(f"volume{level}") or 0,
        used=fields.amount(f"used{level}") or 0,
    )


def _order(amounts: Mapping[str, int], currency: str, at: datetime) -> OrderFacts:
    refund = Refund(amounts["refunded"], None, at, SUCCEEDED)
    totals = OrderTotals(
        currency, amounts["items"], amounts["discount"], amounts["tax"], amounts["shipping"]
    )
    return OrderFacts(
        "simulated",
        told_customer=Versioned(at, BUYER),
        placed_at=at,
        paid_at=at,
        completed_at=at,
        status=Versioned(at, "completed"),
        totals=Versioned(at, totals),
        credit_used=Versioned(at, amounts["credit"], Source.SHOP),
        refunds={"refund": Versioned(at, refund)} if amounts["refunded"] else {},
    )
