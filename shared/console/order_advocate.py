"""What naming the advocate of an order would do, as staff sees it before it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from shared.api.answers import order_answer
from shared.domain.document import FieldError, InvalidDocument
from shared.domain.evaluation.decision import Evaluated
from shared.domain.evaluation.naming import ADVOCATE_ALREADY, NAMINGS
from shared.domain.members.member import Member
from shared.domain.members.names import Names
from shared.members.order_advocates import NamedAdvocate, Naming, preview_advocate
from shared.problem import Conflict, NotFound
from shared.words import sentence

type Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class AdvocatePreview:
    """The order as it would be, and what the naming changes.

    * `rewards`: the rewards that the naming would post; `refusals`: those that the rules refuse,
      each with its `text`.
    * `waits`: the order earns nothing yet.
    * `bound`: the buyer has this advocate already.
    """

    named: NamedAdvocate
    order: Row
    rewards: Sequence[Row]
    refusals: Sequence[Row]
    buyer: Member | None
    names: Names
    waits: bool
    bound: bool


def load_advocate_preview(naming: Naming, language: str, at: datetime) -> AdvocatePreview:
    """Raises `InvalidDocument` that names the field, and `Conflict`."""
    try:
        named = preview_advocate(naming, at)
    except NotFound:
        raise unknown_order() from None
    context, decision = named.evaluation
    names = Names([context.buyer.member] if context.buyer else [], context.chain)
    answer: Any = order_answer(context, decision)
    deltas = decision.deltas if isinstance(decision, Evaluated) else ()
    logins = names.logins
    changed = {(names.public(one.reward.member), *one.reward.key[1:]) for one in deltas}

    if not deltas and context.known.order.advocate == named.advocate.id:
        raise Conflict(ADVOCATE_ALREADY, NAMINGS[ADVOCATE_ALREADY])

    def said(row: Row) -> Row:
        return {
            **row,
            "text": sentence(row["reason"], lambda name: logins.get(name, name), language),
        }

    stored = context.buyer.stored if context.buyer else None
    return AdvocatePreview(
        named,
        answer["order"],
        [
            said(row)
            for row in answer["rewards"]
            if (row["member"], row["level"], row["reason"]["code"]) in changed
        ],
        [said(row) for row in answer["refusals"] if row["level"]],
        stored,
        names,
        not isinstance(decision, Evaluated),
        bool(stored and stored.referral),
    )


def unknown_order() -> InvalidDocument:
    return InvalidDocument([FieldError("order", "is not the ID of an order; check the spelling")])
